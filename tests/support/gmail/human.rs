//! A person at Gmail's web UI: what is done there is what clients find afterwards.
//!
//! Sources: archiving removes the inbox's label ("Archive Gmail messages",
//! <https://support.google.com/mail/answer/6576>); an edited draft is destroyed and replaced by a new mail, a sent
//! draft becomes a new mail with SENT (<https://developers.google.com/workspace/gmail/api/guides/drafts>); over IMAP
//! each autosave is a new UID and a new Message-ID (measured: <https://github.com/warmbly/warmbly/pull/524>), and the
//! thread stays while the subject does (<https://github.com/taylorwilsdon/google_workspace_mcp/pull/920>). Stars of
//! many kinds are all `\Starred` to a client (<https://support.google.com/mail/answer/5904>). Never speaks IMAP.

use data_encoding::BASE64;
use jiff::Timestamp;

use super::Gmail;
use super::folders::Kind;
use super::labels::Label;
use super::mime;
use super::world::Account;

/// Somebody who works in the account of one user.
pub struct Human<'a> {
    gmail: &'a Gmail,
    user: &'a str,
}

impl<'a> Human<'a> {
    pub(super) fn new(gmail: &'a Gmail, user: &'a str) -> Self {
        Self { gmail, user }
    }

    fn does<T>(&self, deed: impl FnOnce(&mut Account) -> T) -> T {
        self.gmail.change(self.user, deed)
    }

    /// Puts a label on; a new name makes a new label.
    pub fn label(&self, id: u64, label: &str) {
        self.does(|account| account.add_label(id, Label::named(label)));
    }

    /// Takes a label off.
    pub fn unlabel(&self, id: u64, label: &str) {
        self.does(|account| account.remove_label(id, &Label::named(label)));
    }

    /// Makes a label, without putting it on anything.
    pub fn create_label(&self, label: &str) {
        self.does(|account| {
            let kind = Kind::Of(Label::named(label));
            if account.folder(&kind).is_none() {
                account.create(kind);
            }
        });
    }

    /// Deletes a label; mails lose it and stay.
    pub fn delete_label(&self, label: &str) {
        self.does(|account| {
            let label = Label::named(label);
            let ids: Vec<u64> = account.mails.keys().copied().collect();
            ids.into_iter().for_each(|id| account.remove_label(id, &label));
            account.folders.retain(|folder| folder.kind != Kind::Of(label.clone()));
        });
    }

    /// Archives: out of the inbox.
    pub fn archive(&self, id: u64) {
        self.unlabel(id, "\\Inbox");
    }

    /// Back into the inbox, also from the trash.
    pub fn to_inbox(&self, id: u64) {
        self.label(id, "\\Inbox");
    }

    /// Into the trash.
    pub fn trash(&self, id: u64) {
        self.label(id, "\\Trash");
    }

    /// Reports as spam.
    pub fn spam(&self, id: u64) {
        self.label(id, "\\Spam");
    }

    /// Deletes for good.
    pub fn delete_forever(&self, id: u64) {
        self.does(|account| account.destroy(id));
    }

    /// Sets a star of a kind: `yellow-star`, `green-check`, `purple-star` …
    pub fn star(&self, id: u64, kind: &'static str) {
        self.does(|account| {
            if let Some(mail) = account.mails.get_mut(&id) {
                mail.star = Some(kind);
            }
            account.add_label(id, Label::Starred);
        });
    }

    /// Takes any star off.
    pub fn unstar(&self, id: u64) {
        self.unlabel(id, "\\Starred");
    }

    /// Opens a mail, which marks it as read.
    pub fn read(&self, id: u64) {
        self.does(|account| {
            if let Some(mail) = account.mails.get_mut(&id) {
                mail.flags.insert("\\Seen".into());
            }
            account.changed(id);
        });
    }

    /// Marks as unread.
    pub fn unread(&self, id: u64) {
        self.does(|account| {
            if let Some(mail) = account.mails.get_mut(&id) {
                mail.flags.remove("\\Seen");
            }
            account.changed(id);
        });
    }

    /// Edits a draft's text: the old mail is gone, a new one stands in its place and in its thread. Its id is returned.
    pub fn edit_draft(&self, id: u64, text: &str) -> u64 {
        let keep = self.gmail.shared.lock().options.draft_keeps_message_id;
        self.does(|account| {
            let old = account.mails.get(&id).expect("a draft that is there").clone();
            let message_id = if keep { old.header("Message-ID") } else { fresh_id(account) };
            let raw = rewritten(&old.raw, &message_id, Some(text));
            account.destroy(id);
            replace(account, &raw, old.thread, Label::Draft)
        })
    }

    /// Sends a draft as it is: the draft is gone, a new mail stands in Sent. Its id is returned.
    pub fn send_draft(&self, id: u64) -> u64 {
        let keep = self.gmail.shared.lock().options.draft_keeps_message_id;
        self.does(|account| {
            let old = account.mails.get(&id).expect("a draft that is there").clone();
            let message_id = if keep { old.header("Message-ID") } else { fresh_id(account) };
            let raw = rewritten(&old.raw, &message_id, None);
            account.destroy(id);
            let sent = replace(account, &raw, old.thread, Label::Sent);
            answered(account, &raw);
            sent
        })
    }

