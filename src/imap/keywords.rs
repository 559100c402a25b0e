//! Marks as IMAP keywords (RFC 3501 section 2.3.2), the way of plain servers that keep them.
//!
//! Only the difference between wanted and present is sent, and believed when it is read back. Never a system flag.

use std::collections::{BTreeMap, BTreeSet};

use super::act::Marked;
use super::command::Command;
use super::error::ImapError;
use super::find::{Identity, Located};
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::quirk::Quirk;
use super::session::Selected;

/// UIDs in one STORE.
const STORE_BATCH: usize = 1000;

/// An IMAP keyword that every server takes: 1 to 50 ASCII atom characters, no `\` in front (RFC 3501 section 9).
fn check_keyword(keyword: &str) -> Result<(), ImapError> {
    let good = (1..=50).contains(&keyword.len())
        && keyword.bytes().all(|b| {
            b.is_ascii_graphic() && !matches!(b, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
        });
    if good {
        Ok(())
    } else {
        Err(ImapError::Config(format!(
            "keyword {keyword:?} is not allowed: use 1 to 50 ASCII letters, digits, $, - or _"
        )))
    }
}

impl Mailbox {
    /// Adds and removes marks, grouped by folder.
    pub(super) async fn mark_by_keywords(
        &mut self,
        located: Vec<Located>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Marked>, ImapError> {
        let (add, remove) = (&self.marks.keywords(add), &self.marks.keywords(remove));
        for keyword in add.iter().chain(remove) {
            check_keyword(keyword)?;
        }
        let mut by_folder: BTreeMap<(&str, u32), BTreeMap<u32, &Identity>> = BTreeMap::new();
        for (place, identity) in located.iter().flatten() {
            by_folder.entry((&place.folder, place.uid_validity)).or_default().insert(place.uid, identity);
        }
        let mut flags_now: BTreeMap<(&str, u32), BTreeSet<String>> = BTreeMap::new();
        for ((folder, uid_validity), mails) in by_folder {
            let flags = self.store(folder, uid_validity, &mails, add, remove).await?;
            flags_now.extend(flags.into_iter().map(|(uid, flags)| ((folder, uid), flags)));
        }
        let answers = located.iter().map(|found| {
            let Some((place, _)) = found else { return Marked::Gone };
            let Some(flags) = flags_now.get(&(place.folder.as_str(), place.uid)) else { return Marked::Gone };
            let marks = self.marks.by_flags(flags);
            if lacking(flags, add).is_empty() && carried(flags, remove).is_empty() {
                Marked::Done { place: place.clone(), marks }
            } else {
                Marked::Refused { marks }
            }
        });
        Ok(answers.collect())
    }

    /// Sends the difference between wanted and present marks, then reads the flags back.
    async fn store(
        &mut self,
        folder: &str,
        uid_validity: u32,
        mails: &BTreeMap<u32, &Identity>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<BTreeMap<u32, BTreeSet<String>>, ImapError> {
        let session = self.select_same(folder, uid_validity).await?;
        if let Some(open) = session.selected() {
            check_permitted(open, add)?;
        }
        let mut groups: BTreeMap<(&str, String), Vec<u32>> = BTreeMap::new();
        for (uid, identity) in mails {
            for (sign, difference) in
                [("+", lacking(&identity.flags, add)), ("-", carried(&identity.flags, remove))]
            {
                if !difference.is_empty() {
                    groups.entry((sign, difference.join(" "))).or_default().push(*uid);
                }
            }
        }
        let mut commands = Vec::new();
        for ((sign, keywords), uids) in groups {
            for chunk in uids.chunks(STORE_BATCH) {
                let set = uid_set(chunk.iter().copied());
                commands
                    .push(Command::new("UID STORE").raw(&format!("{set} {sign}FLAGS.SILENT ({keywords})")));
            }
        }
        if !commands.is_empty() {
            let within = session.time_for(0);
            let answers = session.exec_all(&commands, within, &mut |_| {}).await?;
            answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        }
        // Dovecot says OK for a mail that is gone, so only reading back tells.
        let flags = session.flags(&mails.keys().copied().collect()).await?;
        if flags.len() < mails.len() {
            Quirk::StoreOnGone.met();
        }
        Ok(flags)
    }
}

fn has(flags: &BTreeSet<String>, keyword: &str) -> bool {
    flags.iter().any(|flag| flag.eq_ignore_ascii_case(keyword))
}

fn lacking<'k>(flags: &BTreeSet<String>, wanted: &'k BTreeSet<String>) -> Vec<&'k str> {
    wanted.iter().filter(|keyword| !has(flags, keyword)).map(String::as_str).collect()
}

fn carried<'k>(flags: &BTreeSet<String>, unwanted: &'k BTreeSet<String>) -> Vec<&'k str> {
    unwanted.iter().filter(|keyword| has(flags, keyword)).map(String::as_str).collect()
}

/// Whether a folder keeps a keyword. A server that says nothing keeps everything (RFC 3501 section 7.1).
pub(super) fn keeps(open: &Selected, keyword: &str) -> bool {
    open.permanent.as_ref().is_none_or(|permanent| permanent.contains("\\*") || has(permanent, keyword))
}

/// Refuses marks that the folder would not keep.
fn check_permitted(open: &Selected, add: &BTreeSet<String>) -> Result<(), ImapError> {
    if open.read_only {
        return Err(ImapError::Config("the server opens the folder read-only: marks cannot be set".into()));
    }
    match add.iter().find(|keyword| !keeps(open, keyword)) {
        None => Ok(()),
        Some(keyword) => Err(ImapError::Config(format!(
            "the server keeps no new keywords in this folder, and {keyword} is not among those it knows; use fewer \
             marks, or set marking = \"folders\""
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_plain_atoms() {
        for (keyword, good) in [
            ("$AwaitingReply", true),
            ("chat", true),
            ("", false),
            ("返信待ち", false),
            ("two words", false),
            ("\\Seen", false),
            ("a]", false),
            (&"x".repeat(50), true),
            (&"x".repeat(51), false),
        ] {
            assert_eq!(check_keyword(keyword).is_ok(), good, "{keyword}");
        }
    }
}
