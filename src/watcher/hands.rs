//! What people did by hand since the last look: to the mails of open cases, and to our drafts.
//!
//! Each difference between what the desk knows of a mail and what the server shows is a person's doing, because it is
//! only looked for where nothing of ours is on its way, and only believed while the case has not changed since it was
//! read. Where a server has CONDSTORE (RFC 7162), a look at folders in which nothing changed is one STATUS each.
//!
//! Absence is believed late: a mail counts as deleted when it was found in no folder in two looks, and never when all
//! mails of a folder seem to be gone at once. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tracing::{error, info};

use super::WatchError;
use crate::config::Marks;
use crate::desk::hand::NotedDraft;
use crate::desk::{Desk, DeskError, Extra, Handled, keys};
use crate::imap::drafts::DraftHead;
use crate::imap::mailbox::Mailbox;
use crate::imap::presence::{Followed, Presence};
use crate::imap::stream::FolderState;
use crate::imap::{act, flavour::Flavour};
use crate::outbox::letters;
use crate::store::Version;
use crate::triage::case::{Case, CaseMail, Place, Step};
use crate::triage::event::{DraftChange, Event};
use crate::triage::hand::Whereabouts;
use crate::triage::id::{CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::label::STATE_MARKS;

/// So many mails that change in the same way at once were not changed by a person.
const SUSPICIOUS: usize = 3;
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
}

/// A mail of an open case, as the desk knew it before the look.
struct Watched {
    case: CaseId,
    version: Version,
    mail: CaseMail,
}

/// A draft of ours that waits for approval, as it was put into Drafts.
struct OurDraft {
    case: CaseId,
    version: Version,
    revision: Revision,
    message_id: MessageId,
    customer: crate::triage::id::Address,
    noted: NotedDraft,
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
            changed |= self.drafts(desk, mailbox, &known.drafts).await?;
        }
        self.unsure = changed || known.unsettled || self.suspects();
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
                    events.extend(placed(&watched.mail, &place, whereabouts, gmail));
                    events
                }
            };
            changed |= tell(desk, watched, &events).await?;
        }
        self.missed = missed;
        Ok(changed)
    }

    /// Compares our drafts with what lies in Drafts.
    async fn drafts(
        &self,
        desk: &Desk,
        mailbox: &mut Mailbox,
        ours: &[OurDraft],
    ) -> Result<bool, WatchError> {
        let Some(heads) = mailbox.drafts().await? else { return Ok(false) };
        let found = |draft: &OurDraft| heads.iter().find(|head| head.message_id == draft.message_id.as_str());
        if ours.len() >= SUSPICIOUS && ours.iter().all(|draft| found(draft).is_none()) {
            error!(
                drafts = ours.len(),
                "Every draft of ours vanished at once; nothing is concluded from that."
            );
            return Ok(false);
        }
        let mut changed = false;
        for draft in ours {
            let change = match found(draft) {
                Some(head) if u64::from(head.size) == draft.noted.size => continue,
                Some(head) => {
                    let bytes = mailbox.fetch_one(&head.place).await?;
                    let said = bytes.and_then(|bytes| letters::said_by(&bytes));
                    if said.is_none_or(|said| said == draft.noted.said) {
                        continue;
                    }
                    DraftChange::Edited
                }
                None if heads.iter().any(|head| stands_in(head, draft)) => DraftChange::Edited,
                None => DraftChange::Deleted,
            };
            let event = Event::DraftChanged { revision: draft.revision, change };
            let expect = vec![(keys::case(&draft.case).map_err(DeskError::from)?, Some(draft.version))];
            let extra = Extra { expect, ..Extra::default() };
            if let Handled::Changed(_) = desk.handle(&draft.case, &event, extra).await? {
                info!(case = %draft.case, change = change.word(), "A person changed our draft.");
                changed = true;
            }
        }
        Ok(changed)
    }
}

/// Whether a draft is what became of ours: it says so, or it goes to the same customer.
fn stands_in(head: &DraftHead, draft: &OurDraft) -> bool {
    head.reference == letters::reference(&draft.message_id) || head.to.contains(&draft.customer)
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
            if row.value == keys::UNSETTLED {
                known.unsettled = true;
                continue;
            }
            let Some(id) = keys::last_case(row.key.as_str()) else { continue };
            let Some((case, version)) = desk.case(&id).await? else { continue };
            let domain = &live.policy(&case.mailbox).message_domain;
            known.drafts.extend(our_draft(desk, &case, version, domain).await?);
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

/// The draft that waits for approval, once it lies in Drafts.
async fn our_draft(
    desk: &Desk,
    case: &Case,
    version: Version,
    domain: &str,
) -> Result<Option<OurDraft>, DeskError> {
    let waits = matches!(case.open().map(|open| &open.step), Some(Step::Drafted { .. } | Step::Asked { .. }));
    let Some(draft) = case.draft.as_ref().filter(|_| waits) else { return Ok(None) };
    let Some(noted) = desk.noted_draft(&case.id, draft.revision).await? else { return Ok(None) };
    Ok(Some(OurDraft {
        case: case.id.clone(),
        version,
        revision: draft.revision,
        message_id: MessageId::of_draft(&case.id, draft.revision, domain),
        customer: draft.to.clone(),
        noted,
    }))
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
        Event::Moved { to, .. } => to.word(),
        Event::Arrived(_)
        | Event::Unreadable { .. }
        | Event::Bounced { .. }
        | Event::Agent { .. }
        | Event::DraftChanged { .. }
        | Event::AnsweredByHand(_)
        | Event::SeenInSent { .. }
        | Event::Noticed { .. }
        | Event::Due
        | Event::Ended { .. }
        | Event::Reported { .. } => "something else",
    }
}
