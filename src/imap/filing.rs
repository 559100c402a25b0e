//! Marks as folders, for servers without keywords: a mail is moved into the folder of its mark.
//!
//! Folders are made when the first mail needs them, and subscribed to, so that people see them. The decision where a
//! mail belongs is `marking`'s.

use std::collections::{BTreeMap, BTreeSet};

use tracing::info;

use super::act::Marked;
use super::command::Command;
use super::error::ImapError;
use super::find::{Located, Place, Target};
use super::mailbox::Mailbox;
use super::marking::{Home, Homes};

/// Mails by where they lie, then by UID.
type Moves<'t> = BTreeMap<(String, (String, u32)), BTreeMap<u32, &'t Target>>;

impl Mailbox {
    /// Which folder means what here.
    pub(super) fn homes(&self) -> Homes<'_> {
        let folders = self.folders();
        Homes {
            names: &self.marks,
            inbox: self.inbox(),
            archive: folders.archive.as_deref(),
            delimiter: folders.delimiter.as_deref(),
            prefix: &folders.prefix,
        }
    }

    /// Moves mails where their marks belong. Repeating it finds them there.
    pub(super) async fn mark_by_folders(
        &mut self,
        targets: &[Target],
        located: Vec<Located>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Marked>, ImapError> {
        let mut moves = Moves::new();
        for (target, found) in targets.iter().zip(&located) {
            let Some((place, _)) = found else { continue };
            let Some(to) = self.destination(place, add, remove).await? else { continue };
            let from = (place.folder.clone(), place.uid_validity);
            moves.entry((to, from)).or_default().insert(place.uid, target);
        }
        let mut moved: BTreeMap<Place, Option<Place>> = BTreeMap::new();
        for ((to, (folder, uid_validity)), mails) in moves {
            let mut places = self.move_mails((&folder, uid_validity), &mails, &to).await?;
            for uid in mails.into_keys() {
                let from = Place { folder: folder.clone(), uid_validity, uid };
                moved.insert(from, places.remove(&uid));
            }
        }
        let homes = self.homes();
        let answers = targets.iter().zip(located).map(|(target, found)| {
            let Some((place, _)) = found else { return Marked::Gone };
            let place = match moved.remove(&place) {
                None | Some(None) if target.message_id.is_none() => place,
                None => place,
                Some(Some(place)) => place,
                // It went away while it was being moved.
                Some(None) => return Marked::Gone,
            };
            let marks = homes.seen(homes.lies(&place.folder), add);
            Marked::Done { place, marks }
        });
        Ok(answers.collect())
    }

    /// The folder a mail goes to, made where necessary.
    async fn destination(
        &mut self,
        place: &Place,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Option<String>, ImapError> {
        let homes = self.homes();
        Ok(match homes.destination(homes.lies(&place.folder), add, remove) {
            None => None,
            Some(Home::Inbox) => Some(self.inbox().to_owned()),
            Some(Home::Archive) => self.folders().archive.clone(),
            Some(Home::Folder(folder)) => Some(self.make_folder(&folder).await?),
        })
    }

    /// Makes a mark's folder unless it is there; tells its name, which may have got the server's prefix.
    async fn make_folder(&mut self, folder: &str) -> Result<String, ImapError> {
        if self.folders().all.iter().any(|known| known.name == folder) {
            return Ok(folder.to_owned());
        }
        let made = self.create_folder(folder).await?;
        let session = self.session().await?;
        // Many programs show subscribed folders only; a refusal does no harm.
        match session.exec(&Command::new("SUBSCRIBE").folder(&made)).await {
            Err(error) if !error.leaves_connection() => return Err(error),
            Ok(_) | Err(_) => {}
        }
        info!("Created the folder of a mark.");
        self.note_folder(&made);
        Ok(made)
    }
    /// Creates a folder. A server that refuses it beside INBOX and says nothing better gets it under INBOX: an account
    /// that has no other folder yet does not show its prefix.
    async fn create_folder(&mut self, folder: &str) -> Result<String, ImapError> {
        let create = |name: &str| Command::new("CREATE").folder(name);
        let session = self.session().await?;
        let refusal = match session.exec(&create(folder)).await {
            Ok(_) => return Ok(folder.to_owned()),
            // Somebody was quicker.
            Err(ImapError::No { code, .. }) if code == "ALREADYEXISTS" => return Ok(folder.to_owned()),
            Err(error @ ImapError::No { .. }) => error,
            Err(error) => return Err(error),
        };
        let prefix = self.folders().delimiter.as_deref().map(|delimiter| format!("INBOX{delimiter}"));
        let Some(prefix) = prefix.filter(|prefix| !folder.starts_with(prefix)) else { return Err(refusal) };
        let name = format!("{prefix}{folder}");
        match self.session().await?.exec(&create(&name)).await {
            Ok(_) => {
                self.learn_prefix(prefix);
                Ok(name)
            }
            Err(ImapError::No { .. }) => Err(refusal),
            Err(error) => Err(error),
        }
    }
}
