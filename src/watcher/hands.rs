//! What people did by hand since the last look: to the mails of open cases, and to our drafts.
//!
//! Each difference between what the desk knows of a mail and what the server shows is a person's doing, because it is
//! only looked for where nothing of ours is on its way, and only believed while the case has not changed since it was
//! read. Where folders tell their state (RFC 7162) and none has changed, nothing is looked at.
//!
//! Mails are looked at page by page, and only what differs is kept: there may be tens of thousands of open cases.
//!
//! Absence is believed late: a mail counts as deleted when it was found in no folder in two looks, and never when all
//! mails of a folder seem to be gone at once. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tracing::{error, info};

use super::WatchError;
use super::drafts;
use super::known::{Watched, followed, known};
use crate::config::Marks;
use crate::desk::{Desk, DeskError, Extra, Handled, keys};
use crate::imap::mailbox::Mailbox;
use crate::imap::presence::{Followed, Presence};
use crate::imap::stream::FolderState;
use crate::imap::{act, flavour::Flavour};
use crate::store::Version;
use crate::triage::case::{CaseMail, Place};
use crate::triage::event::Event;
use crate::triage::hand::Whereabouts;
use crate::triage::id::{CaseId, Fingerprint, MailboxName};
use crate::triage::label::STATE_MARKS;

/// So many mails that change in the same way at once were not changed by a person.
pub(super) const SUSPICIOUS: usize = 3;
/// A look that changes cases looks again for what is left, this often at most.
const MOST_ROUNDS: usize = 4;
/// After a look that took this long there is none for a while: with very many open cases, new mail comes first.
const LONG: Duration = Duration::from_millis(100);
/// How many times its own length a long look is followed by rest.
const REST: u32 = 20;

/// What is remembered from one look to the next.
#[derive(Debug, Default)]
pub(super) struct Hands {
    /// What the folders were like when they were last looked through in full.
    states: BTreeMap<String, FolderState>,
    /// Mails found nowhere at the last look.
    missed: BTreeSet<(CaseId, Fingerprint)>,
    /// Something was left open: look in full next time, whatever the folders say.
    unsure: bool,
    /// No look before this instant.
    rests_until: Option<Instant>,
    /// What an earlier run knew has been taken up.
    resumed: bool,
    /// The server does not tell one star from another.
    starless: bool,
}

/// A mail that is not as the desk knew it.
struct Differs {
    case: CaseId,
    version: Version,
    mail: Fingerprint,
    /// Where it was.
    place: Place,
    how: How,
}

/// In what a mail differs.
enum How {
    Gone,
    /// Its marks, and anything else.
    Changed {
        marks: Vec<Event>,
        others: Vec<Event>,
    },
}

/// What a look has found so far.
#[derive(Default)]
struct Found {
    differ: Vec<Differs>,
    /// Mails of each folder: all, those without a mark of their state, those that are gone.
    folders: BTreeMap<String, [usize; 3]>,
}

impl Hands {
    /// Whether a mail seems to be deleted and a second look would tell.
    pub(super) fn suspects(&self) -> bool {
        !self.missed.is_empty()
    }

    /// How long the next look has to wait, where the last one was so long that it matters.
    pub(super) fn rest(&self) -> Option<Duration> {
        let rest = self.rests_until?.saturating_duration_since(Instant::now());
        (!rest.is_zero()).then_some(rest)
    }

    /// Looks, and tells the desk what people did.
    pub(super) async fn look(
        &mut self,
        desk: &Desk,
        name: &MailboxName,
        mailbox: &mut Mailbox,
    ) -> Result<(), WatchError> {
        let began = Instant::now();
        let ended = self.rounds(desk, name, mailbox).await;
        let took = began.elapsed();
        self.rests_until = (took >= LONG).then(|| Instant::now() + took.saturating_mul(REST));
        ended
    }

    async fn rounds(
        &mut self,
        desk: &Desk,
        name: &MailboxName,
        mailbox: &mut Mailbox,
    ) -> Result<(), WatchError> {
        if !std::mem::replace(&mut self.resumed, true) {
            self.states = kept(desk, name).await?;
        }
        let earlier = std::mem::take(&mut self.missed);
        self.unsure |= !earlier.is_empty();
        for _ in 0..MOST_ROUNDS {
            if !self.round(desk, name, mailbox, &earlier).await? {
                break;
            }
        }
        Ok(())
    }

