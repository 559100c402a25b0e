//! What the stand-in knows: accounts, mails with labels, and folders as views of them with UIDs of their own.
//!
//! A mail exists once; a folder shows it while its label is on it and gives it a UID each time it appears. Sources:
//! "IMAP Extensions" of Google (ids, threads, labels), "How actions sync in IMAP"
//! (<https://support.google.com/mail/answer/77657>) and ImapSettings of the Gmail API
//! (<https://developers.google.com/workspace/gmail/api/reference/rest/v1/ImapSettings>: auto-expunge, what happens to
//! a mail expunged from its last visible folder). Never speaks IMAP.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Options;
use super::folders::Kind;
use super::labels::Label;
use super::mime;

/// One mail of an account.
#[derive(Debug, Clone)]
pub struct Mail {
    /// X-GM-MSGID; 64 bits, decimal on the wire (documented).
    pub id: u64,
    /// X-GM-THRID: the id of the thread's first mail (as in Google's examples).
    pub thread: u64,
    pub raw: Vec<u8>,
    pub labels: BTreeSet<Label>,
    /// Keywords, `\Seen`, `\Answered`; `\Flagged` and `\Draft` follow from labels.
    pub flags: BTreeSet<String>,
    /// The kind of star, as the web UI's search names it: `yellow-star`, `green-check`, `purple-star` …
    pub star: Option<&'static str>,
    pub internal_date: Timestamp,
    pub modseq: u64,
}

impl Mail {
    /// The flags that a client sees.
    pub fn flags(&self) -> BTreeSet<String> {
        let mut flags = self.flags.clone();
        if self.labels.contains(&Label::Starred) {
            flags.insert("\\Flagged".to_owned());
        }
        if self.labels.contains(&Label::Draft) {
            flags.insert("\\Draft".to_owned());
        }
        flags
    }

    /// A header's value, unfolded; empty when there is none.
    pub fn header(&self, name: &str) -> String {
        mime::header(&self.raw, name).unwrap_or_default()
    }

    fn shows_in(&self, kind: &Kind) -> bool {
        let away =
            [Label::Trash, Label::Spam].into_iter().find(|label| self.labels.contains(label)).map(Kind::Of);
        match (away, kind) {
            (Some(only), kind) => only == *kind,
            (None, Kind::All) => true,
            (None, Kind::Of(label)) => self.labels.iter().any(|worn| worn.is(label)),
        }
    }
}

/// A label as a folder.
#[derive(Debug)]
pub struct Folder {
    pub kind: Kind,
    pub validity: u32,
    pub next_uid: u32,
    /// Which mail a UID means.
    pub uids: BTreeMap<u32, u64>,
    /// UIDs with `\Deleted`, which belongs to the folder and not to the mail.
    pub deleted: BTreeSet<u32>,
    /// Keywords seen here, for FLAGS.
    pub keywords: BTreeSet<String>,
}

/// One user's mailbox.
#[derive(Debug)]
pub struct Account {
    pub mails: BTreeMap<u64, Mail>,
    pub folders: Vec<Folder>,
    /// The account's last mod-sequence: one for all folders, as Gmail's history id.
    pub modseq: u64,
    /// OAuth tokens that sign in.
    pub tokens: BTreeSet<String>,
    /// Bytes fetched so far, for the bandwidth limit.
    pub downloaded: u64,
    next_id: u64,
    next_validity: u32,
}

impl Account {
    pub fn new() -> Self {
        let mut account = Self {
            mails: BTreeMap::new(),
            folders: Vec::new(),
            modseq: 1_000,
            tokens: BTreeSet::new(),
            downloaded: 0,
            next_id: 1_278_455_344_230_334_865,
            next_validity: 11,
        };
        for kind in Kind::system() {
            account.create(kind);
        }
        account
    }

    /// Makes a folder for a label; mails that wear it show up.
    pub fn create(&mut self, kind: Kind) {
        let validity = self.next_validity;
        self.next_validity += 1;
        self.folders.push(Folder {
            kind,
            validity,
            next_uid: 1,
            uids: BTreeMap::new(),
            deleted: BTreeSet::new(),
            keywords: BTreeSet::from(["$NotPhishing".to_owned(), "$Phishing".to_owned()]),
        });
        let ids: Vec<u64> = self.mails.keys().copied().collect();
        ids.into_iter().for_each(|id| self.show(id));
    }

    pub fn folder(&self, kind: &Kind) -> Option<&Folder> {
        self.folders.iter().find(|folder| same(&folder.kind, kind))
    }

    pub fn folder_mut(&mut self, kind: &Kind) -> Option<&mut Folder> {
        self.folders.iter_mut().find(|folder| same(&folder.kind, kind))
    }

    /// Takes a mail in. It joins a thread when it answers a mail of it under the same subject
    /// (<https://developers.google.com/workspace/gmail/api/guides/threads>).
    pub fn take_in(&mut self, raw: &[u8], labels: &[Label], internal_date: Timestamp) -> u64 {
        self.next_id += 1_000_003;
        let id = self.next_id;
        let thread = self.thread_of(raw).unwrap_or(id);
        let mail = Mail {
            id,
            thread,
            raw: raw.to_vec(),
            labels: BTreeSet::new(),
            flags: BTreeSet::new(),
            star: None,
            internal_date,
            modseq: 0,
        };
        self.mails.insert(id, mail);
        for label in labels {
            self.add_label(id, label.clone());
        }
        self.changed(id);
        id
    }

