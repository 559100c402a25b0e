//! Where mails that we follow are now, and which of our marks they carry: what people did to them by hand.
//!
//! A mail is looked for at its place first, by UID; only those that are not there any more are searched for, by
//! Message-ID, in every folder there is. Absence is said only when every folder could be searched. A few commands a
//! folder, however many mails are followed. Never changes a mail.

use std::collections::{BTreeMap, BTreeSet};

use tracing::debug;

use super::answer::{fetched, flags_of, size_of};
use super::command::Command;
use super::error::ImapError;
use super::find::{Identity, Place, Target, bare};
use super::flavour::Flavour;
use super::folders::{Folder, Use};
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::marking::MarkNames;
use super::marking::{Lies, Way};
use super::session::Session;
use super::stream::same_folder;
use crate::triage::hand::Whereabouts;
use crate::triage::label;

/// UIDs asked about in one command.
const ASK_BATCH: usize = 1000;
/// Message-IDs in one SEARCH: its keys are nested, and servers bound the depth.
const SEARCH_BATCH: usize = 20;
/// Folders searched for a mail; where there are more, absence is not concluded.
const MOST_FOLDERS: usize = 200;

/// A mail that is followed, with what was last known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The mail.
    pub target: Target,
    /// The marks it carried when it was last seen or written, by meaning.
    pub marks: BTreeSet<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It is there; its identity is certain wherever anything about it differs from what was known.
    Here {
        /// Where.
        place: Place,
        /// The marks on it, by meaning; flags and keywords without a meaning are left out.
        marks: BTreeSet<String>,
        /// What the folder is for.
        whereabouts: Whereabouts,
    },
    /// In no folder of the account.
    Gone,
    /// Nothing can be concluded: its folder vanished, a folder could not be searched, or it has no Message-ID to be
    /// found by.
    Unclear,
}

/// What a mail is like at a UID.
#[derive(Debug, Clone, Default)]
struct Glance {
    flags: BTreeSet<String>,
    size: u32,
}

impl Session {
    /// Flags and sizes of some mails of the open folder; with `since`, only of those whose flags changed after that
    /// modification sequence (RFC 7162 section 3.1.4.1).
    async fn glance(
        &mut self,
        uids: &BTreeSet<u32>,
        since: Option<u64>,
    ) -> Result<BTreeMap<u32, Glance>, ImapError> {
        let all: Vec<u32> = uids.iter().copied().collect();
        let modifier = since.map(|since| format!(" (CHANGEDSINCE {since})")).unwrap_or_default();
        let commands: Vec<Command> = all
            .chunks(ASK_BATCH)
            .map(|chunk| {
                let set = uid_set(chunk.iter().copied());
                Command::new("UID FETCH").raw(&format!("{set} (UID FLAGS RFC822.SIZE){modifier}"))
            })
            .collect();
        let mut found: BTreeMap<u32, Glance> = BTreeMap::new();
        let within = self.time_for(0);
        let answers = self
            .exec_all(&commands, within, &mut |response| {
                let Some((uid, attributes)) = fetched(response) else { return };
                if !uids.contains(&uid) {
                    return;
                }
                let glance = found.entry(uid).or_default();
                // An unsolicited FETCH may tell only one of the two.
                glance.flags = flags_of(attributes).unwrap_or_else(|| std::mem::take(&mut glance.flags));
                glance.size = size_of(attributes).unwrap_or(glance.size);
            })
            .await?;
        answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(found)
    }

    /// Mails of the open folder by Message-ID: several questions in one SEARCH, since SEARCH only proposes anyway.
    pub(super) async fn by_message_id(
        &mut self,
        ids: &BTreeSet<&str>,
    ) -> Result<BTreeMap<u32, Identity>, ImapError> {
        let plain: Vec<&str> = ids.iter().copied().filter(|id| id.is_ascii()).collect();
        let mut candidates = BTreeSet::new();
        for chunk in plain.chunks(SEARCH_BATCH) {
            let mut command = Command::new("UID SEARCH");
            for (index, id) in chunk.iter().enumerate() {
                let either =
                    if index + 1 < chunk.len() { "OR HEADER Message-ID" } else { "HEADER Message-ID" };
                command = command.raw(either).string(id);
            }
            candidates.extend(self.search(command).await?);
        }
        for id in ids.iter().filter(|id| !id.is_ascii()) {
            let command = Command::new("UID SEARCH").raw("CHARSET UTF-8 HEADER Message-ID").string(id);
            candidates.extend(self.search(command).await?);
        }
        let mut found = self.identities(&candidates).await?;
        found.retain(|_, identity| ids.contains(bare(&identity.message_id)));
        Ok(found)
    }
}

