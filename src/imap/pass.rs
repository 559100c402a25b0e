//! One pass over a folder from a cursor to its end, chunk by chunk: while one is handed over, the next ones are on
//! their way, so that a long backlog costs the server's time and not the network's.
//!
//! A chunk is one fetch command that asks for the beginning of each mail, which is all of a light one. Heavy mails, and
//! mails that broke an answer, go the careful way of `fetch`. Mail that arrives meanwhile is handed over ahead of its
//! turn and once more in its turn: who takes it knows mails by their fingerprint, so the cursor needs no islands.
//! Never moves a cursor by itself.

use std::collections::{BTreeMap, VecDeque};

use async_imap::imap_proto::{MailboxDatum, Response};
use jiff::Timestamp;
use tracing::info;

use super::answer::fetched;
use super::chunk::{Chunk, State, question};
use super::error::ImapError;
use super::fetch::Content;
use super::find::identity_question;
use super::flavour::Flavour;
use super::flight::Flight;
use super::list::{Listed, WIDEST, Wanted, uid_set};
use super::mailbox::{Looked, Mailbox, Standing};
use super::session::Session;
use super::watch::{Batch, Begin, Cursor, Rescan};

/// Fetch commands in the air.
const DEPTH: usize = 4;
/// Bytes of a mail that are asked for at once, at most. A mail with fewer is light: it is whole then.
const LIGHT: u32 = 64 * 1024;
/// Bytes one command should bring, going by the mails before. A mail that has been read takes several times what it
/// weighed on the wire, and some chunks are on their way through the desk at the same time.
const CHUNK_BYTES: usize = 256 * 1024;
/// Fewest mails a command asks for.
const FEWEST: usize = 4;
/// Chunks between two looks at what has arrived since the pass began.
const BETWEEN: u32 = 4;
/// Chunks after which a look is taken although nothing was told: Dovecot tells nothing while commands wait for it.
const SELDOM: u32 = 16;
/// Newcomers handed over at once.
const NEWCOMERS: usize = 100;
/// New mails that are read without opening the folder again.
const FEW: u32 = 50;

/// A pass under way. After an error it is over: begin another one from the last cursor that was kept.
#[derive(Debug)]
pub struct Pass {
    folder: String,
    limit: usize,
    uid_validity: u32,
    /// The first UID this pass leaves to the next one.
    end: u32,
    /// Where the consumer stands after the last chunk handed over.
    cursor: Cursor,
    rescan: Option<Rescan>,
    /// Mails that are there and not yet asked for.
    waiting: VecDeque<u32>,
    /// Every UID below this one is in `waiting`, in a chunk, or of no interest.
    searched_to: u32,
    air: VecDeque<Chunk>,
    flight: Flight,
    /// Bytes of a mail that are asked for at once.
    light: u32,
    /// What a mail of this folder weighed on average, in bytes.
    weight: usize,
    /// The number of mails that the folder was last said to hold.
    exists: u32,
    news: bool,
    since_news: u32,
    /// The first UID that was never handed over ahead of its turn.
    ahead: u32,
    done: bool,
}

impl Pass {
    /// Whether it is time to look at what has arrived meanwhile.
    fn wants_news(&self) -> bool {
        self.since_news >= if self.news { BETWEEN } else { SELDOM }
    }

    /// Cuts the next chunk off what waits.
    fn cut(&mut self) -> Option<Chunk> {
        let by_weight = CHUNK_BYTES / self.weight.max(1);
        let most = by_weight.clamp(FEWEST, self.limit.max(FEWEST)).min(self.limit).min(self.waiting.len());
        let uids: Vec<u32> = self.waiting.drain(..most).collect();
        uids.first()?;
        Some(Chunk::new(uids, self.waiting.front().copied().unwrap_or(self.searched_to)))
    }

    /// What is in the air will not land: the first chunk is read with care, the others are asked for again.
    fn ground(&mut self) {
        self.flight = Flight::default();
        for chunk in self.air.iter_mut().filter(|chunk| chunk.state == State::Air) {
            *chunk = Chunk::new(std::mem::take(&mut chunk.uids), chunk.next_uid);
        }
        // Those behind the first have done nothing wrong that we know of.
        while let Some(last) = self.air.pop_back_if(|chunk| chunk.state == State::Ground) {
            if self.air.is_empty() {
                self.air.push_back(last);
                break;
            }
            for uid in last.uids.into_iter().rev() {
                self.waiting.push_front(uid);
            }
        }
    }

