//! Gmail (X-GM-EXT-1): marks are labels, leaving the inbox is losing the label `\Inbox`.
//!
//! Every mail is worked on where all of them are (`\All`): there UIDs outlive archiving, and `X-GM-LABELS` names every
//! label. In a label's own folder that label is missing from the list. Google's "IMAP Extensions" describe the
//! attributes, its "IMAP actions" page what labels mean. Never `\Trash`, never `\Seen`.

use std::collections::{BTreeMap, BTreeSet};

use tracing::{info, warn};

use super::act::{Archived, Marked};
use super::answer::{fetched, labels_of};
use super::command::Command;
use super::error::ImapError;
use super::find::{Identity, Located, Place, Target};
use super::flavour::Flavour;
use super::labels;
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::session::Session;

/// UIDs in one command.
const BATCH: usize = 1000;

/// What to do when the folder that holds every mail cannot be seen.
const HIDDEN: &str = "Gmail hides the folder that holds every mail: in Gmail, open Settings, Labels, tick \
                      \"Show in IMAP\" for \"All Mail\" (すべてのメール), and let the folder size be unlimited under \
                      Settings, Forwarding and POP/IMAP";

/// The marks of a mail after a change.
struct Labelled {
    place: Place,
    /// Its labels, read back; `None` when it went away meanwhile.
    now: Option<BTreeSet<String>>,
    /// What it had before.
    before: BTreeSet<String>,
}

impl Mailbox {
    /// The folder that holds every mail.
    pub(super) fn all_mail(&self) -> Result<String, ImapError> {
        self.folders().every.clone().ok_or_else(|| ImapError::Config(HIDDEN.to_owned()))
    }

    /// The same where this is Gmail; `None` elsewhere. Connects when needed.
    pub(super) async fn every_mail(&mut self) -> Result<Option<String>, ImapError> {
        Ok(match self.flavour().await? {
            Flavour::Plain => None,
            Flavour::Gmail => Some(self.all_mail()?),
        })
    }

    /// The labels that keep a mail before people's eyes: the inbox, and the watched label where it is another.
    pub(super) fn inbox_labels(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::from([labels::INBOX.to_owned()]);
        if !self.inbox().eq_ignore_ascii_case("INBOX") {
            all.insert(self.inbox().to_owned());
        }
        all
    }

