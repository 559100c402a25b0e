//! One pass over a folder from a cursor to its end, chunk by chunk: while one is handed over, the next ones are on
//! their way, so that a long backlog costs the server's time and not the network's.
//!
//! A chunk is one fetch command. What cannot be asked for that simply (large mails, mails that broke an answer) goes
//! the careful way of `fetch`. Mail that arrives meanwhile is handed over ahead of its turn and once more in its turn:
//! who takes it knows mails by their fingerprint, so the cursor needs no islands. Never moves a cursor by itself.

use std::collections::{BTreeMap, VecDeque};

use async_imap::imap_proto::{MailboxDatum, Response};
use tracing::info;

use super::answer::{fetched, whole_body};
use super::command::Command;
use super::error::ImapError;
use super::fetch::Content;
use super::find::{identity_of, identity_question};
use super::flight::Flight;
use super::list::{Listed, Wanted, uid_set};
use super::mailbox::{Looked, Mailbox};
use super::session::Session;
use super::watch::{Anchor, Batch, Begin, Cursor, Rescan, found};

/// Fetch commands in the air.
const DEPTH: usize = 4;
/// Bytes of mail one command asks for, roughly; a single mail may have more.
const CHUNK_BYTES: u64 = 1024 * 1024;
/// Mails listed before the first of them is fetched. A listing takes some 150 bytes of memory each.
const LISTED: usize = 10_000;
/// Chunks between two looks at what has arrived since the pass began.
const BETWEEN: u32 = 4;
/// Newcomers handed over at once.
const NEWCOMERS: usize = 100;

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
    /// Mails known to be due and not yet asked for.
    listed: BTreeMap<u32, Listed>,
    listed_to: u32,
    air: VecDeque<Chunk>,
    flight: Flight,
    /// The number of mails that the folder was last said to hold.
    exists: u32,
    news: bool,
    since_news: u32,
    /// The first UID that was never handed over ahead of its turn.
    ahead: u32,
    /// Whether the end was told.
    done: bool,
}

/// The mails of one command, and where the cursor stands behind them.
#[derive(Debug)]
struct Chunk {
    mails: BTreeMap<u32, Listed>,
    next_uid: u32,
    in_air: bool,
    contents: BTreeMap<u32, Content>,
}

impl Chunk {
    fn bytes(&self) -> u64 {
        self.mails.values().map(|mail| u64::from(mail.size)).sum()
    }
}

impl Pass {
    /// Whether everything that was there when the pass began has been handed over.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether it is time to look at what has arrived meanwhile.
    fn wants_news(&self) -> bool {
        self.news && self.since_news >= BETWEEN
    }

    /// Cuts the next chunk off what is listed: either all of it plain, or all of it to be read with care.
    fn cut(&mut self, whole: u32) -> Option<Chunk> {
        let plain = |mail: &Listed| !mail.unreadable && mail.size <= whole;
        let kind = plain(self.listed.first_key_value()?.1);
        let mut mails = BTreeMap::new();
        let mut bytes = 0;
        while let Some(first) = self.listed.first_entry() {
            let size = u64::from(first.get().size);
            let full = mails.len() >= self.limit || (bytes + size > CHUNK_BYTES && kind && !mails.is_empty());
            if full || plain(first.get()) != kind {
                break;
            }
            bytes += size;
            mails.insert(*first.key(), first.remove());
        }
        let next_uid = self.listed.first_key_value().map_or(self.listed_to, |(uid, _)| *uid);
        Some(Chunk { mails, next_uid, in_air: false, contents: BTreeMap::new() })
    }

    /// What is in the air will not land: everything but the first chunk is asked for again.
    fn ground(&mut self) {
        self.flight = Flight::default();
        for chunk in self.air.drain(1..) {
            self.listed.extend(chunk.mails);
        }
        if let Some(first) = self.air.front_mut() {
            first.in_air = false;
        }
    }
}

