//! What we do to a mailbox: set marks, archive, save drafts, file sent mail. Everything may be repeated.
//!
//! A UID is a hint. Before a mail is changed its Message-ID is compared; after it the flags are read back. A draft is
//! searched for before it is saved. Never `\Seen` on other people's mail, never `\Deleted`, never EXPUNGE; without
//! MOVE a mail stays where it is.

use std::collections::{BTreeMap, BTreeSet};

use super::command::Command;
use super::error::ImapError;
use super::find::Identity;
pub use super::find::{Place, Target};
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::quirk::Quirk;
use super::session::Selected;
use crate::triage::id::MessageId;

/// UIDs in one STORE.
const STORE_BATCH: usize = 1000;

/// What came of marking a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// The marks are as wanted; they were read back.
    Done {
        /// Where the mail is.
        place: Place,
        /// The meanings of all marks it carries now.
        marks: BTreeSet<String>,
    },
    /// The server said yes but the marks are not as wanted.
    Refused {
        /// The meanings of all marks it carries now.
        marks: BTreeSet<String>,
    },
    /// The mail is neither where it was nor in the inbox nor in the archive.
    Gone,
}

/// What came of archiving a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archived {
    /// Moved; the new place where it could be found.
    Moved(Option<Place>),
    /// It was in the archive already, or a person has put it elsewhere since it was seen: there it stays.
    Already(Place),
    /// The server has no MOVE: the mail stays, with its marks.
    NoMove,
    /// There is no archive folder: the mail stays, with its marks.
    NoFolder,
    /// The mail is neither where it was nor in the inbox nor in the archive.
    Gone,
}

/// What came of putting a mail of ours into a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Put there; the place where it could be found.
    New(Option<Place>),
    /// It was there already.
    Already(Place),
    /// The account has no such folder.
    NoFolder,
    /// The server files it by itself.
    ServerFiles,
}

/// An IMAP keyword that every server takes: 1 to 50 ASCII atom characters, no `\` in front (RFC 3501 section 9).
pub fn check_keyword(keyword: &str) -> Result<(), ImapError> {
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
    /// Adds and removes marks of mails by their meanings, grouped by folder. Answers in the order of the targets.
    /// Repeating it changes nothing. A meaning that no mark is configured for is not written.
    pub async fn mark(
        &mut self,
        targets: &[Target],
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Marked>, ImapError> {
        let (add, remove) = (&self.marks.keywords(add), &self.marks.keywords(remove));
        for keyword in add.iter().chain(remove) {
            check_keyword(keyword)?;
        }
        let located = self.locate(targets).await?;
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

    /// Moves mails into the archive, those of one folder in one command. Answers in the order of the targets. Repeating
    /// it finds them there.
    pub async fn archive(&mut self, targets: &[Target]) -> Result<Vec<Archived>, ImapError> {
        let can_move = self.session().await?.can("MOVE");
        let Some(archive) = self.folders().archive.clone() else {
            return Ok(vec![Archived::NoFolder; targets.len()]);
        };
        let located = self.locate(targets).await?;
        let mut away: BTreeMap<(&str, u32), BTreeMap<u32, &Target>> = BTreeMap::new();
        for (target, found) in targets.iter().zip(&located) {
            if let Some((place, _)) = found
                && place.folder != archive
                && !target.was_moved_to(place)
            {
                away.entry((&place.folder, place.uid_validity)).or_default().insert(place.uid, target);
            }
        }
        let mut moved: BTreeMap<(&str, u32), Place> = BTreeMap::new();
        if can_move {
            for (from, mails) in away {
                let places = self.move_mails(from, &mails, &archive).await?;
                moved.extend(places.into_iter().map(|(uid, place)| ((from.0, uid), place)));
            }
        }
        let answers = targets.iter().zip(&located).map(|(target, found)| match found {
            None => Archived::Gone,
            Some((place, _)) if place.folder == archive || target.was_moved_to(place) => {
                Archived::Already(place.clone())
            }
            Some(_) if !can_move => Archived::NoMove,
            Some((place, _)) => match moved.get(&(place.folder.as_str(), place.uid)) {
                Some(place) => Archived::Moved(Some(place.clone())),
                // It went away while it was being moved; without a Message-ID nobody can tell.
                None if target.message_id.is_some() => Archived::Gone,
                None => Archived::Moved(None),
            },
        });
        Ok(answers.collect())
    }

    /// Puts a draft into the drafts folder, unless one with this Message-ID is there. The bytes have CRLF line ends.
    pub async fn save_draft(&mut self, mail: &[u8], message_id: &MessageId) -> Result<Saved, ImapError> {
        self.session().await?;
        let folder = self.folders().drafts.clone();
        self.append_once(folder, "(\\Draft)", mail, message_id).await
    }

    /// Files a copy of a mail that was sent, unless it is there or the server does it by itself. The bytes are those
    /// that were sent, with CRLF line ends.
    pub async fn file_sent(&mut self, mail: &[u8], message_id: &MessageId) -> Result<Saved, ImapError> {
        if self.flavour().await?.files_sent_mail() {
            return Ok(Saved::ServerFiles);
        }
        let folder = self.folders().sent.clone();
        self.append_once(folder, "(\\Seen)", mail, message_id).await
    }

    async fn append_once(
        &mut self,
        folder: Option<String>,
        flags: &'static str,
        mail: &[u8],
        message_id: &MessageId,
    ) -> Result<Saved, ImapError> {
        let Some(folder) = folder else { return Ok(Saved::NoFolder) };
        if let Some(place) = self.find(&folder, message_id).await? {
            return Ok(Saved::Already(place));
        }
        let session = self.session().await?;
        let command = Command::new("APPEND").folder(&folder).raw(flags).literal(mail);
        let within = session.time_for(u64::try_from(mail.len()).unwrap_or(u64::MAX));
        let done = session.exec_with(&command, within, &mut |_| {}).await;
        let done = done.map_err(|error| self.relearn_folders(error))?;
        match done.appended {
            Some((uid_validity, uid)) => Ok(Saved::New(Some(Place { folder, uid_validity, uid }))),
            None => {
                Quirk::NoAppendUid.met();
                Ok(Saved::New(self.find(&folder, message_id).await?))
            }
        }
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

/// Refuses marks that the folder would not keep.
fn check_permitted(open: &Selected, add: &BTreeSet<String>) -> Result<(), ImapError> {
    if open.read_only {
        return Err(ImapError::Config("the server opens the folder read-only: marks cannot be set".into()));
    }
    // A server that says nothing keeps everything (RFC 3501 section 7.1).
    let open_ended = open.permanent.is_empty() || open.permanent.contains("\\*");
    match add.iter().find(|keyword| !open_ended && !has(&open.permanent, keyword)) {
        None => Ok(()),
        Some(keyword) => Err(ImapError::Config(format!(
            "the server keeps no new keywords in this folder, and {keyword} is not among those it knows"
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
