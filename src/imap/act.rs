//! What we do to a mailbox: set marks, archive, save drafts, file sent mail. Everything may be repeated.
//!
//! A UID is a hint. Before a mail is changed its Message-ID is compared; after it the flags are read back. A draft is
//! searched for before it is saved. Never `\Seen` on other people's mail, never `\Deleted`, never EXPUNGE; without
//! MOVE a mail stays where it is.

use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use tracing::info;

use super::command::Command;
use super::error::ImapError;
use super::fetch::{fetched, flags_of, uid_set};
use super::mailbox::Mailbox;
use super::plain::Flavour;
use super::session::{Selected, Session, done_of};
use crate::triage::id::MessageId;

/// UIDs in one STORE.
const STORE_BATCH: usize = 1000;

/// A mail that something is to be done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it was seen.
    pub place: Place,
    /// Its Message-ID, the proof of its identity; `None` when it has none, then `size` has to do.
    pub message_id: Option<MessageId>,
    /// Its size in bytes (RFC822.SIZE).
    pub size: u32,
}

/// Where a mail is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Folder, decoded.
    pub folder: String,
    /// UIDVALIDITY of the folder.
    pub uid_validity: u32,
    /// UID.
    pub uid: u32,
}

/// What came of marking a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// The marks are as wanted; the flags were read back.
    Done {
        /// Where the mail is.
        place: Place,
        /// Its flags now.
        flags: BTreeSet<String>,
    },
    /// The server said yes but the flags are not as wanted.
    Refused {
        /// Its flags now.
        flags: BTreeSet<String>,
    },
    /// The mail is neither where it was nor in the inbox nor in the archive.
    Gone,
}

/// What came of archiving a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archived {
    /// Moved; the new place where it could be found.
    Moved(Option<Place>),
    /// It was in the archive already.
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

/// What a mail is known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Identity {
    pub(crate) message_id: String,
    size: u32,
    flags: BTreeSet<String>,
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

/// The value of a header field in raw bytes, unfolded and trimmed; the first one where there are several.
pub(crate) fn header_field(mail: &[u8], name: &str) -> Option<String> {
    let mut value: Option<String> = None;
    for line in mail.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some(value) = &mut value {
                value.push_str(&String::from_utf8_lossy(line));
            }
            continue;
        }
        if value.is_some() {
            break;
        }
        let (field, rest) = line.split_at(line.iter().position(|byte| *byte == b':').unwrap_or(line.len()));
        if field.trim_ascii().eq_ignore_ascii_case(name.as_bytes()) {
            value = Some(String::from_utf8_lossy(rest.get(1..).unwrap_or_default()).into_owned());
        }
    }
    value.map(|value| value.trim().to_owned())
}

impl Session {
    /// Message-ID, size and flags of some mails; those that are gone are missing.
    pub(crate) async fn identities(
        &mut self,
        uids: &BTreeSet<u32>,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        self.headers(uids, "Message-ID").await
    }

    async fn headers(
        &mut self,
        uids: &BTreeSet<u32>,
        field: &str,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        let mut found = BTreeMap::new();
        let all: Vec<u32> = uids.iter().copied().collect();
        for chunk in all.chunks(STORE_BATCH) {
            let command = Command::new("UID FETCH").raw(&format!(
                "{} (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({field})])",
                uid_set(chunk.iter().copied())
            ));
            self.exec_with(&command, self.time_for(0), &mut |response| {
                let Some((uid, attributes)) = fetched(response) else { return };
                if let Some(identity) = identity_of(attributes, field)
                    && uids.contains(&uid)
                {
                    found.insert(uid, identity);
                }
            })
            .await?;
        }
        Ok(found)
    }

    /// UIDs of the open folder whose header field is exactly this value (angle brackets aside), with what they are.
    async fn exact(
        &mut self,
        field: &'static str,
        value: &str,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        let wide = if value.is_ascii() { "HEADER" } else { "CHARSET UTF-8 HEADER" };
        let keys = Command::new("UID SEARCH").raw(wide).raw(field).string(value);
        // SEARCH finds substrings; the field itself decides.
        let candidates = self.search(keys).await?.into_iter().take(STORE_BATCH).collect();
        let mut found = self.headers(&candidates, field).await?;
        found.retain(|_, identity| bare(&identity.message_id) == bare(value));
        Ok(found)
    }
}

/// A value without blanks and angle brackets around it.
fn bare(value: &str) -> &str {
    value.trim().trim_start_matches('<').trim_end_matches('>').trim()
}

