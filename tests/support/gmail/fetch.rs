//! FETCH: Google's attributes, flags, sizes, dates, envelopes, parts, and CHANGEDSINCE.
//!
//! Sources: X-GM-MSGID, X-GM-THRID, X-GM-LABELS from "IMAP Extensions" of Google; the label of the open folder is
//! missing among the labels (measured: <https://github.com/dlech/gmailbuttons/issues/10>). Google's attributes come
//! first in an answer and the UID is told only where it was asked for (measured:
//! <https://github.com/jstedfast/MailKit/issues/195>). CHANGEDSINCE and MODSEQ: RFC 7162. A flag that a fetch sets is
//! told behind the mails (<https://github.com/Webklex/php-imap/issues/108>). The bandwidth limit's words:
//! <https://github.com/ljmerza/ha-email-sensor/issues/16>. Never changes anything but `\Seen`.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::command::{Arg, Command};
use super::folders::Kind;
use super::labels::{self, Label};
use super::mime::{self, Part};
use super::session::{Answer, No, Session};
use super::world::{Folder, Mail};

const OVER: &str = "[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)";

/// What a client asked for.
#[derive(Debug, Default)]
struct Wanted {
    items: BTreeSet<String>,
    sections: Vec<Section>,
    changed_since: Option<u64>,
}

#[derive(Debug)]
struct Section {
    /// As it is told back: `BODY[HEADER.FIELDS (Message-ID)]`.
    name: String,
    /// Part numbers.
    path: Vec<usize>,
    what: What,
    /// First byte and length.
    range: Option<(usize, usize)>,
    peek: bool,
}

#[derive(Debug)]
enum What {
    All,
    Header,
    Text,
    Mime,
    Fields(Vec<String>, bool),
}

impl Session {
    pub(super) fn fetch(&mut self, command: &Command) -> Result<Answer, No> {
        let by_uid = command.verb.starts_with("UID");
        let chosen = self.chosen(command.args.first(), by_uid)?;
        let mut wanted = wanted(command).ok_or_else(|| No::bad("Could not parse command"))?;
        if by_uid {
            wanted.items.insert("UID".into());
        }
        if wanted.changed_since.is_some() {
            wanted.items.insert("MODSEQ".into());
        }
        self.condstore |= wanted.items.contains("MODSEQ");
        let Some(selected) = &self.selected else { return Err(No::bad("Could not parse command")) };
        let user = self.user.as_deref().unwrap_or_default();
        let mut world = self.shared.lock();
        let limit = world.options.download;
        let Some(account) = world.accounts.get_mut(user) else {
            return Err(No::bad("Could not parse command"));
        };
        let mut out = Vec::new();
        let mut seen = Vec::new();
        for (number, uid) in chosen {
            let Some(folder) = account.folder(&selected.kind) else { break };
            let Some(mail) = folder.uids.get(&uid).and_then(|id| account.mails.get(id)) else { continue };
            if wanted.changed_since.is_some_and(|since| mail.modseq <= since) {
                continue;
            }
            let line = told(&wanted, folder, mail, number, uid);
            account.downloaded += line.len() as u64;
            if limit.is_some_and(|limit| account.downloaded > limit) {
                return Err(No::because(OVER));
            }
            out.extend(line);
            let id = mail.id;
            let reads = wanted.sections.iter().any(|section| !section.peek);
            if reads
                && !selected.read_only
                && let Some(mail) = account.mails.get_mut(&id)
                && mail.flags.insert("\\Seen".into())
            {
                account.changed(id);
                seen.push((number, uid, account.mails[&id].flags()));
            }
        }
        drop(world);
        for (number, uid, flags) in seen {
            let flags: Vec<String> = flags.into_iter().collect();
            let uid = if by_uid { format!("UID {uid} ") } else { String::new() };
            out.extend(format!("* {number} FETCH ({uid}FLAGS ({}))\r\n", flags.join(" ")).into_bytes());
        }
        self.shared.tell();
        Ok(Answer { untagged: out, words: "Success".into() })
    }

