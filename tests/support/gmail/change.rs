//! What a client may change: STORE of flags and labels, COPY and MOVE as labelling, EXPUNGE, APPEND.
//!
//! Sources: `+X-GM-LABELS` and its kin from "IMAP Extensions" of Google; what moving and deleting mean from "How
//! actions sync in IMAP" (<https://support.google.com/mail/answer/77657>): a move to a folder applies the label,
//! deleting in a folder removes it, `[Gmail]/Trash` and `[Gmail]/Spam` take the mail away, flagging is a star. A move
//! from the inbox to All Mail therefore archives. COPYUID stands in the tagged answer even of a MOVE (measured:
//! <https://github.com/ruby/net-imap/pull/398>). UNCHANGEDSINCE: RFC 7162; APPENDUID: RFC 4315. Never sends mail.

use jiff::Timestamp;
use madoguchi::imap::utf7;

use super::command::{self, Arg, Command};
use super::folders::Kind;
use super::labels::Label;
use super::session::{Answer, No, Session};
use super::world::Account;

/// How a STORE changes a set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Set,
    Add,
    Remove,
}

impl Session {
    pub(super) fn store(&mut self, command: &Command) -> Result<Answer, No> {
        let bad = || No::bad("Could not parse command");
        let by_uid = command.verb.starts_with("UID");
        let chosen = self.chosen(command.args.first(), by_uid)?;
        let mut args = command.args.get(1..).unwrap_or_default();
        let mut unchanged_since = None;
        if let [Arg::List(modifiers), rest @ ..] = args {
            let words: Vec<String> = modifiers.iter().map(Arg::word).collect();
            let [word, number] = words.as_slice() else { return Err(bad()) };
            if word != "UNCHANGEDSINCE" {
                return Err(bad());
            }
            unchanged_since = Some(number.parse::<u64>().map_err(|_| bad())?);
            self.condstore = true;
            args = rest;
        }
        let [item, values @ ..] = args else { return Err(bad()) };
        let item = item.word();
        let (item, silent) = item.strip_suffix(".SILENT").map_or((item.as_str(), false), |item| (item, true));
        let (change, item) = match item.as_bytes().first() {
            Some(b'+') => (Change::Add, &item[1..]),
            Some(b'-') => (Change::Remove, &item[1..]),
            _ => (Change::Set, item),
        };
        let values: Vec<String> = values
            .iter()
            .flat_map(Arg::members)
            .map(|value| value.text())
            .collect::<Option<_>>()
            .ok_or_else(bad)?;
        if !matches!(item, "FLAGS" | "X-GM-LABELS") {
            return Err(bad());
        }
        let Some(selected) = &self.selected else { return Err(bad()) };
        if selected.read_only {
            return Err(No::because("[READ-ONLY] STORE attempt on READ-ONLY folder (Failure)"));
        }
        let kind = selected.kind.clone();
        let mut out = Vec::new();
        let mut modified = Vec::new();
        for (number, uid) in chosen {
            let refused = self.change(|account, options| {
                let id = account.folder(&kind)?.uids.get(&uid).copied()?;
                if unchanged_since.is_some_and(|since| account.mails[&id].modseq > since) {
                    return Some(if by_uid { uid } else { number });
                }
                if item == "FLAGS" {
                    store_flags(account, &kind, (uid, id), change, &values, options.keywords);
                    if options.auto_expunge && account.folder(&kind)?.deleted.contains(&uid) {
                        account.expunge(&kind, uid, options);
                    }
                } else {
                    store_labels(account, id, change, &values);
                }
                None
            });
            modified.extend(refused);
            if !silent && refused.is_none() {
                let items: &[&str] = if by_uid { &[item, "UID"] } else { &[item] };
                out.extend(self.told_after(number, uid, items));
            } else if silent && self.condstore && refused.is_none() {
                out.extend(self.told_after(number, uid, &["UID"]));
            }
        }
        let words = if modified.is_empty() {
            "Success".to_owned()
        } else {
            let list: Vec<String> = modified.iter().map(u32::to_string).collect();
            format!("[MODIFIED {}] Conditional STORE failed (Success)", list.join(","))
        };
        Ok(Answer { untagged: out, words })
    }