fn identity_of(attributes: &[AttributeValue<'_>], field: &str) -> Option<Identity> {
    let header = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            section: Some(SectionPath::Full(MessageSection::Header)),
            data,
            ..
        } => data.as_deref(),
        _ => None,
    })?;
    let size = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Rfc822Size(size) => Some(*size),
        _ => None,
    });
    Some(Identity {
        message_id: header_field(header, field).unwrap_or_default(),
        size: size.unwrap_or_default(),
        flags: flags_of(attributes).unwrap_or_default(),
    })
}

impl Target {
    /// Whether a mail on the server is this one.
    fn is(&self, identity: &Identity) -> bool {
        match &self.message_id {
            Some(message_id) => bare(&identity.message_id) == message_id.as_str(),
            None => bare(&identity.message_id).is_empty() && identity.size == self.size,
        }
    }
}

impl Mailbox {
    /// Adds and removes keywords of mails, grouped by folder. Answers in the order of the targets. Repeating it changes
    /// nothing.
    pub async fn mark(
        &mut self,
        targets: &[Target],
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Marked>, ImapError> {
        for keyword in add.iter().chain(remove) {
            check_keyword(keyword)?;
        }
        let located = self.locate(targets).await?;
        let mut by_folder: BTreeMap<&str, BTreeMap<u32, &Identity>> = BTreeMap::new();
        for (place, identity) in located.iter().flatten() {
            by_folder.entry(&place.folder).or_default().insert(place.uid, identity);
        }
        let mut flags_now: BTreeMap<(&str, u32), BTreeSet<String>> = BTreeMap::new();
        for (folder, mails) in by_folder {
            let flags = self.store(folder, &mails, add, remove).await?;
            flags_now.extend(flags.into_iter().map(|(uid, flags)| ((folder, uid), flags)));
        }
        let answers = located.iter().map(|found| {
            let Some((place, _)) = found else { return Marked::Gone };
            match flags_now.get(&(place.folder.as_str(), place.uid)) {
                None => Marked::Gone,
                Some(flags) if lacking(flags, add).is_empty() && carried(flags, remove).is_empty() => {
                    Marked::Done { place: place.clone(), flags: flags.clone() }
                }
                Some(flags) => Marked::Refused { flags: flags.clone() },
            }
        });
        Ok(answers.collect())
    }

    /// Sends the difference between wanted and present marks, then reads the flags back.
    async fn store(
        &mut self,
        folder: &str,
        mails: &BTreeMap<u32, &Identity>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<BTreeMap<u32, BTreeSet<String>>, ImapError> {
        let session = self.select(folder).await?;
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
        session.flags(&mails.keys().copied().collect()).await
    }

    /// Finds the mails: at their place if it is still the same mail, else by Message-ID in that folder, the inbox and
    /// the archive.
    async fn locate(&mut self, targets: &[Target]) -> Result<Vec<Option<(Place, Identity)>>, ImapError> {
        let mut folders: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for target in targets {
            folders.entry(&target.place.folder).or_default().insert(target.place.uid);
        }
        let mut known: BTreeMap<&str, (u32, BTreeMap<u32, Identity>)> = BTreeMap::new();
        for (folder, uids) in folders {
            match self.session().await?.select(folder).await {
                Ok(open) => {
                    let identities = self.session().await?.identities(&uids).await?;
                    known.insert(folder, (open.uid_validity, identities));
                }
                // A folder that a person removed: its mails may be elsewhere.
                Err(ImapError::No { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut located = Vec::with_capacity(targets.len());
        for target in targets {
            let here = known.get(target.place.folder.as_str()).and_then(|(validity, identities)| {
                let identity = identities.get(&target.place.uid)?;
                (*validity == target.place.uid_validity && target.is(identity))
                    .then(|| (target.place.clone(), identity.clone()))
            });
            located.push(match here {
                Some(found) => Some(found),
                None => self.search_for(target).await?,
            });
        }
        Ok(located)
    }

    async fn search_for(&mut self, target: &Target) -> Result<Option<(Place, Identity)>, ImapError> {
        let Some(message_id) = &target.message_id else { return Ok(None) };
        let mut folders = vec![target.place.folder.clone(), self.inbox().to_owned()];
        folders.extend(self.folders().archive.clone());
        let mut asked = BTreeSet::new();
        for folder in folders {
            if asked.insert(folder.clone())
                && let Some(found) =
                    self.find_in(&folder, "Message-ID", message_id.as_str(), target.size).await?
            {
                info!("Found a mail again by its Message-ID.");
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The mail with this field; of several the one of the right size, else the oldest.
    async fn find_in(
        &mut self,
        folder: &str,
        field: &'static str,
        value: &str,
        size: u32,
    ) -> Result<Option<(Place, Identity)>, ImapError> {
        let session = self.session().await?;
        let open = match session.select(folder).await {
            Ok(open) => open,
            Err(ImapError::No { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = session.exact(field, value).await?;
        let best = found.iter().find(|(_, identity)| identity.size == size).or_else(|| found.iter().next());
        Ok(best.map(|(uid, identity)| {
            let place = Place { folder: folder.to_owned(), uid_validity: open.uid_validity, uid: *uid };
            (place, identity.clone())
        }))
    }

    /// Moves a mail into the archive. Repeating it finds it there.
    pub async fn archive(&mut self, target: &Target) -> Result<Archived, ImapError> {
        let can_move = self.session().await?.can("MOVE");
        let Some(archive) = self.folders().archive.clone() else { return Ok(Archived::NoFolder) };
        let located = self.locate(std::slice::from_ref(target)).await?;
        let Some((place, _)) = located.into_iter().flatten().next() else { return Ok(Archived::Gone) };
        if place.folder == archive {
            return Ok(Archived::Already(place));
        }
        if !can_move {
            return Ok(Archived::NoMove);
        }
        let session = self.select(&place.folder).await?;
        let command = Command::new("UID MOVE").raw(&place.uid.to_string()).folder(&archive);
        let mut copied = None;
        let done = session
            .exec_with(&command, session.time_for(0), &mut |response| {
                // RFC 6851 section 4.3: COPYUID comes untagged, before the mail goes.
                if let Response::Data { outcome, .. } = response {
                    copied = copied.take().or(done_of(outcome).copied);
                }
            })
            .await?;
        let moved = copied.or(done.copied).and_then(|(uid_validity, pairs)| {
            let uid = pairs.into_iter().find(|(from, _)| *from == place.uid)?.1;
            Some(Place { folder: archive.clone(), uid_validity, uid })
        });
        if moved.is_some() {
            return Ok(Archived::Moved(moved));
        }
        let Some(message_id) = &target.message_id else { return Ok(Archived::Moved(None)) };
        let found = self.find_in(&archive, "Message-ID", message_id.as_str(), target.size).await?;
        Ok(found.map_or(Archived::Gone, |(place, _)| Archived::Moved(Some(place))))
    }

    /// Puts a draft into the drafts folder, unless one with this Message-ID is there.
    pub async fn save_draft(&mut self, mail: &[u8], message_id: &MessageId) -> Result<Saved, ImapError> {
        self.session().await?;
        let folder = self.folders().drafts.clone();
        self.append_once(folder, "(\\Draft)", mail, message_id).await
    }

    /// Files a copy of a mail that was sent, unless it is there or the server does it by itself.
    pub async fn file_sent(&mut self, mail: &[u8], message_id: &MessageId) -> Result<Saved, ImapError> {
        if self.flavour().await? == Flavour::Gmail {
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
        let done = session.exec_with(&command, within, &mut |_| {}).await?;
        match done.appended {
            Some((uid_validity, uid)) => Ok(Saved::New(Some(Place { folder, uid_validity, uid }))),
            None => Ok(Saved::New(self.find(&folder, message_id).await?)),
        }
    }

    /// Where a mail with this Message-ID is within a folder.
    pub async fn find(&mut self, folder: &str, message_id: &MessageId) -> Result<Option<Place>, ImapError> {
        let found = self.find_in(folder, "Message-ID", message_id.as_str(), 0).await?;
        Ok(found.map(|(place, _)| place))
    }

    /// Where a mail is whose header field has exactly this value, such as `X-Madoguchi-Ref`.
    pub async fn find_header(
        &mut self,
        folder: &str,
        field: &'static str,
        value: &str,
    ) -> Result<Option<Place>, ImapError> {
        Ok(self.find_in(folder, field, value, 0).await?.map(|(place, _)| place))
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

    #[test]
    fn a_header_field_is_read_from_raw_bytes() {
        for (mail, expected) in [
            ("Message-ID: <a@b>\r\n\r\n", Some("<a@b>")),
            ("message-id:\r\n <a@b>\r\nTo: x\r\n\r\n", Some("<a@b>")),
            ("To: x\r\n\r\nMessage-ID: <body>\r\n", None),
            ("Message-ID: <1>\nMessage-ID: <2>\n", Some("<1>")),
            ("", None),
        ] {
            assert_eq!(header_field(mail.as_bytes(), "Message-ID").as_deref(), expected, "{mail:?}");
        }
    }
}