impl Mailbox {
    /// Where the mails are and which marks they carry, in the order of the targets.
    ///
    /// `unchanged` names folders in which, since a modification sequence, no mail came or went: there only the flags
    /// of what changed are asked for.
    pub async fn presence(
        &mut self,
        followed: &[Followed],
        unchanged: &BTreeMap<String, u64>,
    ) -> Result<Vec<Presence>, ImapError> {
        if self.flavour().await? == Flavour::Gmail {
            return self.presence_by_labels(followed).await;
        }
        if followed.is_empty() {
            return Ok(Vec::new());
        }
        // Known from here on, for `shown`.
        self.way().await?;
        let mut answers: Vec<Option<Presence>> = vec![None; followed.len()];
        let mut vanished = BTreeSet::new();
        let mut folders: BTreeMap<(&str, u32), BTreeMap<u32, usize>> = BTreeMap::new();
        for (index, mail) in followed.iter().enumerate() {
            let place = &mail.target.place;
            folders.entry((&place.folder, place.uid_validity)).or_default().insert(place.uid, index);
        }
        for ((folder, uid_validity), mails) in folders {
            let open = match self.session().await?.examine(folder).await {
                Ok(open) => open,
                Err(error) if self.session().await?.is_missing(folder, &error).await? => {
                    vanished.insert(folder.to_owned());
                    continue;
                }
                // Closed to us for now: nothing can be concluded from that.
                Err(error) if error.leaves_connection() => {
                    mails.values().for_each(|index| set(&mut answers, *index, Presence::Unclear));
                    continue;
                }
                Err(error) => return Err(error),
            };
            if open.uid_validity == uid_validity {
                let since = unchanged.get(folder).copied();
                self.at_their_place(folder, since, &mails, followed, &mut answers).await?;
            }
        }
        self.elsewhere(followed, &vanished, &mut answers).await?;
        Ok(answers.into_iter().map(|answer| answer.unwrap_or(Presence::Unclear)).collect())
    }

    /// Mails that are where they were. One that differs from what was known must first prove that it is the same.
    async fn at_their_place(
        &mut self,
        folder: &str,
        since: Option<u64>,
        mails: &BTreeMap<u32, usize>,
        followed: &[Followed],
        answers: &mut [Option<Presence>],
    ) -> Result<(), ImapError> {
        let whereabouts = self.whereabouts(folder);
        let names = self.mark_names().clone();
        let session = self.session().await?;
        let seen = session.glance(&mails.keys().copied().collect(), since).await?;
        let shown = |mail: &Followed, flags| self.shown(folder, &mail.marks, flags);
        let mut doubtful = BTreeMap::new();
        for (uid, index) in mails {
            let Some(mail) = followed.get(*index) else { continue };
            let here = |marks| Presence::Here { place: mail.target.place.clone(), marks, whereabouts };
            match seen.get(uid) {
                // Not among what changed, and nothing came or went.
                None if since.is_some() => set(answers, *index, here(mail.marks.clone())),
                None => {}
                Some(glance) => {
                    let carried = shown(mail, &glance.flags);
                    let same_size = mail.target.size == 0 || glance.size == mail.target.size;
                    if carried == known(&names, &mail.marks) && same_size {
                        set(answers, *index, here(carried));
                    } else {
                        doubtful.insert(*uid, (*index, here(carried)));
                    }
                }
            }
        }
        if doubtful.is_empty() {
            return Ok(());
        }
        let session = self.session().await?;
        let identities = session.identities(&doubtful.keys().copied().collect()).await?;
        for (uid, (index, here)) in doubtful {
            let same = followed.get(index).zip(identities.get(&uid));
            if same.is_some_and(|(mail, identity)| mail.target.is(identity)) {
                set(answers, index, here);
            }
        }
        Ok(())
    }

