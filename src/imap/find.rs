//! Finds a mail again: at its place when it is still the same mail, else by its Message-ID or Gmail's number for it.
//!
//! A UID is a hint; a header field, or Gmail's lasting number, is the proof; SEARCH only proposes. Never changes a mail.

use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::AttributeValue;
use tracing::info;

use super::answer::{fetched, flags_of, header_of, labels_of, server_id_of, size_of};
use super::command::Command;
use super::error::ImapError;
use super::flavour::Flavour;
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::marking::Way;
use super::session::Session;
use crate::triage::case;
use crate::triage::id::MessageId;

/// UIDs asked about in one command.
const ASK_BATCH: usize = 1000;

/// Mails of so many different sizes are proof enough of each other.
const MANY: usize = 20;

/// A mail that something is to be done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it was seen.
    pub place: Place,
    /// Its Message-ID, the proof of its identity; `None` when it has none, then `size` has to do.
    pub message_id: Option<MessageId>,
    /// Its size in bytes (RFC822.SIZE).
    pub size: u32,
    /// The server's own lasting number for it, where it has one (Gmail's X-GM-MSGID): proof enough by itself.
    pub server_id: Option<u64>,
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

/// What a mail is known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Identity {
    /// Empty where it was not asked for.
    pub(crate) message_id: String,
    size: u32,
    pub(crate) flags: BTreeSet<String>,
    /// Gmail's labels, decoded; `None` elsewhere.
    pub(super) labels: Option<BTreeSet<String>>,
    /// Gmail's lasting number.
    pub(super) server_id: Option<u64>,
}

/// A mail as it was found again; `None` when it is gone.
pub(super) type Located = Option<(Place, Identity)>;

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

/// The question for the Message-ID of some mails, with size and flags.
pub(super) fn identity_question(uids: impl IntoIterator<Item = u32>) -> Command {
    question(Flavour::Plain, uids, Some("Message-ID"))
}

fn question(flavour: Flavour, uids: impl IntoIterator<Item = u32>, field: Option<&str>) -> Command {
    let mut items = "UID FLAGS RFC822.SIZE".to_owned();
    if flavour == Flavour::Gmail {
        items.push_str(" X-GM-MSGID X-GM-LABELS");
    }
    if let Some(field) = field {
        items.push_str(&format!(" BODY.PEEK[HEADER.FIELDS ({field})]"));
    }
    Command::new("UID FETCH").raw(&format!("{} ({items})", uid_set(uids)))
}

impl Session {
    /// Message-ID, size and flags of some mails; those that are gone are missing.
    pub(crate) async fn identities(
        &mut self,
        uids: &BTreeSet<u32>,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        self.headers(uids, Some("Message-ID")).await
    }

    /// The same by Gmail's numbers alone, without touching a header.
    pub(super) async fn numbered(
        &mut self,
        uids: &BTreeSet<u32>,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        self.headers(uids, None).await
    }

    /// What some mails are now. Many at once are known by their sizes, which cost the server next to nothing: had their
    /// UIDs gone to other mails, hardly one size would still be right, let alone all of them. If a single one is wrong,
    /// and for a few mails, the Message-IDs are asked for.
    async fn recognise(
        &mut self,
        mails: &BTreeMap<u32, &Target>,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        let sizes: BTreeSet<u32> = mails.values().map(|target| target.size).collect();
        if sizes.len() >= MANY {
            let mut found = self.sizes(mails).await?;
            let right = |(uid, identity): (&u32, &Identity)| {
                mails.get(uid).is_some_and(|target| target.size == identity.size)
            };
            if found.len() >= MANY && found.iter().all(right) {
                for (uid, identity) in &mut found {
                    let known = mails.get(uid).and_then(|target| target.message_id.as_ref());
                    identity.message_id = known.map(|id| id.as_str().to_owned()).unwrap_or_default();
                }
                return Ok(found);
            }
        }
        self.identities(&mails.keys().copied().collect()).await
    }

    /// Sizes and flags of some mails, without a look into them.
    async fn sizes(&mut self, mails: &BTreeMap<u32, &Target>) -> Result<BTreeMap<u32, Identity>, ImapError> {
        let mut found = BTreeMap::new();
        let all: Vec<u32> = mails.keys().copied().collect();
        for chunk in all.chunks(ASK_BATCH) {
            let uids = uid_set(chunk.iter().copied());
            let command = Command::new("UID FETCH").raw(&format!("{uids} (UID FLAGS RFC822.SIZE)"));
            self.exec_with(&command, self.time_for(0), &mut |response| {
                if let Some((uid, attributes)) = fetched(response)
                    && let Some(size) = size_of(attributes)
                    && mails.contains_key(&uid)
                {
                    let flags = flags_of(attributes).unwrap_or_default();
                    found.insert(uid, Identity { size, flags, ..Identity::default() });
                }
            })
            .await?;
        }
        Ok(found)
    }

