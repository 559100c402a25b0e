//! What people did by hand since the last look: to the mails of open cases, and to our drafts.
//!
//! Each difference between what the desk knows of a mail and what the server shows is a person's doing, because it is
//! only looked for where nothing of ours is on its way, and only believed while the case has not changed since it was
//! read. Where folders tell their state (RFC 7162) and none has changed, nothing is looked at.
//!
//! Absence is believed late: a mail counts as deleted when it was found in no folder in two looks, and never when all
//! mails of a folder seem to be gone at once. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tracing::{error, info};

use super::WatchError;
use super::drafts::{self, OurDraft};
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

/// A mail of an open case, as the desk knew it before the look.
struct Watched {
    case: CaseId,
    version: Version,
    mail: CaseMail,
}

/// What the desk knows of a mailbox, read before the server is asked.
struct Known {
    mails: Vec<Watched>,
    drafts: Vec<OurDraft>,
    /// Acts of ours are still on their way to some mails.
    unsettled: bool,
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
        let folders: BTreeSet<String> = self.states.keys().cloned().collect();
        if !self.unsure && !folders.is_empty() && mailbox.states(&folders).await? == self.states {
            return Ok(false);
        }
        // First what the desk knows, then what the folders are like, then the mails: whatever happens in between is
        // seen again next time.
        let known = known(desk, name).await?;
        let folders = followed_folders(mailbox, &known).await?;
        let states = mailbox.states(&folders).await?;
        let still: BTreeMap<String, u64> = states
            .iter()
            .filter_map(|(folder, now)| {
                let before = self.states.get(folder).filter(|_| !self.unsure)?;
                let calm = FolderState { modseq: 0, ..*before } == FolderState { modseq: 0, ..*now };
                calm.then(|| (folder.clone(), before.modseq))
            })
            .collect();
        let mut changed = self.mails(desk, mailbox, &config.marks, &known.mails, &still, earlier).await?;
        let drafts = mailbox.folders().drafts.clone();
        let same = drafts.as_ref().is_some_and(|folder| {
            !self.unsure && states.contains_key(folder) && states.get(folder) == self.states.get(folder)
        });
        if !same && !known.drafts.is_empty() {
            changed |= drafts::compare(desk, mailbox, &known.drafts).await?;
        }
        self.unsure = changed || known.unsettled || self.suspects();
        if !self.unsure && self.states != states {
            keep(desk, name, &states).await?;
        }
        self.states = states;
        Ok(changed)
    }

    /// Compares the mails with what the desk knows of them.
    async fn mails(
        &mut self,
        desk: &Desk,
        mailbox: &mut Mailbox,
        marks: &Marks,
        mails: &[Watched],
        still: &BTreeMap<String, u64>,
        earlier: &BTreeSet<(CaseId, Fingerprint)>,
    ) -> Result<bool, WatchError> {
        let followed: Vec<Followed> = mails.iter().map(|watched| followed(&watched.mail)).collect();
        let seen = mailbox.presence(&followed, still).await?;
        let gmail = mailbox.flavour().await? == Flavour::Gmail;
        let stars = if gmail { self.stars(mailbox, &seen).await? } else { BTreeMap::new() };
        let doubted = doubted(marks, mails, &seen);
        let mut missed = BTreeSet::new();
        let mut changed = false;
        for (watched, presence) in mails.iter().zip(seen) {
            let folder = &watched.mail.place.folder;
            let events = match presence {
                Presence::Unclear => continue,
                Presence::Gone if doubted.gone.contains(folder) => continue,
                Presence::Gone => {
                    let key = (watched.case.clone(), watched.mail.fingerprint);
                    if !earlier.contains(&key) {
                        missed.insert(key);
                        continue;
                    }
                    let (mail, place) = (watched.mail.fingerprint, watched.mail.place.clone());
                    vec![Event::Moved { mail, to: Whereabouts::Gone, place }]
                }
                Presence::Here { place, marks: present, whereabouts } => {
                    let trusted = !doubted.marks.contains(folder);
                    let mut events =
                        if trusted { marked(marks, &watched.mail, &present) } else { Vec::new() };
                    let new = |mark: &&&str| !watched.mail.stars.contains(**mark);
                    let starred = stars.get(&(place.folder.clone(), place.uid)).into_iter().flatten();
                    events.extend(starred.filter(new).map(|mark| Event::Starred {
                        mail: watched.mail.fingerprint,
                        mark: (*mark).to_owned(),
                    }));
                    events.extend(placed(&watched.mail, &place, whereabouts, gmail));
                    events
                }
            };
            changed |= tell(desk, watched, &events).await?;
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

/// Folders in which changes mean something: those of followed mails, and Drafts.
async fn followed_folders(mailbox: &mut Mailbox, known: &Known) -> Result<BTreeSet<String>, WatchError> {
    mailbox.session().await?;
    let mails = known.mails.iter().map(|watched| watched.mail.place.folder.clone());
    Ok(mails.chain(mailbox.folders().drafts.clone()).chain([mailbox.inbox().to_owned()]).collect())
}

/// Reads every open case of a mailbox.
async fn known(desk: &Desk, name: &MailboxName) -> Result<Known, DeskError> {
    let live = desk.live();
    let mut known = Known { mails: Vec::new(), drafts: Vec::new(), unsettled: false };
    let prefix = keys::watched(name);
    let mut pages = desk.store().pages(&prefix);
    while let Some(rows) = pages.next().await? {
        for row in rows {
            if row.value != keys::NOTHING {
                known.unsettled = true;
                continue;
            }
            let Some(id) = keys::last_case(row.key.as_str()) else { continue };
            let Some((case, version)) = desk.case(&id).await? else { continue };
            let domain = &live.policy(&case.mailbox).message_domain;
            known.drafts.extend(drafts::ours(desk, &case, version, domain).await?);
            let newest = case.mails.len().saturating_sub(1);
            for (index, mail) in case.mails.into_iter().enumerate() {
                // An older mail that has left the inbox is done with.
                if mail.gone || (index != newest && mail.archived) {
                    continue;
                }
                if mail.pending.is_some() {
                    known.unsettled = true;
                    continue;
                }
                known.mails.push(Watched { case: id.clone(), version, mail });
            }
        }
    }
    Ok(known)
}

fn followed(mail: &CaseMail) -> Followed {
    let Place { folder, uid_validity, uid, size, server_id } = mail.place.clone();
    Followed {
        target: act::Target {
            place: act::Place { folder, uid_validity, uid },
            message_id: mail.message_id.clone(),
            size,
            server_id,
        },
        marks: mail.marks.clone(),
    }
}

/// Folders of which too much is told at once.
struct Doubted {
    marks: BTreeSet<String>,
    gone: BTreeSet<String>,
}

/// Nobody takes every mark off at once, and nobody deletes every mail at once: then it is the server, or the config.
fn doubted(marks: &Marks, mails: &[Watched], seen: &[Presence]) -> Doubted {
    let mut folders: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (watched, presence) in mails.iter().zip(seen) {
        let [all, unmarked, gone] = folders.entry(&watched.mail.place.folder).or_default();
        *all += 1;
        match presence {
            Presence::Gone => *gone += 1,
            Presence::Here { marks: present, .. } => {
                let bare = missing(marks, &watched.mail, present).any(|mark| STATE_MARKS.contains(&mark));
                *unmarked += usize::from(bare);
            }
            Presence::Unclear => {}
        }
    }
    let mut doubted = Doubted { marks: BTreeSet::new(), gone: BTreeSet::new() };
    for (folder, [all, unmarked, gone]) in folders {
        if all >= SUSPICIOUS && unmarked == all {
            error!(
                mails = all,
                "Every watched mail of a folder lost its mark at once; nothing is concluded from that."
            );
            doubted.marks.insert(folder.to_owned());
        }
        if all >= SUSPICIOUS && gone == all {
            error!(
                mails = all,
                "Every watched mail of a folder vanished at once; nothing is concluded from that."
            );
            doubted.gone.insert(folder.to_owned());
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
async fn tell(desk: &Desk, watched: &Watched, events: &[Event]) -> Result<bool, DeskError> {
    let key = keys::case(&watched.case)?;
    let mut version = watched.version;
    let mut changed = false;
    for event in events {
        let extra = Extra { expect: vec![(key.clone(), Some(version))], ..Extra::default() };
        match desk.handle(&watched.case, event, extra).await? {
            Handled::Changed(now) => {
                changed = true;
                info!(case = %watched.case, what = what(event), state = now.state_word(),
                    "A person changed the mailbox by hand.");
                match desk.case(&watched.case).await? {
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
        | Event::DraftChanged { .. }
        | Event::AnsweredByHand(_)
        | Event::SeenInSent { .. }
        | Event::Noticed { .. }
        | Event::Copied { .. }
        | Event::Due
        | Event::Ended { .. }
        | Event::Reported { .. } => "something else",
    }
}