    /// COPY and MOVE.
    pub(super) fn carry(&mut self, command: &Command) -> Result<Answer, No> {
        let by_uid = command.verb.starts_with("UID");
        let moving = command.verb.ends_with("MOVE");
        let chosen = self.chosen(command.args.first(), by_uid)?;
        let name = self.name(command.args.get(1))?;
        let Some(to) = self.kind(&name) else {
            return Err(No::because(&format!("[TRYCREATE] No folder {} (Failure)", utf7::encode(&name))));
        };
        let Some(selected) = &self.selected else { return Err(No::bad("Could not parse command")) };
        if moving && selected.read_only {
            return Err(No::because("[READ-ONLY] MOVE attempt on READ-ONLY folder (Failure)"));
        }
        let from = selected.kind.clone();
        let pairs = self.change(|account, _| {
            let mut pairs = Vec::new();
            for (_, uid) in chosen {
                let Some(id) = account.folder(&from).and_then(|folder| folder.uids.get(&uid).copied()) else {
                    continue;
                };
                arrive(account, id, &from, &to);
                if moving && from != to {
                    leave(account, id, &from, &to);
                }
                let folder = account.folder(&to);
                let there = folder.and_then(|folder| {
                    folder.uids.iter().find(|(_, mail)| **mail == id).map(|(uid, _)| *uid)
                });
                pairs.extend(there.map(|there| (uid, there)));
            }
            pairs
        });
        let validity = {
            let world = self.shared.lock();
            world.accounts[self.user.as_deref().unwrap_or_default()].folder(&to).map(|folder| folder.validity)
        };
        let list = |which: fn(&(u32, u32)) -> u32| {
            pairs.iter().map(|pair| which(pair).to_string()).collect::<Vec<_>>().join(",")
        };
        Ok(match validity {
            Some(validity) if !pairs.is_empty() => Answer::ok(&format!(
                "[COPYUID {validity} {} {}] (Success)",
                list(|pair| pair.0),
                list(|pair| pair.1)
            )),
            _ => Answer::ok("(Success)"),
        })
    }

    pub(super) fn expunge(&mut self, command: &Command) -> Result<Answer, No> {
        let only = match command.args.first() {
            None => None,
            Some(arg) => {
                let text = arg.text().unwrap_or_default();
                Some(command::set(&text, u32::MAX).ok_or_else(|| No::bad("Could not parse command"))?)
            }
        };
        self.expunge_marked(only);
        Ok(Answer::ok("Success"))
    }

    /// Takes what is marked `\Deleted` out of the open folder, or of it only the given UIDs.
    pub(super) fn expunge_marked(&mut self, only: Option<Vec<(u32, u32)>>) {
        let Some(selected) = self.selected.as_ref().filter(|selected| !selected.read_only) else { return };
        let kind = selected.kind.clone();
        self.change(|account, options| {
            let marked: Vec<u32> = account
                .folder(&kind)
                .map(|folder| folder.deleted.iter().copied().collect())
                .unwrap_or_default();
            for uid in marked {
                if only.as_ref().is_none_or(|set| command::contains(set, uid)) {
                    account.expunge(&kind, uid, options);
                }
            }
        });
    }

    pub(super) fn append(&mut self, command: &Command) -> Result<Answer, No> {
        let bad = || No::bad("Could not parse command");
        let name = self.name(command.args.first())?;
        let Some(kind) = self.kind(&name) else {
            return Err(No::because(&format!("[TRYCREATE] No folder {} (Failure)", utf7::encode(&name))));
        };
        let Some((Arg::Text(raw), options)) = command.args.get(1..).unwrap_or_default().split_last() else {
            return Err(bad());
        };
        let mut flags = Vec::new();
        let mut at = Timestamp::now();
        for option in options {
            match option {
                Arg::List(list) => flags = list.iter().filter_map(Arg::text).collect(),
                Arg::Atom(_) | Arg::Text(_) => {
                    let text = option.text().unwrap_or_default();
                    at = Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim()).map_err(|_| bad())?;
                }
            }
        }
        let user = self.user.clone().unwrap_or_default();
        let uid = self.shared.act(|world| {
            if raw.len() > world.options.append_limit {
                return Err(No::because("[TOOBIG] Message too large. (Failure)"));
            }
            let keywords = world.options.keywords;
            let account = world.accounts.get_mut(&user).ok_or_else(bad)?;
            let id = account.take_in(raw, &[], at);
            // All Mail shows it already; elsewhere the folder's label goes on. A mail put into Spam or Trash is there.
            if let Kind::Of(label) = &kind {
                account.add_label(id, label.clone());
            }
            let uid = |account: &Account| {
                let folder = account.folder(&kind)?;
                folder.uids.iter().find(|(_, mail)| **mail == id).map(|(uid, _)| (folder.validity, *uid))
            };
            let (validity, uid) = uid(account).ok_or_else(bad)?;
            store_flags(account, &kind, (uid, id), Change::Add, &flags, keywords);
            Ok((validity, uid))
        })?;
        Ok(Answer::ok(&format!("[APPENDUID {} {}] (Success)", uid.0, uid.1)))
    }
}