    /// One look; true when a case changed by it, so that more may be told now.
    async fn round(
        &mut self,
        desk: &Desk,
        name: &MailboxName,
        mailbox: &mut Mailbox,
        earlier: &BTreeSet<(CaseId, Fingerprint)>,
    ) -> Result<bool, WatchError> {
        let live = desk.live();
        let Some(config) = live.config.mailbox(name) else { return Ok(false) };
        mailbox.session().await?;
        let drafts = mailbox.folders().drafts.clone();
        let mut asked: BTreeSet<String> = self.states.keys().cloned().collect();
        asked.extend(drafts.clone().into_iter().chain([mailbox.inbox().to_owned()]));
        let mut used: BTreeSet<String> =
            drafts.clone().into_iter().chain([mailbox.inbox().to_owned()]).collect();
        // First what the folders are like, then what the desk knows, then the mails: whatever happens in between is
        // seen again next time.
        let mut states = mailbox.states(&asked).await?;
        if !self.unsure && !states.is_empty() && states == self.states {
            return Ok(false);
        }
        let (mut found, mut ours, mut unsettled) = (Found::default(), Vec::new(), false);
        let prefix = keys::watched(name);
        let mut pages = desk.store().pages(&prefix);
        while let Some(rows) = pages.next().await.map_err(DeskError::from)? {
            let known = known(desk, rows).await?;
            let folders: BTreeSet<String> =
                known.mails.iter().map(|watched| watched.mail.place.folder.clone()).collect();
            let new: BTreeSet<String> = folders.difference(&asked).cloned().collect();
            if !new.is_empty() {
                states.extend(mailbox.states(&new).await?);
                asked.extend(new);
            }
            used.extend(folders);
            self.page(mailbox, &config.marks, &known.mails, &self.calm(&states), &mut found).await?;
            ours.extend(known.drafts);
            unsettled |= known.unsettled;
        }
        states.retain(|folder, _| used.contains(folder));
        let mut changed = self.conclude(desk, found, earlier).await?;
        let same = drafts.as_ref().is_some_and(|folder| {
            !self.unsure && states.contains_key(folder) && states.get(folder) == self.states.get(folder)
        });
        if !same && !ours.is_empty() {
            changed |= drafts::compare(desk, mailbox, &ours).await?;
        }
        self.unsure = changed || unsettled || self.suspects();
        if !self.unsure && self.states != states {
            keep(desk, name, &states).await?;
        }
        self.states = states;
        Ok(changed)
    }

    /// Folders in which no mail came or went since they were last looked through, with the modification sequence they
    /// had then.
    fn calm(&self, states: &BTreeMap<String, FolderState>) -> BTreeMap<String, u64> {
        let calm = |(folder, now): (&String, &FolderState)| {
            let before = self.states.get(folder).filter(|_| !self.unsure)?;
            let calm = FolderState { modseq: 0, ..*before } == FolderState { modseq: 0, ..*now };
            calm.then(|| (folder.clone(), before.modseq))
        };
        states.iter().filter_map(calm).collect()
    }

    /// Compares some mails with what the desk knows of them.
    async fn page(
        &mut self,
        mailbox: &mut Mailbox,
        marks: &Marks,
        mails: &[Watched],
        still: &BTreeMap<String, u64>,
        found: &mut Found,
    ) -> Result<(), WatchError> {
        let followed: Vec<Followed> = mails.iter().map(|watched| followed(&watched.mail)).collect();
        let seen = mailbox.presence(&followed, still).await?;
        let gmail = mailbox.flavour().await? == Flavour::Gmail;
        let stars = if gmail { self.stars(mailbox, &seen).await? } else { BTreeMap::new() };
        for (Watched { case, version, mail }, presence) in mails.iter().zip(seen) {
            if !found.folders.contains_key(&mail.place.folder) {
                found.folders.insert(mail.place.folder.clone(), [0; 3]);
            }
            let mut unknown = [0; 3];
            let [all, unmarked, gone] = found.folders.get_mut(&mail.place.folder).unwrap_or(&mut unknown);
            *all += 1;
            let how = match presence {
                Presence::Unclear => continue,
                Presence::Gone => {
                    *gone += 1;
                    How::Gone
                }
                Presence::Here { place, marks: present, whereabouts } => {
                    let bare = missing(marks, mail, &present).any(|mark| STATE_MARKS.contains(&mark));
                    *unmarked += usize::from(bare);
                    let new = |mark: &&&str| !mail.stars.contains(**mark);
                    let starred = stars.get(&(place.folder.clone(), place.uid)).into_iter().flatten();
                    let mut others: Vec<Event> = starred
                        .filter(new)
                        .map(|mark| Event::Starred { mail: mail.fingerprint, mark: (*mark).to_owned() })
                        .collect();
                    others.extend(placed(mail, &place, whereabouts, gmail));
                    let marks = marked(marks, mail, &present);
                    if marks.is_empty() && others.is_empty() {
                        continue;
                    }
                    How::Changed { marks, others }
                }
            };
            let (case, version, place) = (case.clone(), *version, mail.place.clone());
            found.differ.push(Differs { case, version, mail: mail.fingerprint, place, how });
        }
        Ok(())
    }