    fn more(&self) -> bool {
        self.searched_to < self.end || !self.waiting.is_empty() || !self.air.is_empty()
    }
}

impl Mailbox {
    /// A mail with fewer bytes is light: asked for this many, it comes whole.
    fn light(&self) -> u32 {
        LIGHT.min(self.whole.saturating_add(1))
    }

    /// Begins a pass over a folder, at most `limit` mails a chunk.
    pub async fn pass(
        &mut self,
        folder: &str,
        cursor: Option<&Cursor>,
        begin: Begin,
        limit: usize,
    ) -> Result<Pass, ImapError> {
        let (open, end, cursor, rescan) = self.stand(folder, cursor, begin).await?;
        self.looked.insert(folder.to_owned(), Looked::of(&open));
        Ok(Pass {
            folder: folder.to_owned(),
            limit: limit.max(1),
            uid_validity: open.uid_validity,
            end,
            waiting: VecDeque::new(),
            searched_to: cursor.next_uid,
            cursor,
            rescan,
            air: VecDeque::new(),
            flight: Flight::default(),
            light: self.light(),
            weight: 8 * 1024,
            exists: open.exists,
            news: false,
            since_news: 0,
            ahead: end,
            done: false,
        })
    }

    /// The few mails that rang the bell, read without opening the folder again: it has been open since the cursor was
    /// found right in it. `None` where that is not so, or where a mail needs more care: make a pass.
    pub async fn few(&mut self, folder: &str, cursor: &Cursor) -> Result<Option<Batch>, ImapError> {
        let Some(Standing { folder: open, uid_validity, news }) = self.standing.take() else {
            return Ok(None);
        };
        let right = open == folder && uid_validity == cursor.uid_validity && news <= FEW;
        if !right || news == 0 || cursor.next_uid < cursor.rescan_below {
            return Ok(None);
        }
        let mut chunk = Chunk::new(Vec::new(), cursor.next_uid);
        let light = self.light();
        let session = self.examine(folder).await?;
        if session.selected().is_none_or(|open| open.uid_validity != uid_validity) {
            return Ok(None);
        }
        let command = question(Flavour::of(session), &format!("{}:{}", cursor.next_uid, u32::MAX), light);
        let within = session.time_for(u64::from(LIGHT) * u64::from(FEW));
        let asked = session
            .exec_with(&command, within, &mut |response| {
                if let Some((uid, _)) = fetched(response)
                    && uid >= cursor.next_uid
                {
                    let at = chunk.uids.partition_point(|known| *known < uid);
                    if chunk.uids.get(at) != Some(&uid) {
                        chunk.uids.insert(at, uid);
                    }
                    chunk.take(response, light);
                }
            })
            .await;
        match asked {
            Ok(_) => {}
            Err(error) if error.may_blame_mail() => return Ok(None),
            Err(error) => return Err(error),
        }
        let Some(last) = chunk.uids.last().copied() else { return Ok(None) };
        if !chunk.heavy.is_empty() || chunk.contents.len() < chunk.uids.len() {
            return Ok(None);
        }
        let before = self.looked.get(folder).copied();
        let now = Looked::after(before, uid_validity, last.saturating_add(1), chunk.uids.len());
        self.looked.insert(folder.to_owned(), now);
        // The anchor stays the mail it was: it tells as well, and asking for another one takes time.
        let next = Cursor { next_uid: last.saturating_add(1), ..cursor.clone() };
        chunk.listed.retain(|_, mail| self.concerns_us(folder, mail));
        let found = self.found(folder, uid_validity, chunk.listed, chunk.contents);
        Ok(Some(Batch { found, next, more: false, left: 0, rescan: None, ahead: false }))
    }