    /// `* 3 FETCH (X-GM-LABELS (…) UID 7 MODSEQ (9) FLAGS (…))` after a change of the client's own.
    pub(super) fn told_after(&self, number: u32, uid: u32, items: &[&str]) -> Vec<u8> {
        let mut wanted = Wanted::default();
        wanted.items.extend(items.iter().map(|item| (*item).to_owned()));
        if self.condstore {
            wanted.items.insert("MODSEQ".into());
        }
        let world = self.shared.lock();
        let account = &world.accounts[self.user.as_deref().unwrap_or_default()];
        let found = self.selected.as_ref().and_then(|selected| {
            let folder = account.folder(&selected.kind)?;
            Some((folder, account.mails.get(folder.uids.get(&uid)?)?))
        });
        found.map(|(folder, mail)| told(&wanted, folder, mail, number, uid)).unwrap_or_default()
    }
}

fn told(wanted: &Wanted, folder: &Folder, mail: &Mail, number: u32, uid: u32) -> Vec<u8> {
    let mut items: Vec<Vec<u8>> = Vec::new();
    let root = Part::read(&mail.raw);
    for item in [
        "X-GM-THRID",
        "X-GM-MSGID",
        "X-GM-LABELS",
        "UID",
        "RFC822.SIZE",
        "MODSEQ",
        "INTERNALDATE",
        "FLAGS",
        "ENVELOPE",
        "BODYSTRUCTURE",
        "BODY",
    ] {
        if !wanted.items.contains(item) {
            continue;
        }
        let value = match item {
            "X-GM-THRID" => mail.thread.to_string().into_bytes(),
            "X-GM-MSGID" => mail.id.to_string().into_bytes(),
            "X-GM-LABELS" => labels::list(shown_labels(folder, mail)),
            "UID" => uid.to_string().into_bytes(),
            "RFC822.SIZE" => mail.raw.len().to_string().into_bytes(),
            "MODSEQ" => format!("({})", mail.modseq).into_bytes(),
            "INTERNALDATE" => {
                let date = mail.internal_date.to_zoned(TimeZone::UTC);
                format!("\"{}\"", date.strftime("%d-%b-%Y %H:%M:%S %z")).into_bytes()
            }
            "FLAGS" => {
                let mut flags = mail.flags();
                if folder.deleted.contains(&uid) {
                    flags.insert("\\Deleted".into());
                }
                let flags: Vec<String> = flags.into_iter().collect();
                format!("({})", flags.join(" ")).into_bytes()
            }
            "ENVELOPE" => mime::envelope(root.header).into_bytes(),
            _ => root.structure().into_bytes(),
        };
        items.push([item.as_bytes(), b" ", &value].concat());
    }
    for section in &wanted.sections {
        items.push(section.told(&root, mail));
    }
    let mut out = format!("* {number} FETCH (").into_bytes();
    out.extend(items.join(&b' '));
    out.extend(b")\r\n");
    out
}

/// All labels but that of the open folder; All Mail has none of its own.
fn shown_labels(folder: &Folder, mail: &Mail) -> impl Iterator<Item = Label> {
    let own = match &folder.kind {
        Kind::All => None,
        Kind::Of(label) => Some(label.clone()),
    };
    mail.labels.clone().into_iter().filter(move |label| !own.as_ref().is_some_and(|own| own.is(label)))
}

impl Section {
    fn told(&self, root: &Part<'_>, mail: &Mail) -> Vec<u8> {
        let bytes = match (&self.what, self.path.as_slice()) {
            (What::All, []) => Some(mail.raw.clone()),
            (what, path) => root.at(path).and_then(|part| {
                // Numbers lead to a part; HEADER and TEXT of one mean the mail inside it.
                let inner = if path.is_empty() { Some(part) } else { part.children.first() };
                match what {
                    What::All => Some(part.body.to_vec()),
                    What::Mime => Some(part.header.to_vec()),
                    What::Header => inner.map(|part| part.header.to_vec()),
                    What::Text => inner.map(|part| part.body.to_vec()),
                    What::Fields(names, except) => {
                        inner.map(|part| mime::subset(part.header, names, *except))
                    }
                }
            }),
        };
        let Some(bytes) = bytes else { return format!("{} NIL", self.name).into_bytes() };
        let (bytes, name) = match self.range {
            None => (bytes, self.name.clone()),
            Some((from, length)) => {
                let part = bytes.into_iter().skip(from).take(length).collect();
                (part, format!("{}<{from}>", self.name))
            }
        };
        [format!("{name} {{{}}}\r\n", bytes.len()).into_bytes(), bytes].concat()
    }
}