    /// Tells the desk what people did; true when a case changed by it.
    async fn conclude(
        &mut self,
        desk: &Desk,
        found: Found,
        earlier: &BTreeSet<(CaseId, Fingerprint)>,
    ) -> Result<bool, WatchError> {
        let doubted = doubted(found.folders);
        let mut missed = BTreeSet::new();
        let mut changed = false;
        for Differs { case, version, mail, place, how } in found.differ {
            let events = match how {
                How::Gone if doubted.gone.contains(&place.folder) => continue,
                How::Gone => {
                    let key = (case.clone(), mail);
                    if !earlier.contains(&key) {
                        missed.insert(key);
                        continue;
                    }
                    vec![Event::Moved { mail, to: Whereabouts::Gone, place }]
                }
                How::Changed { others, .. } if doubted.marks.contains(&place.folder) => others,
                How::Changed { mut marks, others } => {
                    marks.extend(others);
                    marks
                }
            };
            changed |= tell(desk, &case, version, &events).await?;
        }
        self.missed = missed;
        Ok(changed)
    }
}

/// The stars of mails, as meanings, by folder and UID.
type Stars = BTreeMap<(String, u32), BTreeSet<&'static str>>;

impl Hands {
    /// Which followed mails carry a star with a meaning. A server that does not tell kinds of stars is asked once.
    async fn stars(&mut self, mailbox: &mut Mailbox, seen: &[Presence]) -> Result<Stars, WatchError> {
        let mut folders: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for presence in seen.iter().filter(|_| !self.starless) {
            if let Presence::Here { place, .. } = presence {
                folders.entry(&place.folder).or_default().insert(place.uid);
            }
        }
        let mut stars = Stars::new();
        for (folder, uids) in folders {
            let Some(found) = mailbox.stars(folder, &uids).await? else {
                self.starless = true;
                break;
            };
            for (meaning, uids) in found {
                for uid in uids {
                    stars.entry((folder.to_owned(), uid)).or_default().insert(meaning);
                }
            }
        }
        Ok(stars)
    }
}

/// What the folders were like when an earlier run knew of everything that people had done there: where they are still
/// so, a restart has nothing to look at.
async fn kept(desk: &Desk, name: &MailboxName) -> Result<BTreeMap<String, FolderState>, DeskError> {
    let Some(row) = desk.store().get(&keys::hands(name)?).await? else { return Ok(BTreeMap::new()) };
    let states: BTreeMap<String, (u32, u32, u32, u64)> =
        serde_json::from_slice(&row.value).unwrap_or_default();
    let state =
        |(uid_validity, uid_next, exists, modseq)| FolderState { uid_validity, uid_next, exists, modseq };
    Ok(states.into_iter().map(|(folder, told)| (folder, state(told))).collect())
}

async fn keep(
    desk: &Desk,
    name: &MailboxName,
    states: &BTreeMap<String, FolderState>,
) -> Result<(), DeskError> {
    let told = |state: &FolderState| (state.uid_validity, state.uid_next, state.exists, state.modseq);
    let told: BTreeMap<&String, _> = states.iter().map(|(folder, state)| (folder, told(state))).collect();
    let value = serde_json::to_vec(&told).unwrap_or_default();
    desk.write(Extra { put: vec![(keys::hands(name)?, value)], ..Extra::default() }).await
}

/// Folders of which too much is told at once.
struct Doubted {
    marks: BTreeSet<String>,
    gone: BTreeSet<String>,
}