    /// The next chunk, oldest first; `None` when the pass is over. The last one may hold no mail: its cursor counts.
    pub async fn chunk(&mut self, pass: &mut Pass) -> Result<Option<Batch>, ImapError> {
        if pass.done {
            return Ok(None);
        }
        self.fill(pass).await?;
        if let Some(batch) = self.newcomers(pass).await? {
            return Ok(Some(batch));
        }
        if pass.air.is_empty() {
            // Nothing was sent for the sake of newcomers, and there were none.
            self.fill(pass).await?;
        }
        match self.land_chunk(pass).await {
            Ok(()) => {}
            Err(error) if error.may_blame_mail() => pass.ground(),
            Err(error) => return Err(error),
        }
        let mut batch = Batch {
            found: Vec::new(),
            next: pass.cursor.clone(),
            more: false,
            left: 0,
            rescan: None,
            ahead: false,
        };
        if let Some(mut chunk) = pass.air.pop_front() {
            self.complete(pass, &mut chunk).await?;
            pass.cursor.anchor = chunk.anchor.take().or(pass.cursor.anchor.take());
            let weights = chunk.contents.values().filter_map(Content::bytes).map(<[u8]>::len);
            if let Some(average) = weights.sum::<usize>().checked_div(chunk.contents.len()) {
                pass.weight = pass.weight.midpoint(average.max(256));
            }
            pass.since_news = pass.since_news.saturating_add(1);
            pass.cursor.next_uid = chunk.next_uid;
            let cursor = &pass.cursor;
            chunk
                .listed
                .retain(|uid, mail| cursor.is_due(*uid, mail) && self.concerns_us(&pass.folder, mail));
            batch.found = self.found(&pass.folder, pass.uid_validity, chunk.listed, chunk.contents);
        } else {
            pass.cursor.next_uid = pass.cursor.next_uid.max(pass.searched_to);
        }
        pass.done = !pass.more();
        batch.next = pass.cursor.clone();
        batch.more = !pass.done;
        batch.left = pass.end.saturating_sub(pass.cursor.next_uid);
        batch.rescan = pass.rescan.take();
        Ok(Some(batch))
    }

    /// Finds what is to come, and keeps a few commands in the air.
    async fn fill(&mut self, pass: &mut Pass) -> Result<(), ImapError> {
        while pass.flight.is_empty() && pass.waiting.is_empty() && pass.searched_to < pass.end {
            let from = pass.searched_to;
            let to = (pass.end - 1).min(from.saturating_add(WIDEST - 1));
            let old_below = pass.cursor.old_below();
            // Mail from before the watch began is passed over, and the search must not mix the two kinds.
            let (to, since) = if from < old_below {
                (to.min(old_below - 1), Some(pass.cursor.grace()))
            } else {
                (to, None)
            };
            let there = self.of_interest(pass, from, to, since).await?;
            pass.waiting.extend(there);
            pass.searched_to = to.saturating_add(1);
        }
        while pass.air.len() < DEPTH && !pass.wants_news() {
            // Behind what is read with care nothing is sent: it needs the connection for itself.
            if pass.air.iter().any(|chunk| chunk.state == State::Ground || !chunk.heavy.is_empty()) {
                break;
            }
            let Some(mut chunk) = pass.cut() else { break };
            let last = chunk.uids.last().copied().unwrap_or_default();
            let light = pass.light;
            let session = self.in_pass(pass).await?;
            let fetch = question(Flavour::of(session), &uid_set(chunk.uids.iter().copied()), light);
            session.launch(&mut pass.flight, &fetch).await?;
            session.launch(&mut pass.flight, &identity_question([last])).await?;
            chunk.state = State::Air;
            pass.air.push_back(chunk);
        }
        Ok(())
    }

    /// Which mails of a range are to be read. Where all mails lie in one folder their labels are asked for first.
    async fn of_interest(
        &mut self,
        pass: &Pass,
        from: u32,
        to: u32,
        since: Option<Timestamp>,
    ) -> Result<Vec<u32>, ImapError> {
        let session = self.in_pass(pass).await?;
        if Flavour::of(session) == Flavour::Plain {
            return Ok(session.present(from, to, since).await?.into_iter().collect());
        }
        let old_below = if since.is_some() { to.saturating_add(1) } else { 0 };
        let since = pass.cursor.grace();
        let wanted = Wanted { from, to, old_below, since, at_least: usize::MAX };
        let (listed, _) = self.list(&pass.folder, &wanted).await?;
        Ok(listed
            .iter()
            .filter(|(_, mail)| self.concerns_us(&pass.folder, mail))
            .map(|(uid, _)| *uid)
            .collect())
    }