    async fn headers(
        &mut self,
        uids: &BTreeSet<u32>,
        field: Option<&str>,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        let mut found: BTreeMap<u32, Answered> = BTreeMap::new();
        let all: Vec<u32> = uids.iter().copied().collect();
        let flavour = Flavour::of(self);
        for chunk in all.chunks(ASK_BATCH) {
            let command = question(flavour, chunk.iter().copied(), field);
            self.exec_with(&command, self.time_for(0), &mut |response| {
                let Some((uid, attributes)) = fetched(response) else { return };
                if uids.contains(&uid) {
                    note(found.entry(uid).or_default(), attributes, field);
                }
            })
            .await?;
        }
        // Flags alone are news about a mail, not an answer.
        Ok(found.into_iter().filter(|(_, is)| is.answered).map(|(uid, is)| (uid, is.identity)).collect())
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
        let candidates = self.search(keys).await?.into_iter().take(ASK_BATCH).collect();
        let mut found = self.headers(&candidates, Some(field)).await?;
        found.retain(|_, identity| bare(&identity.message_id) == bare(value));
        Ok(found)
    }
}

/// A value without blanks and angle brackets around it.
pub(super) fn bare(value: &str) -> &str {
    value.trim().trim_start_matches('<').trim_end_matches('>').trim()
}