/// Nobody takes every mark off at once, and nobody deletes every mail at once: then it is the server, or the config.
fn doubted(folders: BTreeMap<String, [usize; 3]>) -> Doubted {
    let mut doubted = Doubted { marks: BTreeSet::new(), gone: BTreeSet::new() };
    for (folder, [all, unmarked, gone]) in folders {
        if all >= SUSPICIOUS && unmarked == all {
            error!(
                mails = all,
                "Every watched mail of a folder lost its mark at once; nothing is concluded from that."
            );
            doubted.marks.insert(folder.clone());
        }
        if all >= SUSPICIOUS && gone == all {
            error!(
                mails = all,
                "Every watched mail of a folder vanished at once; nothing is concluded from that."
            );
            doubted.gone.insert(folder);
        }
    }
    doubted
}

/// Marks of ours that are no longer on the mail, as far as the config still knows them.
fn missing<'m>(
    marks: &'m Marks,
    mail: &'m CaseMail,
    present: &'m BTreeSet<String>,
) -> impl Iterator<Item = &'m str> {
    let known = mail.marks.iter().map(String::as_str).filter(|mark| marks.get(mark).is_some());
    known.filter(|mark| !present.contains(*mark))
}

/// Marks that people took off or set.
fn marked(marks: &Marks, mail: &CaseMail, present: &BTreeSet<String>) -> Vec<Event> {
    let fingerprint = mail.fingerprint;
    let removed = missing(marks, mail, present)
        .map(|mark| Event::MarkRemoved { mail: fingerprint, mark: mark.to_owned() });
    let added = present.iter().filter(|mark| !mail.marks.contains(*mark));
    removed.chain(added.map(|mark| Event::MarkAdded { mail: fingerprint, mark: mark.clone() })).collect()
}

/// Where the mail lies now, if that is news. On Gmail a mail never changes its folder: there the inbox is a label.
fn placed(mail: &CaseMail, now: &act::Place, whereabouts: Whereabouts, gmail: bool) -> Option<Event> {
    let act::Place { folder, uid_validity, uid } = now.clone();
    let Place { size, server_id, .. } = mail.place;
    let place = Place { folder, uid_validity, uid, size, server_id };
    let in_inbox = whereabouts == Whereabouts::Inbox;
    let moved = place.folder != mail.place.folder;
    // A server that cannot archive leaves a mail in the inbox that the desk counts as archived.
    let news = place != mail.place || (gmail && in_inbox == mail.archived) || (!in_inbox && !mail.archived);
    let put_back = in_inbox && mail.archived && !moved && !gmail;
    (news && !put_back).then_some(Event::Moved { mail: mail.fingerprint, to: whereabouts, place })
}

/// Tells the desk, each event under the condition that the case is still what it was; true when it changed by it.
async fn tell(desk: &Desk, id: &CaseId, known: Version, events: &[Event]) -> Result<bool, DeskError> {
    let key = keys::case(id)?;
    let mut version = known;
    let mut changed = false;
    for event in events {
        let extra = Extra { expect: vec![(key.clone(), Some(version))], ..Extra::default() };
        match desk.handle(id, event, extra).await? {
            Handled::Changed(now) => {
                changed = true;
                info!(case = %id, what = what(event), state = now.state_word(),
                    "A person changed the mailbox by hand.");
                match desk.case(id).await? {
                    Some((case, newer)) if case == *now => version = newer,
                    // Somebody else was here; the next look tells what is left.
                    Some(_) | None => break,
                }
            }
            Handled::Unchanged => {}
            Handled::Stale => {
                changed = true;
                break;
            }
        }
    }
    Ok(changed)
}

fn what(event: &Event) -> &'static str {
    match event {
        Event::MarkRemoved { .. } => "a mark was taken off",
        Event::MarkAdded { .. } => "a mark was set",
        Event::Starred { .. } => "a star was set",
        Event::Moved { to, .. } => to.word(),
        Event::Arrived(_)
        | Event::Unreadable { .. }
        | Event::Bounced { .. }
        | Event::Agent { .. }
        | Event::Away { .. }
        | Event::DraftChanged { .. }
        | Event::AnsweredByHand(_)
        | Event::SeenInSent { .. }
        | Event::Noticed { .. }
        | Event::Copied { .. }
        | Event::Due
        | Event::Ended { .. }
        | Event::Reported { .. }
        | Event::Alerted { .. } => "something else",
    }
}
