//! A chunk of a pass: the mails of one fetch command, and what has come of them so far.
//!
//! The command asks for the beginning of each mail, which is all of a light one. Never sends anything.

use std::collections::BTreeMap;

use async_imap::imap_proto::Response;

use super::answer::{fetched, whole_body};
use super::command::Command;
use super::fetch::Content;
use super::find::identity_of;
use super::flavour::Flavour;
use super::list::{Listed, note};
use super::watch::Anchor;

/// The mails of one command, and where the cursor stands behind them.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) uids: Vec<u32>,
    pub(super) next_uid: u32,
    pub(super) state: State,
    pub(super) listed: BTreeMap<u32, Listed>,
    pub(super) contents: BTreeMap<u32, Content>,
    /// Mails that have more bytes than were asked for.
    pub(super) heavy: Vec<u32>,
    /// Its last mail.
    pub(super) anchor: Option<Anchor>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Sent and not yet answered.
    Air,
    /// Everything that was asked for is there.
    Landed,
    /// To be read with care.
    Ground,
}

impl Chunk {
    pub(super) fn new(uids: Vec<u32>, next_uid: u32) -> Self {
        let (listed, contents) = (BTreeMap::new(), BTreeMap::new());
        Self { uids, next_uid, state: State::Ground, listed, contents, heavy: Vec::new(), anchor: None }
    }

    /// Takes what an answer says about one of its mails.
    pub(super) fn take(&mut self, response: &Response<'_>, light: u32) {
        let Some((uid, attributes)) = fetched(response) else { return };
        if self.uids.binary_search(&uid).is_err() {
            return;
        }
        if let Some(identity) = identity_of(attributes, "Message-ID") {
            self.anchor = Some(Anchor { uid, message_id: identity.message_id });
            return;
        }
        let listed = self.listed.entry(uid).or_default();
        note(listed, attributes);
        match whole_body(attributes) {
            None => {}
            Some(None) => drop(self.contents.insert(uid, Content::Gone)),
            Some(Some(bytes)) => {
                listed.size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                if listed.size < light {
                    self.contents.insert(uid, Content::Whole(bytes.to_vec()));
                } else {
                    self.heavy.push(uid);
                }
            }
        }
    }
}

/// The question for light mails, everything at once.
pub(super) fn question(flavour: Flavour, uids: &str, light: u32) -> Command {
    let more = flavour.listed_too();
    Command::new("UID FETCH").raw(&format!("{uids} (UID FLAGS INTERNALDATE{more} BODY.PEEK[]<0.{light}>)"))
}
