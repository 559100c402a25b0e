//! SEARCH (RFC 3501 section 6.4.4) with Google's keys: X-GM-MSGID, X-GM-THRID, X-GM-LABELS, X-GM-RAW.
//!
//! Sources: the keys from "IMAP Extensions" of Google; ESEARCH results RFC 4731; MODSEQ RFC 7162. Strings are found
//! anywhere and in any case, as the RFC says; Gmail itself is known to search by words, which a test must not lean
//! on. Only the open folder is searched. Never changes anything.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::command::{self, Arg, Command};
use super::labels::Label;
use super::raw;
use super::session::{Answer, No, Session};
use super::world::{Account, Mail};

/// One mail as a search sees it.
struct Seen<'a> {
    number: u32,
    uid: u32,
    mail: &'a Mail,
    deleted: bool,
}

struct Search<'a> {
    account: &'a Account,
    largest: (u32, u32),
    raw: bool,
    stars: bool,
    /// Zero when MODSEQ was not a key.
    modseq: std::cell::Cell<u64>,
}

impl Session {
    pub(super) fn search(&mut self, command: &Command) -> Result<Answer, No> {
        let bad = || No::bad("Could not parse command");
        let by_uid = command.verb.starts_with("UID");
        let mut args = command.args.as_slice();
        let mut returned: Option<Vec<String>> = None;
        if let [word, options, rest @ ..] = args
            && word.word() == "RETURN"
        {
            returned = Some(options.members().iter().map(Arg::word).collect());
            args = rest;
        }
        if let [word, _charset, rest @ ..] = args
            && word.word() == "CHARSET"
        {
            args = rest;
        }
        if args.is_empty() {
            return Err(bad());
        }
        let Some(selected) = &self.selected else { return Err(bad()) };
        let world = self.shared.lock();
        let account = &world.accounts[self.user.as_deref().unwrap_or_default()];
        let folder = account.folder(&selected.kind).ok_or_else(bad)?;
        let search = Search {
            account,
            largest: (selected.view.len() as u32, selected.view.last().copied().unwrap_or(0)),
            raw: world.options.raw,
            stars: world.options.stars,
            modseq: std::cell::Cell::new(0),
        };
        let mut found = Vec::new();
        for (at, uid) in selected.view.iter().enumerate() {
            let Some(mail) = folder.uids.get(uid).and_then(|id| account.mails.get(id)) else { continue };
            let number = at as u32 + 1;
            let seen = Seen { number, uid: *uid, mail, deleted: folder.deleted.contains(uid) };
            if search.all(args, &seen).ok_or_else(bad)? {
                found.push(if by_uid { *uid } else { number });
            }
        }
        // An empty folder has to refuse a bad key, too.
        if selected.view.is_empty() {
            let nobody = Mail {
                id: 0,
                thread: 0,
                raw: Vec::new(),
                labels: Default::default(),
                flags: Default::default(),
                star: None,
                internal_date: jiff::Timestamp::UNIX_EPOCH,
                modseq: 0,
            };
            let seen = Seen { number: 0, uid: 0, mail: &nobody, deleted: false };
            search.all(args, &seen).ok_or_else(bad)?;
        }
        let modseq = search.modseq.get();
        let line = match returned {
            None => {
                let mut line =
                    found.iter().fold("* SEARCH".to_owned(), |line, number| format!("{line} {number}"));
                if modseq > 0 && !found.is_empty() {
                    line.push_str(&format!(" (MODSEQ {modseq})"));
                }
                line
            }
            Some(wanted) => extended(command, by_uid, &wanted, &found),
        };
        Ok(Answer::with(line + "\r\n", "SEARCH completed (Success)"))
    }
}

fn extended(command: &Command, by_uid: bool, wanted: &[String], found: &[u32]) -> String {
    let mut line = format!("* ESEARCH (TAG \"{}\"){}", command.tag, if by_uid { " UID" } else { "" });
    let has = |word: &str| wanted.iter().any(|one| one == word);
    let list: Vec<String> = found.iter().map(u32::to_string).collect();
    if let (Some(first), Some(last)) = (found.first(), found.last()) {
        if has("MIN") {
            line.push_str(&format!(" MIN {first}"));
        }
        if has("MAX") {
            line.push_str(&format!(" MAX {last}"));
        }
        if has("ALL") || wanted.is_empty() {
            line.push_str(&format!(" ALL {}", list.join(",")));
        }
    }
    if has("COUNT") {
        line.push_str(&format!(" COUNT {}", found.len()));
    }
    line
}