/// What a FETCH answer says about the identity of a mail, by a header field that was asked for.
pub(super) fn identity_of(attributes: &[AttributeValue<'_>], field: &str) -> Option<Identity> {
    let mut about = Answered::default();
    note(&mut about, attributes, Some(field));
    about.answered.then_some(about.identity)
}

/// What came about a mail so far.
#[derive(Default)]
struct Answered {
    identity: Identity,
    answered: bool,
}

/// Servers may tell a mail in several answers: each part counts.
fn note(about: &mut Answered, attributes: &[AttributeValue<'_>], field: Option<&str>) {
    if let (Some(header), Some(field)) = (header_of(attributes), field) {
        about.identity.message_id = header_field(header, field).unwrap_or_default();
        about.answered = true;
    }
    if let Some(size) = size_of(attributes) {
        about.identity.size = size;
    }
    if let Some(flags) = flags_of(attributes) {
        about.identity.flags = flags;
    }
    if let Some(labels) = labels_of(attributes) {
        about.identity.labels = Some(labels);
    }
    if let Some(number) = server_id_of(attributes) {
        about.identity.server_id = Some(number);
        // Where no field was asked for the number is what tells which mail it is.
        about.answered |= field.is_none();
    }
}

impl Target {
    /// A mail where the desk last saw it.
    pub fn at(place: &case::Place, message_id: Option<MessageId>) -> Self {
        let case::Place { folder, uid_validity, uid, size, server_id } = place.clone();
        Self { place: Place { folder, uid_validity, uid }, message_id, size, server_id }
    }

    /// Whether somebody has moved it since it was seen: it lies in another folder, or came back under another UID. A
    /// folder that was numbered anew says nothing of the kind.
    pub(super) fn was_moved_to(&self, now: &Place) -> bool {
        let same_folder = now.folder == self.place.folder;
        !same_folder || (now.uid_validity == self.place.uid_validity && now.uid != self.place.uid)
    }

    /// Whether a mail on the server is this one.
    pub(super) fn is(&self, identity: &Identity) -> bool {
        if let (Some(ours), Some(theirs)) = (self.server_id, identity.server_id) {
            return ours == theirs;
        }
        match &self.message_id {
            Some(message_id) => bare(&identity.message_id) == message_id.as_str(),
            None => bare(&identity.message_id).is_empty() && identity.size == self.size,
        }
    }
}

impl Mailbox {
    /// Finds the mails: at their place if it is still the same mail, else by Message-ID in that folder, the inbox, the
    /// archive and the folders of marks. On Gmail only the folder that holds every mail counts.
    pub(super) async fn locate(&mut self, targets: &[Target]) -> Result<Vec<Located>, ImapError> {
        let only = self.every_mail().await?;
        let mut folders: BTreeMap<&str, BTreeMap<u32, &Target>> = BTreeMap::new();
        for target in targets {
            if only.as_ref().is_none_or(|only| *only == target.place.folder) {
                folders.entry(&target.place.folder).or_default().insert(target.place.uid, target);
            }
        }
        let by_number = only.is_some() && targets.iter().all(|target| target.server_id.is_some());
        let mut known: BTreeMap<&str, (u32, BTreeMap<u32, Identity>)> = BTreeMap::new();
        for (folder, mails) in folders {
            let session = self.session().await?;
            match session.select(folder).await {
                Ok(open) => {
                    let uids = mails.keys().copied().collect();
                    let asked = match (&only, by_number) {
                        (Some(_), true) => session.numbered(&uids).await,
                        (Some(_), false) => session.identities(&uids).await,
                        (None, _) => session.recognise(&mails).await,
                    };
                    known.insert(folder, (open.uid_validity, asked?));
                }
                // A folder that a person removed: its mails may be elsewhere.
                Err(error) if session.is_missing(folder, &error).await? => {}
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
            located.push(match (here, &only) {
                (Some(found), _) => Some(found),
                (None, Some(all)) => self.search_all(all, target).await?,
                (None, None) => self.search_for(target).await?,
            });
        }
        Ok(located)
    }

    /// Whether a mail is where it was seen. A folder that is gone or closed to us holds nothing.
    pub async fn is_there(&mut self, target: &Target) -> Result<bool, ImapError> {
        let uid = target.place.uid;
        let session = self.session().await?;
        let open = match session.examine(&target.place.folder).await {
            Ok(open) => open,
            Err(error) if error.leaves_connection() => return Ok(false),
            Err(error) => return Err(error),
        };
        let found = session.identities(&BTreeSet::from([uid])).await?;
        let same = found.get(&uid).is_some_and(|identity| target.is(identity));
        Ok(same && open.uid_validity == target.place.uid_validity)
    }

    async fn search_for(&mut self, target: &Target) -> Result<Option<(Place, Identity)>, ImapError> {
        let Some(message_id) = &target.message_id else { return Ok(None) };
        let mut folders = vec![target.place.folder.clone(), self.inbox().to_owned()];
        folders.extend(self.folders().archive.clone());
        if self.way().await? == Way::Folders {
            let made = |folder: &String| self.folders().all.iter().any(|known| known.name == *folder);
            folders.extend(self.homes().folders().into_iter().filter(made));
        }
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

    /// Finds a mail among all mails of Gmail: by its lasting number, or by Message-ID when it was seen before we kept
    /// numbers.
    pub(super) async fn search_all(
        &mut self,
        all: &str,
        target: &Target,
    ) -> Result<Option<(Place, Identity)>, ImapError> {
        let Some(number) = target.server_id else {
            let Some(message_id) = &target.message_id else { return Ok(None) };
            return self.find_in(all, "Message-ID", message_id.as_str(), target.size).await;
        };
        let session = self.session().await?;
        let open = session.examine(all).await?;
        let candidates =
            session.search(Command::new("UID SEARCH").raw(&format!("X-GM-MSGID {number}"))).await?;
        let found = session.numbered(&candidates.into_iter().take(ASK_BATCH).collect()).await?;
        let found = found.into_iter().find(|(_, identity)| identity.server_id == Some(number));
        Ok(found.map(|(uid, identity)| {
            info!("Found a mail again by its number.");
            (Place { folder: all.to_owned(), uid_validity: open.uid_validity, uid }, identity)
        }))
    }

    /// The mail with this field; of several the one of the right size, else the oldest.
    pub(super) async fn find_in(
        &mut self,
        folder: &str,
        field: &'static str,
        value: &str,
        size: u32,
    ) -> Result<Option<(Place, Identity)>, ImapError> {
        let session = self.session().await?;
        let open = match session.examine(folder).await {
            Ok(open) => open,
            Err(error) if session.is_missing(folder, &error).await? => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = session.exact(field, value).await?;
        let best = found.iter().find(|(_, identity)| identity.size == size).or_else(|| found.iter().next());
        Ok(best.map(|(uid, identity)| {
            let place = Place { folder: folder.to_owned(), uid_validity: open.uid_validity, uid: *uid };
            (place, identity.clone())
        }))
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

#[cfg(test)]
mod tests {
    use super::*;

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