    fn thread_of(&self, raw: &[u8]) -> Option<u64> {
        let field = |name| mime::header(raw, name).unwrap_or_default();
        let named = format!("{} {}", field("References"), field("In-Reply-To"));
        let named: BTreeSet<&str> = named.split_whitespace().collect();
        let subject = base_subject(&field("Subject"));
        self.mails
            .values()
            .filter(|mail| named.contains(mail.header("Message-ID").trim()))
            .find(|mail| base_subject(&mail.header("Subject")) == subject)
            .map(|mail| mail.thread)
    }

    /// Puts a label on. Trash and spam take a mail out of everything else; the inbox brings it back.
    pub fn add_label(&mut self, id: u64, label: Label) {
        if let Label::User(_) = &label
            && self.folder(&Kind::Of(label.clone())).is_none()
        {
            // A label that does not exist yet is made (measured by clients that label so; no document says it).
            self.create(Kind::Of(label.clone()));
        }
        let Some(mail) = self.mails.get_mut(&id) else { return };
        match &label {
            Label::Trash | Label::Spam => {
                for gone in [Label::Inbox, Label::Trash, Label::Spam] {
                    mail.labels.remove(&gone);
                }
            }
            Label::Inbox => {
                mail.labels.remove(&Label::Trash);
                mail.labels.remove(&Label::Spam);
            }
            Label::Starred => mail.star = mail.star.or(Some("yellow-star")),
            Label::Sent | Label::Draft | Label::Important | Label::User(_) => {}
        }
        if !mail.labels.iter().any(|worn| worn.is(&label)) {
            mail.labels.insert(label);
        }
        self.changed(id);
    }

    /// Takes a label off.
    pub fn remove_label(&mut self, id: u64, label: &Label) {
        let Some(mail) = self.mails.get_mut(&id) else { return };
        mail.labels.retain(|worn| !worn.is(label));
        if *label == Label::Starred {
            mail.star = None;
        }
        self.changed(id);
    }

    /// Removes a mail for good.
    pub fn destroy(&mut self, id: u64) {
        self.mails.remove(&id);
        self.modseq += 1;
        for folder in &mut self.folders {
            folder.uids.retain(|_, mail| *mail != id);
        }
    }

    /// Notes a change of a mail: a new mod-sequence, and its folders again.
    pub fn changed(&mut self, id: u64) {
        self.modseq += 1;
        if let Some(mail) = self.mails.get_mut(&id) {
            mail.modseq = self.modseq;
        }
        self.show(id);
    }

    fn show(&mut self, id: u64) {
        let Some(mail) = self.mails.get(&id) else { return };
        for folder in &mut self.folders {
            let present = folder.uids.values().any(|shown| *shown == id);
            match (mail.shows_in(&folder.kind), present) {
                (true, false) => {
                    folder.uids.insert(folder.next_uid, id);
                    folder.next_uid += 1;
                }
                (false, true) => folder.uids.retain(|_, shown| *shown != id),
                (true, true) | (false, false) => {}
            }
            let uids = &folder.uids;
            folder.deleted.retain(|uid| uids.contains_key(uid));
            folder.keywords.extend(mail.flags.iter().filter(|flag| !flag.starts_with('\\')).cloned());
        }
    }

    /// A mail is expunged from a folder: its label goes, and what the settings say happens when nothing shows it any
    /// more (`expungeBehavior`). In Spam and Trash it is deleted for good.
    pub fn expunge(&mut self, kind: &Kind, uid: u32, options: &Options) {
        let Some(id) = self.folder(kind).and_then(|folder| folder.uids.get(&uid).copied()) else { return };
        if let Some(folder) = self.folder_mut(kind) {
            folder.deleted.remove(&uid);
        }
        match kind {
            Kind::Of(Label::Trash | Label::Spam) => return self.destroy(id),
            Kind::Of(label) => self.remove_label(id, label),
            Kind::All => {}
        }
        let visible = |folder: &&Folder| folder.kind != Kind::All || options.show_all_mail;
        let seen = |folder: &Folder| folder.uids.values().any(|mail| *mail == id);
        if *kind == Kind::All || !self.folders.iter().filter(visible).any(seen) {
            match options.expunged {
                Expunged::Archive => self.remove_label(id, &Label::Inbox),
                Expunged::Trash => self.add_label(id, Label::Trash),
                Expunged::Delete => self.destroy(id),
            }
        }
    }
}

/// "When a message is marked as deleted and expunged from the last visible IMAP folder" (Gmail's settings).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expunged {
    Archive,
    Trash,
    Delete,
}

fn same(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (Kind::All, Kind::All) => true,
        (Kind::Of(a), Kind::Of(b)) => a.is(b),
        (Kind::All, Kind::Of(_)) | (Kind::Of(_), Kind::All) => false,
    }
}

/// A subject without `Re:` and `Fwd:`.
fn base_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    loop {
        let lower = rest.to_ascii_lowercase();
        match ["re:", "fwd:", "fw:"].into_iter().find(|prefix| lower.starts_with(prefix)) {
            Some(prefix) => rest = rest[prefix.len()..].trim_start(),
            None => return lower,
        }
    }
}

/// All accounts, and what clients said.
#[derive(Debug)]
pub struct World {
    pub options: Options,
    pub accounts: BTreeMap<String, Account>,
    /// Every command after its tag, without secrets and literals, by connection.
    pub commands: Vec<(usize, String)>,
    /// Connections that are open, by number.
    pub sessions: BTreeMap<usize, Connected>,
    pub next_session: usize,
}

/// What is known of an open connection.
#[derive(Debug, Default)]
pub struct Connected {
    /// The user, once signed in.
    pub user: Option<String>,
    /// Signed in with a token, whose life the session shares.
    pub by_token: bool,
    /// In IDLE now.
    pub idle: bool,
    /// To be ended with these bytes.
    pub end: Option<Vec<u8>>,
}