impl Search<'_> {
    /// Whether every key holds; `None` when one is not understood.
    fn all(&self, mut args: &[Arg], seen: &Seen<'_>) -> Option<bool> {
        let mut holds = true;
        while !args.is_empty() {
            let (this, rest) = self.key(args, seen)?;
            holds &= this;
            args = rest;
        }
        Some(holds)
    }

    fn key<'a>(&self, args: &'a [Arg], seen: &Seen<'_>) -> Option<(bool, &'a [Arg])> {
        let (key, rest) = args.split_first()?;
        if let Arg::List(inner) = key {
            return Some((self.all(inner, seen)?, rest));
        }
        let Arg::Atom(key) = key else { return None };
        let word = key.to_ascii_uppercase();
        let mail = seen.mail;
        let flags = mail.flags();
        let flag = |name: &str| flags.contains(name);
        let simple = match word.as_str() {
            "ALL" | "OLD" => Some(true),
            "ANSWERED" => Some(flag("\\Answered")),
            "DELETED" => Some(seen.deleted),
            "DRAFT" => Some(flag("\\Draft")),
            "FLAGGED" => Some(flag("\\Flagged")),
            "SEEN" => Some(flag("\\Seen")),
            "UNANSWERED" => Some(!flag("\\Answered")),
            "UNDELETED" => Some(!seen.deleted),
            "UNDRAFT" => Some(!flag("\\Draft")),
            "UNFLAGGED" => Some(!flag("\\Flagged")),
            "UNSEEN" => Some(!flag("\\Seen")),
            // Gmail keeps no `\Recent`: SELECT always says `0 RECENT` (measured).
            "NEW" | "RECENT" => Some(false),
            _ => None,
        };
        if let Some(holds) = simple {
            return Some((holds, rest));
        }
        match word.as_str() {
            "NOT" => {
                let (holds, rest) = self.key(rest, seen)?;
                return Some((!holds, rest));
            }
            "OR" => {
                let (first, rest) = self.key(rest, seen)?;
                let (second, rest) = self.key(rest, seen)?;
                return Some((first | second, rest));
            }
            "HEADER" => {
                let [name, value, rest @ ..] = rest else { return None };
                let field = super::mime::header(&mail.raw, &name.text()?);
                return Some((
                    field.is_some_and(|field| within(&field, &value.text().unwrap_or_default())),
                    rest,
                ));
            }
            _ => {}
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '*') {
            return Some((command::contains(&command::set(key, self.largest.0)?, seen.number), rest));
        }
        let (value, rest) = rest.split_first()?;
        let value = value.text()?;
        let holds = match word.as_str() {
            "UID" => command::contains(&command::set(&value, self.largest.1)?, seen.uid),
            "KEYWORD" => flags.iter().any(|flag| flag.eq_ignore_ascii_case(&value)),
            "UNKEYWORD" => !flags.iter().any(|flag| flag.eq_ignore_ascii_case(&value)),
            "BCC" | "CC" | "FROM" | "SUBJECT" | "TO" => within(&mail.header(&word), &value),
            "BODY" => within(&String::from_utf8_lossy(super::mime::split(&mail.raw).1), &value),
            "TEXT" => within(&String::from_utf8_lossy(&mail.raw), &value),
            "LARGER" => mail.raw.len() > value.parse().ok()?,
            "SMALLER" => mail.raw.len() < value.parse().ok()?,
            "SINCE" => day_of(mail) >= date(&value)?,
            "BEFORE" => day_of(mail) < date(&value)?,
            "ON" => day_of(mail) == date(&value)?,
            "SENTSINCE" => sent(mail)? >= date(&value)?,
            "SENTBEFORE" => sent(mail)? < date(&value)?,
            "SENTON" => sent(mail)? == date(&value)?,
            "MODSEQ" => {
                self.modseq.set(self.account.modseq);
                mail.modseq >= value.parse().ok()?
            }
            "X-GM-MSGID" => mail.id == value.parse::<u64>().ok()?,
            "X-GM-THRID" => mail.thread == value.parse::<u64>().ok()?,
            "X-GM-LABELS" => {
                let wanted = Label::from_wire(&value);
                mail.labels.iter().any(|label| label.is(&wanted))
            }
            "X-GM-RAW" if self.raw => raw::matches(&value, mail, self.stars),
            _ => return None,
        };
        Some((holds, rest))
    }
}

fn within(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

fn day_of(mail: &Mail) -> Date {
    mail.internal_date.to_zoned(TimeZone::UTC).date()
}

fn sent(mail: &Mail) -> Option<Date> {
    let field = mail.header("Date");
    jiff::fmt::rfc2822::parse(&field).map_or(Some(day_of(mail)), |at| Some(at.date()))
}

/// `1-Feb-2026` (RFC 3501: date).
fn date(text: &str) -> Option<Date> {
    Date::strptime("%d-%b-%Y", text).ok()
}