    /// Throws a draft away.
    pub fn discard_draft(&self, id: u64) {
        self.delete_forever(id);
    }

    /// Answers a mail from scratch with the reply button. The id of what stands in Sent is returned.
    pub fn answer(&self, id: u64, text: &str) -> u64 {
        let user = self.user.to_owned();
        self.does(|account| {
            let asked = account.mails.get(&id).expect("a mail that is there").clone();
            let subject = asked.header("Subject");
            let subject =
                if subject.to_ascii_lowercase().starts_with("re:") { subject } else { format!("Re: {subject}") };
            let to = match asked.header("Reply-To") {
                none if none.is_empty() => asked.header("From"),
                reply_to => reply_to,
            };
            let message_id = asked.header("Message-ID");
            let references = format!("{} {message_id}", asked.header("References"));
            let raw = [
                format!(
                    "From: {user}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {}\r\nDate: {}\r\nIn-Reply-To: \
                     {message_id}\r\nReferences: {}\r\n",
                    fresh_id(account),
                    now(),
                    references.trim()
                )
                .into_bytes(),
                text_part(text),
            ]
            .concat();
            let sent = replace(account, &raw, asked.thread, Label::Sent);
            answered(account, &raw);
            sent
        })
    }

    /// Writes to somebody with the compose button: no thread, no reference. The id of what stands in Sent is returned.
    pub fn compose(&self, to: &str, subject: &str, text: &str) -> u64 {
        let user = self.user.to_owned();
        self.does(|account| {
            let subject = if subject.is_ascii() {
                subject.to_owned()
            } else {
                format!("=?UTF-8?B?{}?=", BASE64.encode(subject.as_bytes()))
            };
            let raw = [
                format!(
                    "From: {user}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {}\r\nDate: {}\r\n",
                    fresh_id(account),
                    now()
                )
                .into_bytes(),
                text_part(text),
            ]
            .concat();
            let id = account.take_in(&raw, &[Label::Sent], Timestamp::now());
            seen(account, id);
            id
        })
    }
}

/// A mail in a known thread; what people write themselves is read.
fn replace(account: &mut Account, raw: &[u8], thread: u64, label: Label) -> u64 {
    let id = account.take_in(raw, &[label], Timestamp::now());
    if let Some(mail) = account.mails.get_mut(&id) {
        mail.thread = thread;
    }
    seen(account, id);
    id
}

fn seen(account: &mut Account, id: u64) {
    if let Some(mail) = account.mails.get_mut(&id) {
        mail.flags.insert("\\Seen".into());
    }
    account.changed(id);
}

/// The mail that was answered gets `\Answered`.
fn answered(account: &mut Account, raw: &[u8]) {
    let to = mime::header(raw, "In-Reply-To").unwrap_or_default();
    let ids: Vec<u64> = account
        .mails
        .values()
        .filter(|mail| !to.is_empty() && mail.header("Message-ID") == to)
        .map(|mail| mail.id)
        .collect();
    for id in ids {
        if let Some(mail) = account.mails.get_mut(&id) {
            mail.flags.insert("\\Answered".into());
        }
        account.changed(id);
    }
}

/// A Message-ID as Gmail makes them.
fn fresh_id(account: &Account) -> String {
    format!("<CAHuman{:08}+web=person@mail.gmail.com>", account.modseq)
}

fn now() -> String {
    Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn text_part(text: &str) -> Vec<u8> {
    let lines = BASE64.encode(text.as_bytes());
    let lines: Vec<String> =
        lines.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!(
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

/// The mail with another Message-ID and, where given, another text. Gmail drops `X-` headers of others when it
/// rewrites a draft; which ones is not documented, so all go.
fn rewritten(raw: &[u8], message_id: &str, text: Option<&str>) -> Vec<u8> {
    let (header, body) = mime::split(raw);
    let names: Vec<String> = mime::fields(header).into_iter().map(|(name, _)| name).collect();
    let is_content = |name: &str| {
        let lower = name.to_ascii_lowercase();
        lower.starts_with("content-") || lower == "mime-version"
    };
    let is_stranger = |name: &str| name.to_ascii_lowercase().starts_with("x-");
    let dropped: Vec<String> = names
        .into_iter()
        .filter(|name| {
            name.eq_ignore_ascii_case("Message-ID")
                || (text.is_some() && (is_content(name) || is_stranger(name)))
        })
        .collect();
    let kept = mime::subset(header, &dropped, true);
    let kept = kept.strip_suffix(b"\r\n").unwrap_or(&kept).to_vec();
    let head = [format!("Message-ID: {message_id}\r\n").into_bytes(), kept].concat();
    match text {
        Some(text) => [head, text_part(text)].concat(),
        None => [head, b"\r\n".to_vec(), body.to_vec()].concat(),
    }
}
