//! What we do to a mailbox: set marks, archive, save drafts, file sent mail. Everything may be repeated.
//!
//! A UID is a hint. Before a mail is changed its identity is compared; after it the marks are read back. How a mark is
//! written is another file's business, one for each way. A draft is searched for before it is saved. Never `\Seen` on other people's mail, never `\Deleted`, never EXPUNGE; without
//! MOVE a mail stays where it is.

use std::collections::{BTreeMap, BTreeSet};

use super::command::Command;
use super::error::ImapError;
use super::find::bare;
pub use super::find::{Place, Target};
use super::flavour::Flavour;
use super::mailbox::Mailbox;
use super::marking::{Lies, Way};
use super::quirk::Quirk;
use crate::triage::id::MessageId;

/// The flags of a draft that we put down.
const DRAFT: &str = "(\\Draft)";

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
    /// This server has no way to write marks: the mail stays as it is.
    Unwritten {
        /// Where the mail is.
        place: Place,
    },
    /// The mail is neither where it was nor in the inbox, the archive or a mark's folder.
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
    /// The server said yes but the mail is still in the inbox.
    Refused,
    /// The mail is neither where it was nor in the inbox, the archive or a mark's folder.
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

impl Mailbox {
    /// Adds and removes marks of mails by their meanings, in whatever way the server keeps them. Answers in the order of
    /// the targets. Repeating it changes nothing. A meaning that no mark is configured for is not written.
    pub async fn mark(
        &mut self,
        targets: &[Target],
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Marked>, ImapError> {
        // Found first: opening the inbox for that may tell the way as well.
        let located = self.locate(targets).await?;
        match self.way().await? {
            Way::Keywords => self.mark_by_keywords(located, add, remove).await,
            Way::Labels => self.mark_by_labels(located, add, remove).await,
            Way::Folders => self.mark_by_folders(targets, located, add, remove).await,
            Way::Unwritten => {
                let stays = |(place, _)| Marked::Unwritten { place };
                Ok(located.into_iter().map(|found| found.map_or(Marked::Gone, stays)).collect())
            }
        }
    }

    /// Takes mails out of the inbox into the archive, those of one folder in one command. Answers in the order of the
    /// targets. Repeating it finds them there. A mail that lies in a mark's folder has left the inbox already.
    pub async fn archive(&mut self, targets: &[Target]) -> Result<Vec<Archived>, ImapError> {
        match self.flavour().await? {
            Flavour::Gmail => self.archive_by_label(targets).await,
            Flavour::Plain => self.archive_by_move(targets).await,
        }
    }

    async fn archive_by_move(&mut self, targets: &[Target]) -> Result<Vec<Archived>, ImapError> {
        let can_move = self.session().await?.can("MOVE");
        let Some(archive) = self.folders().archive.clone() else {
            return Ok(vec![Archived::NoFolder; targets.len()]);
        };
        let located = self.locate(targets).await?;
        let by_folders = self.way().await? == Way::Folders;
        let homes = self.homes();
        // One that was archived under a name that the config has changed since lies there as well.
        let stays = |target: &Target, place: &Place| match homes.lies(&place.folder) {
            Lies::Archive => true,
            Lies::Mark(_) => by_folders,
            Lies::Inbox | Lies::Elsewhere => target.was_moved_to(place),
        };
        let settled: Vec<bool> = targets
            .iter()
            .zip(&located)
            .map(|(target, found)| found.as_ref().is_some_and(|(place, _)| stays(target, place)))
            .collect();
        let mut away: BTreeMap<(&str, u32), BTreeMap<u32, &Target>> = BTreeMap::new();
        for ((target, found), settled) in targets.iter().zip(&located).zip(&settled) {
            if let Some((place, _)) = found.as_ref().filter(|_| !settled) {
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
        let all = targets.iter().zip(&located).zip(settled);
        let answers = all.map(|((target, found), settled)| match found {
            None => Archived::Gone,
            Some((place, _)) if settled => Archived::Already(place.clone()),
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
        self.append_once(folder, DRAFT, mail, message_id).await
    }

    /// The same with several drafts of different Message-IDs: searched for together, then all sent before the first is
    /// answered. Answers in their order; an inner error is a refusal of that draft alone. Places are told where the server
    /// tells them.
    pub async fn save_drafts(
        &mut self,
        drafts: &[(&[u8], &MessageId)],
    ) -> Result<Vec<Result<Saved, ImapError>>, ImapError> {
        if let [(mail, message_id)] = drafts {
            return Ok(vec![Ok(self.save_draft(mail, message_id).await?)]);
        }
        self.session().await?;
        let Some(folder) = self.folders().drafts.clone() else {
            return Ok(drafts.iter().map(|_| Ok(Saved::NoFolder)).collect());
        };
        let there = self.there_already(&folder, drafts.iter().map(|(_, id)| id.as_str()).collect()).await?;
        let missing = drafts.iter().filter(|(_, id)| !there.contains_key(id.as_str()));
        let commands: Vec<Command> = missing
            .clone()
            .map(|(mail, _)| Command::new("APPEND").folder(&folder).raw(DRAFT).literal(mail))
            .collect();
        let bytes: usize = missing.map(|(mail, _)| mail.len()).sum();
        let session = self.session().await?;
        let within = session.time_for(u64::try_from(bytes).unwrap_or(u64::MAX));
        let mut appended = match commands.as_slice() {
            [] => Vec::new(),
            commands => session.exec_all(commands, within, &mut |_| {}).await?,
        }
        .into_iter();
        let mut saved = Vec::with_capacity(drafts.len());
        for (_, message_id) in drafts {
            if let Some(place) = there.get(message_id.as_str()) {
                saved.push(Ok(Saved::Already(place.clone())));
                continue;
            }
            let Some(answer) = appended.next() else { return Err(ImapError::Closed { verb: "APPEND" }) };
            let place = |(uid_validity, uid)| Place { folder: folder.clone(), uid_validity, uid };
            saved.push(match answer {
                Ok(done) => Ok(Saved::New(done.appended.map(place))),
                Err(error) => Err(self.relearn_folders(error)),
            });
        }
        Ok(saved)
    }

    /// Which of these Message-IDs a folder holds already, and where.
    async fn there_already(
        &mut self,
        folder: &str,
        ids: BTreeSet<&str>,
    ) -> Result<BTreeMap<String, Place>, ImapError> {
        let session = self.session().await?;
        let open = match session.examine(folder).await {
            Ok(open) if open.exists == 0 => return Ok(BTreeMap::new()),
            Ok(open) => open,
            Err(error) if session.is_missing(folder, &error).await? => return Ok(BTreeMap::new()),
            Err(error) => return Err(error),
        };
        let found = session.by_message_id(&ids).await?;
        let place = |uid| Place { folder: folder.to_owned(), uid_validity: open.uid_validity, uid };
        // The oldest of several with one Message-ID, as everywhere.
        let places = found.into_iter().rev();
        Ok(places.map(|(uid, identity)| (bare(&identity.message_id).to_owned(), place(uid))).collect())
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