    /// Mails that are not where they were, searched for in every folder.
    async fn elsewhere(
        &mut self,
        followed: &[Followed],
        vanished: &BTreeSet<String>,
        answers: &mut [Option<Presence>],
    ) -> Result<(), ImapError> {
        let mut missing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, mail) in followed.iter().enumerate() {
            let open = answers.get(index).is_some_and(Option::is_none);
            if open && let Some(id) = &mail.target.message_id {
                missing.entry(id.as_str()).or_default().push(index);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        debug!(mails = missing.len(), "Searching for mails that are not where they were.");
        let folders = self.in_order();
        let mut complete = folders.len() <= MOST_FOLDERS;
        for folder in folders.iter().take(MOST_FOLDERS) {
            if missing.is_empty() {
                break;
            }
            let whereabouts = self.whereabouts(folder);
            let session = self.session().await?;
            let open = match session.examine(folder).await {
                Ok(open) => open,
                Err(error) if error.leaves_connection() => {
                    complete = false;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let ids = missing.keys().copied().collect();
            let identities = session.by_message_id(&ids).await?;
            for (uid, identity) in identities {
                let Some(indices) = missing.remove(bare(&identity.message_id)) else { continue };
                let place = Place { folder: folder.clone(), uid_validity: open.uid_validity, uid };
                for index in indices {
                    let Some(mail) = followed.get(index) else { continue };
                    let marks = self.shown(folder, &mail.marks, &identity.flags);
                    set(answers, index, Presence::Here { place: place.clone(), marks, whereabouts });
                }
            }
        }
        for index in missing.into_values().flatten() {
            // A folder that vanished took its mails along: that is no person's word about one of them.
            let folder = followed.get(index).map(|mail| mail.target.place.folder.as_str());
            let lost_with_folder = folder.is_none_or(|folder| vanished.contains(folder));
            let answer = if complete && !lost_with_folder { Presence::Gone } else { Presence::Unclear };
            set(answers, index, answer);
        }
        Ok(())
    }

    /// The marks of a mail as the server shows them, given those it was believed to have.
    fn shown(&self, folder: &str, believed: &BTreeSet<String>, flags: &BTreeSet<String>) -> BTreeSet<String> {
        match self.known_way() {
            Some(Way::Keywords | Way::Labels) => self.mark_names().by_flags(flags),
            Some(Way::Folders) => self.homes().seen(self.homes().lies(folder), believed),
            Some(Way::Unwritten) | None => believed.clone(),
        }
    }

    /// Every folder that can be opened, likely ones first, the trash last: a copy that was kept counts more than one
    /// that was thrown away.
    fn in_order(&self) -> Vec<String> {
        let rank = |folder: &Folder| match self.whereabouts(&folder.name) {
            Whereabouts::Inbox => 0,
            Whereabouts::Archive => 1,
            Whereabouts::Elsewhere => 2,
            Whereabouts::Junk => 3,
            Whereabouts::Trash | Whereabouts::Gone => 4,
        };
        let mut folders: Vec<&Folder> =
            self.folders().all.iter().filter(|folder| folder.selectable).collect();
        folders.sort_by_key(|folder| (rank(folder), folder.name.clone()));
        folders.into_iter().map(|folder| folder.name.clone()).collect()
    }

    /// What a folder is for.
    pub(super) fn whereabouts(&self, folder: &str) -> Whereabouts {
        if same_folder(folder, self.inbox()) {
            return Whereabouts::Inbox;
        }
        if self.folders().archive.as_deref() == Some(folder) {
            return Whereabouts::Archive;
        }
        // The folder of a mark is as far from people's eyes as the mark says, and no move of its own.
        if let (Some(Way::Folders), Lies::Mark(meaning)) = (self.known_way(), self.homes().lies(folder)) {
            return if label::archives(meaning) { Whereabouts::Archive } else { Whereabouts::Inbox };
        }
        let Some(known) = self.folders().all.iter().find(|known| known.name == folder) else {
            return Whereabouts::Elsewhere;
        };
        let leaf = known.delimiter.as_deref().and_then(|delimiter| folder.rsplit(delimiter).next());
        // Servers without SPECIAL-USE: the names that every program gives its trash and junk.
        let named = |names: &[&str]| {
            known.uses.is_empty()
                && names.iter().any(|name| leaf.unwrap_or(folder).eq_ignore_ascii_case(name))
        };
        if known.uses.contains(&Use::Trash)
            || named(&["Trash", "Deleted Items", "Deleted Messages", "ゴミ箱"])
        {
            Whereabouts::Trash
        } else if known.uses.contains(&Use::Junk) || named(&["Junk", "Spam", "Junk E-mail", "迷惑メール"])
        {
            Whereabouts::Junk
        } else if known.uses.iter().any(|purpose| matches!(purpose, Use::All | Use::Archive)) {
            Whereabouts::Archive
        } else {
            Whereabouts::Elsewhere
        }
    }
}

fn set(answers: &mut [Option<Presence>], index: usize, answer: Presence) {
    if let Some(slot) = answers.get_mut(index) {
        *slot = Some(answer);
    }
}

/// Marks that can be seen at all: one whose meaning left the config is not missing, it is unknown.
fn known(names: &MarkNames, meanings: &BTreeSet<String>) -> BTreeSet<String> {
    meanings.iter().filter(|meaning| names.marks.get(meaning).is_some()).cloned().collect()
}
