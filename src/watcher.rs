//! Watches one mailbox: takes in what is new, notices what people did by hand, sleeps in IDLE.
//!
//! The cursor moves only after the desk has made a batch durable. A person taking a mark off is an answer to us; a
//! mark that is missing for any other reason (mail gone, folder renumbered) says nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::config;
use crate::crash;
use crate::desk::intake::{Incoming, Tally};
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::imap::fetch::Content;
use crate::imap::mailbox::Mailbox;
use crate::imap::watch::{Begin, Cursor, Found};
use crate::imap::{ImapError, Limit};
use crate::outbox::{LONGEST, pause};
use crate::record;
use crate::triage::case::Place;
use crate::triage::event::Event;
use crate::triage::id::{CaseId, Fingerprint, MailboxName};
use crate::triage::label::STATE_MARKS;

/// IDLE is renewed well under the 29 minutes of RFC 2177, whatever the config says.
const LONGEST_IDLE: Duration = Duration::from_secs(20 * 60);

/// So many mails that lose their marks at once did not lose them to a person.
const SUSPICIOUS: usize = 3;

/// What can go wrong while watching.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The server, or the way to it.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl WatchError {
    /// How long the server must be left alone at least.
    fn rest(&self) -> Duration {
        match self {
            Self::Imap(error) => error.limit().map_or(Duration::ZERO, Limit::rest),
            Self::Desk(_) => Duration::ZERO,
        }
    }

    /// Trying again soon is useless, and a wrong password tried often locks the account.
    fn needs_a_person(&self) -> bool {
        matches!(self, Self::Imap(error) if !error.is_transient())
    }
}

/// How a mailbox fares, for `status` and for READY.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// The last time the mailbox was looked at in full.
    pub looked: Option<Timestamp>,
    /// What is wrong now, without personal data.
    pub trouble: Option<String>,
}

/// The watch over one mailbox.
pub struct Watcher {
    desk: Desk,
    name: MailboxName,
    mailbox: Mailbox,
    begin: Begin,
    stop: watch::Receiver<bool>,
    health: watch::Sender<Health>,
}

impl Watcher {
    /// A watch with a connection of its own.
    pub fn new(
        desk: Desk,
        name: MailboxName,
        mailbox: Mailbox,
        begin: Begin,
        stop: watch::Receiver<bool>,
        health: watch::Sender<Health>,
    ) -> Self {
        Self { desk, name, mailbox, begin, stop, health }
    }