impl Mailbox {
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
            listed: BTreeMap::new(),
            listed_to: cursor.next_uid,
            cursor,
            rescan,
            air: VecDeque::new(),
            flight: Flight::default(),
            exists: open.exists,
            news: false,
            since_news: 0,
            ahead: end,
            done: false,
        })
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
        let Some(first) = pass.air.front() else {
            pass.done = true;
            pass.cursor.next_uid = pass.cursor.next_uid.max(pass.listed_to);
            let next = pass.cursor.clone();
            return Ok(Some(Batch { found: Vec::new(), next, more: false, rescan: pass.rescan.take(), ahead: false }));
        };
        if first.in_air {
            match self.land_chunk(pass).await {
                Ok(()) => {}
                Err(error) if error.may_blame_mail() => pass.ground(),
                Err(error) => return Err(error),
            }
        }
        let Some(mut chunk) = pass.air.pop_front() else { return Ok(None) };
        if !chunk.in_air {
            chunk.contents = self.fetch(&pass.folder, &chunk.mails).await?;
            self.in_pass(pass).await?;
            let last = chunk.contents.iter().rfind(|(_, content)| content.bytes().is_some());
            if let Some((uid, _)) = last {
                let uid = *uid;
                pass.cursor.anchor = self.anchor(&pass.folder, uid).await?.or(pass.cursor.anchor.take());
            }
        }
        pass.since_news = pass.since_news.saturating_add(1);
        pass.cursor.next_uid = chunk.next_uid;
        let found = found(&pass.folder, pass.uid_validity, chunk.mails, chunk.contents);
        let more = pass.listed_to < pass.end || !pass.listed.is_empty() || !pass.air.is_empty();
        pass.done = !more;
        Ok(Some(Batch { found, next: pass.cursor.clone(), more, rescan: pass.rescan.take(), ahead: false }))
    }

    /// Lists what is to come when nothing is in the air, and keeps a few commands there.
    async fn fill(&mut self, pass: &mut Pass) -> Result<(), ImapError> {
        while pass.air.is_empty() && pass.listed.is_empty() && pass.listed_to < pass.end {
            let wanted = Wanted {
                from: pass.listed_to,
                to: pass.end - 1,
                old_below: pass.cursor.old_below(),
                since: pass.cursor.grace(),
                at_least: LISTED,
            };
            let (listed, seen_to) = self.list(&pass.folder, &wanted).await?;
            pass.listed_to = seen_to.min(pass.end);
            pass.listed.extend(listed.into_iter().filter(|(uid, mail)| pass.cursor.is_due(*uid, mail)));
        }
        let whole = self.whole;
        while pass.air.len() < DEPTH && !pass.wants_news() {
            // Behind a chunk that is read with care nothing is sent: it needs the connection for itself.
            if pass.air.back().is_some_and(|chunk| !chunk.in_air) {
                break;
            }
            let Some(mut chunk) = pass.cut(whole) else { break };
            let plain = chunk.mails.values().all(|mail| !mail.unreadable && mail.size <= whole);
            if plain {
                let uids = uid_set(chunk.mails.keys().copied());
                let fetch = Command::new("UID FETCH").raw(&format!("{uids} (UID BODY.PEEK[])"));
                let last = chunk.mails.last_key_value().map_or(0, |(uid, _)| *uid);
                let session = self.in_pass(pass).await?;
                session.launch(&mut pass.flight, &fetch).await?;
                session.launch(&mut pass.flight, &identity_question([last])).await?;
                chunk.in_air = true;
            }
            pass.air.push_back(chunk);
        }
        Ok(())
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

    /// Waits for the first chunk in the air.
    async fn land_chunk(&mut self, pass: &mut Pass) -> Result<(), ImapError> {
        let session = self.in_air()?;
        let Pass { air, flight, exists, news, cursor, .. } = pass;
        let bytes = air.front().map_or(0, Chunk::bytes);
        let mut anchor = None;
        let mut note = |response: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Exists(now)) = response {
                *news |= now > exists;
                *exists = *now;
            }
            let Some((uid, attributes)) = fetched(response) else { return };
            if let Some(body) = whole_body(attributes) {
                if let Some(chunk) = air.iter_mut().find(|chunk| chunk.mails.contains_key(&uid)) {
                    let content = body.map_or(Content::Gone, |bytes| Content::Whole(bytes.to_vec()));
                    chunk.contents.insert(uid, content);
                }
            } else if let Some(identity) = identity_of(attributes, "Message-ID") {
                anchor = Some(Anchor { uid, message_id: identity.message_id });
            }
        };
        session.land(flight, bytes, &mut note).await??;
        // Who has no anchor keeps the one before.
        match session.land(flight, 0, &mut note).await? {
            Ok(_) => {}
            Err(error) if error.may_blame_mail() => {}
            Err(error) => return Err(error),
        }
        cursor.anchor = anchor.or(cursor.anchor.take());
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
        let whole = self.whole;
        listed.retain(|_, mail| !mail.unreadable && mail.size <= whole);
        // The newest, where there are many: the others have their turn.
        let older = listed.len().saturating_sub(NEWCOMERS);
        let newest: BTreeMap<u32, Listed> = listed.into_iter().skip(older).collect();
        let contents = self.fetch(&pass.folder, &newest).await?;
        self.in_pass(pass).await?;
        let found = found(&pass.folder, pass.uid_validity, newest, contents);
        info!(mails = found.len(), "Mail arrived during a long pass; taking it ahead of its turn.");
        Ok(Some(Batch { found, next: pass.cursor.clone(), more: true, rescan: None, ahead: true }))
    }
}