fn wanted(command: &Command) -> Option<Wanted> {
    let mut wanted = Wanted::default();
    for item in command.args.get(1)?.members() {
        let Arg::Atom(item) = item else { return None };
        let upper = item.to_ascii_uppercase();
        match upper.as_str() {
            "ALL" => {
                wanted.items.extend(["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"].map(String::from))
            }
            "FAST" => wanted.items.extend(["FLAGS", "INTERNALDATE", "RFC822.SIZE"].map(String::from)),
            "FULL" => wanted
                .items
                .extend(["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"].map(String::from)),
            "X-GM-THRID" | "X-GM-MSGID" | "X-GM-LABELS" | "UID" | "RFC822.SIZE" | "MODSEQ"
            | "INTERNALDATE" | "FLAGS" | "ENVELOPE" | "BODYSTRUCTURE" | "BODY" => {
                wanted.items.insert(upper);
            }
            "RFC822" => wanted.sections.push(section("BODY[]", Some("RFC822"))?),
            "RFC822.TEXT" => wanted.sections.push(section("BODY[TEXT]", Some("RFC822.TEXT"))?),
            "RFC822.HEADER" => {
                wanted.sections.push(section("BODY.PEEK[HEADER]", Some("RFC822.HEADER"))?);
            }
            _ => wanted.sections.push(section(&item, None)?),
        }
    }
    if let Some(modifiers) = command.args.get(2) {
        let words: Vec<String> = modifiers.members().iter().map(Arg::word).collect();
        match words.as_slice() {
            [word, number] if word == "CHANGEDSINCE" => wanted.changed_since = Some(number.parse().ok()?),
            _ => return None,
        }
    }
    Some(wanted)
}

/// Reads `BODY.PEEK[1.2.HEADER.FIELDS (A B)]<0.10>`.
fn section(text: &str, told_as: Option<&str>) -> Option<Section> {
    let (verb, rest) = text.split_once('[')?;
    let peek = match verb.to_ascii_uppercase().as_str() {
        "BODY" => false,
        "BODY.PEEK" => true,
        _ => return None,
    };
    let (spec, partial) = rest.rsplit_once(']')?;
    let range = match partial.strip_prefix('<').and_then(|partial| partial.strip_suffix('>')) {
        Some(partial) => {
            let (from, length) = partial.split_once('.')?;
            Some((from.parse().ok()?, length.parse().ok()?))
        }
        None if partial.is_empty() => None,
        None => return None,
    };
    let mut path = Vec::new();
    let mut word = spec;
    while let Some(number) = word.split('.').next().and_then(|number| number.parse().ok()) {
        path.push(number);
        word = word.split_once('.').map_or("", |(_, rest)| rest);
    }
    let (keyword, names) = word.split_once(' ').unwrap_or((word, ""));
    let names: Vec<String> = names
        .trim_matches(['(', ')'])
        .split_whitespace()
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    let what = match keyword.to_ascii_uppercase().as_str() {
        "" => What::All,
        "HEADER" => What::Header,
        "TEXT" => What::Text,
        "MIME" if !path.is_empty() => What::Mime,
        "HEADER.FIELDS" => What::Fields(names, false),
        "HEADER.FIELDS.NOT" => What::Fields(names, true),
        _ => return None,
    };
    let name = told_as.map_or_else(|| format!("BODY[{spec}]"), str::to_owned);
    Some(Section { name, path, what, range, peek })
}