    /// The connection of a pass: the one that has its commands in the air, or one with the folder open as it was.
    async fn in_pass(&mut self, pass: &Pass) -> Result<&mut Session, ImapError> {
        if !pass.flight.is_empty() {
            return self.in_air();
        }
        let session = self.examine(&pass.folder).await?;
        // A reconnection may have opened a mailbox where these UIDs mean other mails.
        if session.selected().is_some_and(|open| open.uid_validity == pass.uid_validity) {
            Ok(session)
        } else {
            Err(ImapError::Closed { verb: "EXAMINE" })
        }
    }

    /// Waits for the first chunk in the air; where a heavy mail is in it, for all of them.
    async fn land_chunk(&mut self, pass: &mut Pass) -> Result<(), ImapError> {
        for index in 0..pass.air.len() {
            let heavy = pass.air.iter().any(|chunk| !chunk.heavy.is_empty());
            let air = pass.air.get(index).is_some_and(|chunk| chunk.state == State::Air);
            if !air || (index > 0 && !heavy) {
                continue;
            }
            let session = self.in_air()?;
            let Pass { air, flight, exists, news, light, .. } = &mut *pass;
            // Dovecot holds an OK back while it works on the next command: what arrives is sorted by UID.
            let mut listen = |response: &Response<'_>| {
                if let Response::MailboxData(MailboxDatum::Exists(now)) = response {
                    *news |= *now > *exists;
                    *exists = *now;
                }
                for chunk in air.iter_mut().filter(|chunk| chunk.state == State::Air) {
                    chunk.take(response, *light);
                }
            };
            let bytes = u64::from(*light) * 200;
            session.land(flight, bytes, &mut listen).await??;
            match session.land(flight, 0, &mut listen).await? {
                Ok(_) => {}
                // Who has no anchor keeps the one before.
                Err(error) if error.may_blame_mail() => {}
                Err(error) => return Err(error),
            }
            if let Some(chunk) = pass.air.get_mut(index) {
                chunk.state = State::Landed;
            }
        }
        Ok(())
    }

    /// Reads with care what could not be had at once.
    async fn complete(&mut self, pass: &mut Pass, chunk: &mut Chunk) -> Result<(), ImapError> {
        let left = if chunk.state == State::Ground { &chunk.uids } else { &chunk.heavy };
        let (Some(first), Some(last)) = (left.iter().min(), left.iter().max()) else { return Ok(()) };
        let wanted = Wanted {
            from: *first,
            to: *last,
            old_below: 0,
            since: pass.cursor.grace(),
            at_least: usize::MAX,
        };
        let (mut listed, _) = self.list(&pass.folder, &wanted).await?;
        listed.retain(|uid, _| left.contains(uid));
        let contents = self.fetch(&pass.folder, &listed).await?;
        self.in_pass(pass).await?;
        chunk.listed.extend(listed);
        chunk.contents.extend(contents);
        if chunk.state == State::Ground {
            let last = chunk.contents.iter().rfind(|(_, content)| content.bytes().is_some());
            if let Some(uid) = last.map(|(uid, _)| *uid) {
                chunk.anchor = self.anchor(&pass.folder, uid).await?;
            }
        }
        Ok(())
    }

    /// What has arrived since the pass began, once nothing is in the air.
    async fn newcomers(&mut self, pass: &mut Pass) -> Result<Option<Batch>, ImapError> {
        if !pass.wants_news() || !pass.flight.is_empty() {
            return Ok(None);
        }
        (pass.news, pass.since_news) = (false, 0);
        let from = pass.ahead;
        let mut listed = self.in_pass(pass).await?.list_range(from, u32::MAX).await?;
        let Some((last, _)) = listed.last_key_value() else { return Ok(None) };
        pass.ahead = last.saturating_add(1);
        listed.retain(|_, mail| {
            !mail.unreadable && mail.size < pass.light && self.concerns_us(&pass.folder, mail)
        });
        // The newest, where there are many: the others have their turn.
        let older = listed.len().saturating_sub(NEWCOMERS);
        let newest: BTreeMap<u32, Listed> = listed.into_iter().skip(older).collect();
        let contents = self.fetch(&pass.folder, &newest).await?;
        self.in_pass(pass).await?;
        let found = self.found(&pass.folder, pass.uid_validity, newest, contents);
        info!(mails = found.len(), "Mail arrived during a long pass; taking it ahead of its turn.");
        Ok(Some(Batch { found, next: pass.cursor.clone(), more: true, left: 0, rescan: None, ahead: true }))
    }
}