fn store_flags(
    account: &mut Account,
    kind: &Kind,
    (uid, id): (u32, u64),
    change: Change,
    values: &[String],
    keywords: bool,
) {
    let has = |name: &str| values.iter().any(|value| value.eq_ignore_ascii_case(name));
    if let Some(folder) = account.folder_mut(kind) {
        if has("\\Deleted") && change != Change::Remove {
            folder.deleted.insert(uid);
        } else if has("\\Deleted") || change == Change::Set {
            folder.deleted.remove(&uid);
        }
    }
    // A star and `\Flagged` are one; a draft stays a draft.
    match (has("\\Flagged"), change) {
        (true, Change::Add | Change::Set) => account.add_label(id, Label::Starred),
        (true, Change::Remove) | (false, Change::Set) => account.remove_label(id, &Label::Starred),
        (false, Change::Add | Change::Remove) => {}
    }
    let Some(mail) = account.mails.get_mut(&id) else { return };
    if change == Change::Set {
        mail.flags.clear();
    }
    for value in values {
        let system = ["\\Seen", "\\Answered"].into_iter().find(|name| value.eq_ignore_ascii_case(name));
        let flag = match system {
            Some(system) => system.to_owned(),
            // Keywords keep the case they came with.
            None if !value.starts_with('\\') && keywords => value.clone(),
            None => continue,
        };
        if change == Change::Remove {
            mail.flags.retain(|worn| !worn.eq_ignore_ascii_case(&flag));
        } else if !mail.flags.iter().any(|worn| worn.eq_ignore_ascii_case(&flag)) {
            mail.flags.insert(flag);
        }
    }
    account.changed(id);
}

/// `\Sent` and `\Draft` say what a mail is and cannot be changed from outside.
fn is_fixed(label: &Label) -> bool {
    matches!(label, Label::Sent | Label::Draft)
}

fn store_labels(account: &mut Account, id: u64, change: Change, values: &[String]) {
    let wanted: Vec<Label> = values.iter().map(|value| Label::from_wire(value)).collect();
    if change == Change::Set {
        let worn: Vec<Label> =
            account.mails.get(&id).map(|mail| mail.labels.iter().cloned().collect()).unwrap_or_default();
        for label in worn {
            if !is_fixed(&label) && !wanted.iter().any(|kept| kept.is(&label)) {
                account.remove_label(id, &label);
            }
        }
    }
    for label in wanted.into_iter().filter(|label| !is_fixed(label)) {
        if change == Change::Remove {
            account.remove_label(id, &label);
        } else {
            account.add_label(id, label);
        }
    }
}

/// A mail is put into a folder.
fn arrive(account: &mut Account, id: u64, from: &Kind, to: &Kind) {
    match (from, to) {
        // Out of spam or trash, without a label of its own.
        (Kind::Of(away @ (Label::Spam | Label::Trash)), Kind::All) => account.remove_label(id, away),
        (_, Kind::All) => {}
        (from, Kind::Of(label)) => {
            if let Kind::Of(away @ (Label::Spam | Label::Trash)) = from {
                account.remove_label(id, away);
            }
            account.add_label(id, label.clone());
        }
    }
}

/// A moved mail leaves a folder. All Mail keeps it, unless it went to spam or trash.
fn leave(account: &mut Account, id: u64, from: &Kind, _to: &Kind) {
    match from {
        Kind::All | Kind::Of(Label::Sent | Label::Draft) => {}
        Kind::Of(label) => account.remove_label(id, label),
    }
}