    /// Adds and removes marks.
    pub(super) async fn mark_by_labels(
        &mut self,
        located: Vec<Located>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Marked>, ImapError> {
        let (add, remove) = (self.marks.labels(add), self.marks.labels(remove));
        self.make_labels(&add).await?;
        let done = self.relabel(located, &add, &remove).await?;
        let answers = done.into_iter().map(|mail| {
            let Some(Labelled { place, now: Some(now), .. }) = mail else { return Marked::Gone };
            let marks = self.marks.by_labels(&now);
            if lacking(&now, &add).is_empty() && carried(&now, &remove).is_empty() {
                Marked::Done { place, marks }
            } else {
                Marked::Refused { marks }
            }
        });
        Ok(answers.collect())
    }

    /// Takes mails out of the inbox. They stay where all mails are, under the same UID.
    pub(super) async fn archive_by_label(&mut self, targets: &[Target]) -> Result<Vec<Archived>, ImapError> {
        let inbox = self.inbox_labels();
        let located = self.locate(targets).await?;
        let done = self.relabel(located, &BTreeSet::new(), &inbox).await?;
        let answers = done.into_iter().map(|mail| match mail {
            None | Some(Labelled { now: None, .. }) => Archived::Gone,
            Some(Labelled { now: Some(now), .. }) if !carried(&now, &inbox).is_empty() => Archived::Refused,
            Some(Labelled { place, before, .. }) if carried(&before, &inbox).is_empty() => {
                Archived::Already(place)
            }
            Some(Labelled { place, .. }) => Archived::Moved(Some(place)),
        });
        Ok(answers.collect())
    }

    /// Sends the difference between wanted and present labels, one command for each distinct difference and 1,000
    /// mails, all in flight at once; then reads the labels back.
    async fn relabel(
        &mut self,
        located: Vec<Located>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<Vec<Option<Labelled>>, ImapError> {
        let all = self.all_mail()?;
        let Some(uid_validity) = located.iter().flatten().map(|(place, _)| place.uid_validity).next() else {
            return Ok(located.iter().map(|_| None).collect());
        };
        let mails: BTreeMap<u32, &Identity> =
            located.iter().flatten().map(|(place, identity)| (place.uid, identity)).collect();
        let session = self.select_same(&all, uid_validity).await?;
        let commands = differences(&mails, add, remove);
        if !commands.is_empty() {
            // Not `.SILENT`: Google's documents do not know it for labels.
            let answers = session.exec_all(&commands, session.time_for(0), &mut |_| {}).await?;
            answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        }
        let mut now = session.labels(&mails.keys().copied().collect()).await?;
        Ok(located
            .into_iter()
            .map(|found| {
                let (place, identity) = found?;
                let now = now.get_mut(&place.uid).map(|labels| labels.clone());
                Some(Labelled { place, now, before: identity.labels.unwrap_or_default() })
            })
            .collect())
    }

    /// Makes labels that do not exist yet. One that people hide from IMAP is not listed: then the server says no, and
    /// the label can be set all the same.
    async fn make_labels(&mut self, wanted: &BTreeSet<String>) -> Result<(), ImapError> {
        self.session().await?;
        let known: BTreeSet<String> =
            self.folders().all.iter().map(|folder| folder.name.to_lowercase()).collect();
        for label in wanted.iter().filter(|label| !known.contains(&label.to_lowercase())) {
            match self.session().await?.exec(&Command::new("CREATE").folder(label)).await {
                Ok(_) => info!("Created a label."),
                Err(ImapError::No { code, .. }) if code == "ALREADYEXISTS" => {}
                Err(error @ ImapError::No { .. }) => {
                    warn!(%error, "Could not create a label; trying to set it all the same.");
                }
                Err(error) => return Err(error),
            }
            self.note_folder(label);
        }
        Ok(())
    }
}

impl Session {
    /// Labels of some mails; those that are gone are missing.
    async fn labels(&mut self, uids: &BTreeSet<u32>) -> Result<BTreeMap<u32, BTreeSet<String>>, ImapError> {
        let all: Vec<u32> = uids.iter().copied().collect();
        let commands: Vec<Command> = all
            .chunks(BATCH)
            .map(|chunk| {
                Command::new("UID FETCH")
                    .raw(&format!("{} (UID X-GM-LABELS)", uid_set(chunk.iter().copied())))
            })
            .collect();
        let mut found = BTreeMap::new();
        let answers = self
            .exec_all(&commands, self.time_for(0), &mut |response| {
                if let Some((uid, attributes)) = fetched(response)
                    && uids.contains(&uid)
                {
                    found.extend(labels_of(attributes).map(|labels| (uid, labels)));
                }
            })
            .await?;
        answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(found)
    }
}

/// The commands that bring mails from the labels they have to those they should have.
fn differences(
    mails: &BTreeMap<u32, &Identity>,
    add: &BTreeSet<String>,
    remove: &BTreeSet<String>,
) -> Vec<Command> {
    let mut groups: BTreeMap<(&str, Vec<&str>), Vec<u32>> = BTreeMap::new();
    let none = BTreeSet::new();
    for (uid, identity) in mails {
        let present = identity.labels.as_ref().unwrap_or(&none);
        for (sign, difference) in [("+", lacking(present, add)), ("-", carried(present, remove))] {
            if !difference.is_empty() {
                groups.entry((sign, difference)).or_default().push(*uid);
            }
        }
    }
    let mut commands = Vec::new();
    for ((sign, difference), uids) in groups {
        for chunk in uids.chunks(BATCH) {
            let set = uid_set(chunk.iter().copied());
            commands.push(
                Command::new("UID STORE")
                    .raw(&format!("{set} {sign}X-GM-LABELS"))
                    .labels(difference.iter().copied()),
            );
        }
    }
    commands
}

/// Gmail compares labels without regard to case.
fn has(labels: &BTreeSet<String>, wanted: &str) -> bool {
    labels.contains(wanted) || labels.iter().any(|label| label.to_lowercase() == wanted.to_lowercase())
}

fn lacking<'l>(labels: &BTreeSet<String>, wanted: &'l BTreeSet<String>) -> Vec<&'l str> {
    wanted.iter().filter(|label| !has(labels, label)).map(String::as_str).collect()
}

fn carried<'l>(labels: &BTreeSet<String>, unwanted: &'l BTreeSet<String>) -> Vec<&'l str> {
    unwanted.iter().filter(|label| has(labels, label)).map(String::as_str).collect()
}