    /// Watches until told to stop. Trouble is retried with growing pauses, for ever: a server comes back.
    pub async fn run(mut self) {
        let mut failures = 0;
        while !*self.stop.borrow() {
            match self.round().await {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    let wait = if error.needs_a_person() { LONGEST } else { pause(failures) };
                    let wait = wait.max(error.rest());
                    let wait_s = wait.as_secs();
                    if error.needs_a_person() {
                        error!(mailbox = %self.name, %error, wait_s, "The mailbox stays closed to us until the config or the account is mended.");
                    } else {
                        warn!(mailbox = %self.name, %error, failures, wait_s, "Cannot watch the mailbox; trying again.");
                    }
                    self.health.send_modify(|health| health.trouble = Some(error.to_string()));
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        // Somebody ran `authorize`, or replaced a key.
                        () = self.mailbox.mended() => {}
                        _ = self.stop.wait_for(|stop| *stop) => {}
                    }
                }
            }
        }
        self.mailbox.leave().await;
    }

    /// Looks once at everything; for `run --once`.
    pub async fn once(&mut self) -> Result<Tally, WatchError> {
        let tally = self.catch_up().await?;
        self.by_hand().await?;
        self.looked();
        Ok(tally)
    }

    fn looked(&self) {
        let now = self.desk.now();
        self.health.send_modify(|health| *health = Health { looked: Some(now), trouble: None });
    }

    async fn round(&mut self) -> Result<(), WatchError> {
        self.once().await?;
        let live = self.desk.live();
        let Some(config) = live.config.mailbox(&self.name) else { return Ok(()) };
        let limit = config.poll.min(LONGEST_IDLE);
        let mut stop = self.stop.clone();
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if config.idle {
            let folder = config.folder.clone();
            self.mailbox.idle(&folder, limit, stopped).await?;
        } else {
            tokio::select! {
                () = tokio::time::sleep(limit) => {}
                () = stopped => {}
            }
        }
        Ok(())
    }

    /// Everything since the cursor, oldest first.
    async fn catch_up(&mut self) -> Result<Tally, WatchError> {
        let live = self.desk.live();
        let Some(config) = live.config.mailbox(&self.name) else { return Ok(Tally::default()) };
        let limit = usize::try_from(live.config.limits.fetch_batch).unwrap_or(200);
        let mut total = Tally::default();
        let mut cursor = self.cursor().await?;
        loop {
            let batch = self.mailbox.look(&config.folder, cursor.as_ref(), self.begin, limit).await?;
            if let Some(reason) = batch.rescan {
                warn!(mailbox = %self.name, ?reason, "The mailbox was renumbered; reading it again. Known mails are recognised.");
            }
            let now = self.desk.now();
            let mails: Vec<Incoming> =
                batch.found.into_iter().filter_map(|found| incoming(found, now)).collect();
            crash::point("watch.fetched");
            if !mails.is_empty() {
                let tally = self.desk.take_in(&self.name, mails).await?;
                info!(mailbox = %self.name, ?tally, "Took in new mail.");
                total = total.plus(tally);
            }
            crash::point("watch.taken_in");
            if cursor.as_ref() != Some(&batch.next) {
                self.save(&batch.next).await?;
                crash::point("watch.cursor_saved");
            }
            cursor = Some(batch.next);
            if !batch.more || *self.stop.borrow() {
                return Ok(total);
            }
        }
    }

    async fn cursor(&self) -> Result<Option<Cursor>, DeskError> {
        let Some(row) = self.desk.store().get(&keys::cursor(&self.name)?).await? else { return Ok(None) };
        record::cursor_from_json(&row.value)
            .map(Some)
            .map_err(|source| DeskError::Record { key: "cursor", source })
    }

    async fn save(&self, cursor: &Cursor) -> Result<(), DeskError> {
        let put = vec![(keys::cursor(&self.name)?, record::cursor_to_json(cursor))];
        self.desk.write(Extra { put, ..Extra::default() }).await
    }

    /// Marks of ours that people took off.
    async fn by_hand(&mut self) -> Result<(), WatchError> {
        let live = self.desk.live();
        let Some(config) = live.config.mailbox(&self.name) else { return Ok(()) };
        for ((folder, uid_validity), mails) in self.watched().await? {
            let uids: BTreeSet<u32> = mails.keys().copied().collect();
            let flags = match self.mailbox.flags(&folder, &uids).await {
                Ok(flags) => flags,
                // The folder is gone or closed to us: nothing can be concluded from that.
                Err(error) if error.leaves_connection() => continue,
                Err(error) => return Err(error.into()),
            };
            if flags.uid_validity != uid_validity {
                continue;
            }
            let lost = |(uid, watched): (&u32, &Watched)| {
                flags
                    .by_uid
                    .get(uid)
                    .is_some_and(|present| !missing(&config.marks, &watched.marks, present).is_empty())
            };
            // Nobody takes every mark off at once: then the server or the config has lost the keyword.
            if mails.len() >= SUSPICIOUS && mails.iter().all(lost) {
                error!(mailbox = %self.name, mails = mails.len(),
                    "Every watched mail of a folder lost its mark at once; nothing is concluded from that.");
                continue;
            }
            for (uid, watched) in mails {
                let Some(present) = flags.by_uid.get(&uid) else { continue };
                for mark in missing(&config.marks, &watched.marks, present) {
                    info!(case = %watched.case, mark, "A person took a mark off.");
                    let event = Event::MarkRemoved { mail: watched.mail, mark };
                    self.desk.handle(&watched.case, &event, Extra::default()).await?;
                }
            }
        }
        Ok(())
    }

    /// Cases whose marks mean something, by the place of their newest mail.
    async fn watched(&self) -> Result<BTreeMap<(String, u32), BTreeMap<u32, Watched>>, DeskError> {
        let mut places: BTreeMap<(String, u32), BTreeMap<u32, Watched>> = BTreeMap::new();
        let prefix = keys::watched(&self.name);
        let mut pages = self.desk.store().pages(&prefix);
        while let Some(rows) = pages.next().await? {
            for id in rows.iter().filter_map(|row| keys::last_case(row.key.as_str())) {
                let Some((case, _)) = self.desk.case(&id).await? else { continue };
                let Some(mail) = case.mails.last().filter(|mail| mail.pending.is_none()) else { continue };
                let Place { folder, uid_validity, uid, .. } = mail.place.clone();
                let watched = Watched { case: id, mail: mail.fingerprint, marks: mail.marks.clone() };
                places.entry((folder, uid_validity)).or_default().insert(uid, watched);
            }
        }
        Ok(places)
    }
}

/// A mail whose marks are compared.
struct Watched {
    case: CaseId,
    mail: Fingerprint,
    marks: BTreeSet<String>,
}

/// Marks of ours that follow the state and are no longer on the mail.
fn missing(marks: &config::Marks, placed: &BTreeSet<String>, present: &BTreeSet<String>) -> Vec<String> {
    placed
        .iter()
        .filter(|meaning| STATE_MARKS.contains(&meaning.as_str()))
        .filter(|meaning| {
            let keyword = marks.get(meaning).map(|mark| mark.keyword.as_str());
            keyword.is_some_and(|keyword| !present.iter().any(|flag| flag.eq_ignore_ascii_case(keyword)))
        })
        .cloned()
        .collect()
}

/// A mail as the desk takes it. One that went away while we looked is nobody's business.
fn incoming(found: Found, now: Timestamp) -> Option<Incoming> {
    let content = match found.content {
        Content::Whole(bytes) | Content::Parts(bytes) => Ok(bytes),
        Content::Unreadable => Err("the server's answer about this mail cannot be parsed".to_owned()),
        Content::Gone => return None,
    };
    Some(Incoming {
        place: Place {
            folder: found.folder,
            uid_validity: found.uid_validity,
            uid: found.uid,
            size: found.size,
            server_id: found.server_id,
        },
        // Nothing has come from the future: a server's clock may be ahead, and a rehearsal's is behind.
        received: found.internal_date.unwrap_or(now).min(now),
        content,
    })
}
