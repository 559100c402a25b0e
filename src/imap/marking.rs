//! How meanings are written on a server: as keywords, as Gmail's labels, or by the folder a mail lies in.
//!
//! Everybody above the adapter speaks of meanings (`handled`, `awaiting_reply`); here they get their names. With
//! folders the mark that follows the case's state decides where a mail lies, and people who drag it to another mark's
//! folder change its mark. Pure translation: sends nothing, knows no mail.

use std::collections::BTreeSet;

use tracing::debug;

use super::keywords;
use super::session::Selected;
use crate::config::{Mark, Marking, Marks, stays_in_inbox};
use crate::triage::label::{HANDLED, STATE_MARKS};

/// How the marks of a mailbox are configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkNames {
    /// Keyword and label of each meaning; the label is its folder's name, too.
    pub marks: Marks,
    /// Which way is wanted.
    pub by: Marking,
    /// The folder under which folders of marks are made; levels are divided by `/`.
    pub parent: Option<String>,
    /// Marks that leave a mail in the inbox where marks are folders.
    pub in_inbox: BTreeSet<String>,
}

impl Default for MarkNames {
    fn default() -> Self {
        Self { marks: Marks::default(), by: Marking::Auto, parent: None, in_inbox: stays_in_inbox() }
    }
}

/// How marks are written on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As IMAP keywords.
    Keywords,
    /// As Gmail's labels.
    Labels,
    /// A folder for each mark.
    Folders,
    /// Not at all: neither keywords nor MOVE. Mails stay where they are.
    Unwritten,
}

impl Way {
    /// For `check` and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keywords => "keywords",
            Self::Labels => "labels",
            Self::Folders => "folders",
            Self::Unwritten => "not written: the server keeps no keywords and has no MOVE",
        }
    }

    /// The way of a server that is not Gmail, from what it says about the opened inbox.
    pub(super) fn of(names: &MarkNames, inbox: &Selected, can_move: bool) -> Self {
        // A Maildir whose 26 keywords are used up stops offering new ones: where it knows one of ours, keywords it is.
        let keeps_some = names.marks.iter().any(|(_, mark)| keywords::keeps(inbox, &mark.keyword));
        match names.by {
            Marking::Keywords => Self::Keywords,
            Marking::Auto if keeps_some => Self::Keywords,
            Marking::Auto | Marking::Folders if can_move => Self::Folders,
            Marking::Auto | Marking::Folders => Self::Unwritten,
        }
    }
}

impl MarkNames {
    fn known<'m>(&'m self, meanings: &'m BTreeSet<String>) -> impl Iterator<Item = &'m Mark> {
        meanings.iter().filter_map(|meaning| {
            let mark = self.marks.get(meaning);
            if mark.is_none() {
                debug!(meaning, "No mark of this meaning is configured.");
            }
            mark
        })
    }

    /// The keywords that stand for some meanings. A meaning without a mark is not written here.
    pub(super) fn keywords(&self, meanings: &BTreeSet<String>) -> BTreeSet<String> {
        self.known(meanings).map(|mark| mark.keyword.clone()).collect()
    }

    /// The labels that stand for some meanings.
    pub(super) fn labels(&self, meanings: &BTreeSet<String>) -> BTreeSet<String> {
        self.known(meanings).map(|mark| mark.label.clone()).collect()
    }

    /// The meanings among the flags of a mail.
    pub fn by_flags(&self, flags: &BTreeSet<String>) -> BTreeSet<String> {
        flags.iter().filter_map(|flag| self.marks.meaning_of_keyword(flag)).map(str::to_owned).collect()
    }

    /// The meanings among the labels of a mail.
    pub fn by_labels(&self, labels: &BTreeSet<String>) -> BTreeSet<String> {
        let meaning = |label: &String| {
            let same = |mark: &Mark| mark.label.to_lowercase() == label.to_lowercase();
            self.marks.iter().find(|(_, mark)| same(mark)).map(|(meaning, _)| meaning.to_owned())
        };
        labels.iter().filter_map(meaning).collect()
    }
}

/// Where mails with a mark belong on a server without keywords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// They stay in the inbox.
    Inbox,
    /// The archive.
    Archive,
    /// A folder of the mark's own.
    Folder(String),
}

/// What the folder of a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies<'m> {
    /// In the watched folder.
    Inbox,
    /// In the archive.
    Archive,
    /// In the folder of a mark.
    Mark(&'m str),
    /// In a folder of people's own, or in one that has another purpose.
    Elsewhere,
}

/// Which folder means what, on one server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Homes<'m> {
    pub(super) names: &'m MarkNames,
    pub(super) inbox: &'m str,
    pub(super) archive: Option<&'m str>,
    /// The hierarchy delimiter; `None` where there are no levels.
    pub(super) delimiter: Option<&'m str>,
    /// What every name of ours begins with, such as `INBOX.`.
    pub(super) prefix: &'m str,
}

impl<'m> Homes<'m> {
    /// Where mails with this mark belong: `handled` means the archive, some marks leave them in the inbox, and every
    /// other one has a folder named by its label.
    pub(super) fn home(&self, meaning: &str) -> Option<Home> {
        let mark = self.names.marks.get(meaning)?;
        let stays = self.names.in_inbox.contains(meaning);
        Some(match meaning {
            _ if stays => Home::Inbox,
            HANDLED if self.archive.is_some() => Home::Archive,
            HANDLED => Home::Inbox,
            _ => Home::Folder(self.path(&mark.label)),
        })
    }

    /// A name with its levels as the server divides them; its delimiter within a level would make two of it.
    fn path(&self, name: &str) -> String {
        let levels = self.names.parent.iter().flat_map(|parent| parent.split('/')).chain(name.split('/'));
        let levels = levels.filter(|level| !level.is_empty()).map(|level| match self.delimiter {
            Some(delimiter) => level.replace(delimiter, "_"),
            None => level.to_owned(),
        });
        format!("{}{}", self.prefix, levels.collect::<Vec<_>>().join(self.delimiter.unwrap_or("-")))
    }

    /// What a folder says about the mails in it.
    pub(super) fn lies(&self, folder: &str) -> Lies<'m> {
        if same(folder, self.inbox) {
            return Lies::Inbox;
        }
        let own = Home::Folder(folder.to_owned());
        if let Some((meaning, _)) =
            self.names.marks.iter().find(|(meaning, _)| self.home(meaning).as_ref() == Some(&own))
        {
            return Lies::Mark(meaning);
        }
        if self.archive == Some(folder) { Lies::Archive } else { Lies::Elsewhere }
    }

    /// The folders of all marks that have one.
    pub(super) fn folders(&self) -> Vec<String> {
        let homes = self.names.marks.iter().filter_map(|(meaning, _)| self.home(meaning));
        homes
            .filter_map(|home| match home {
                Home::Folder(folder) => Some(folder),
                Home::Inbox | Home::Archive => None,
            })
            .collect()
    }

    /// Where a mail goes when marks are added and removed; `None` when it stays. A mail that a person put into a
    /// folder of their own is not fetched back: there a mark cannot be shown.
    pub(super) fn destination(
        &self,
        lies: Lies<'_>,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Option<Home> {
        let state = STATE_MARKS.iter().find(|mark| add.contains(**mark)).and_then(|mark| self.home(mark));
        let fixed = add
            .iter()
            .filter(|mark| !STATE_MARKS.contains(&mark.as_str()))
            .find_map(|mark| self.home(mark).filter(|home| *home != Home::Inbox));
        let shown = match lies {
            Lies::Mark(meaning) => Some(meaning),
            Lies::Archive => Some(HANDLED),
            Lies::Inbox | Lies::Elsewhere => None,
        };
        let home = match (state, shown) {
            _ if lies == Lies::Elsewhere => return None,
            (Some(home), _) => home,
            (None, Some(shown)) if remove.contains(shown) => fixed.unwrap_or(Home::Inbox),
            (None, None) => fixed?,
            (None, Some(_)) => return None,
        };
        let there = match &home {
            Home::Inbox => lies == Lies::Inbox,
            Home::Archive => lies == Lies::Archive,
            Home::Folder(folder) => matches!(lies, Lies::Mark(_)) && lies == self.lies(folder),
        };
        (!there).then_some(home)
    }

    /// The marks of a mail by where it lies, given those we believe it has: what no folder can show is believed.
    pub(super) fn seen(&self, lies: Lies<'_>, believed: &BTreeSet<String>) -> BTreeSet<String> {
        let is_state = |mark: &&String| STATE_MARKS.contains(&mark.as_str());
        let state = believed.iter().find(is_state).and_then(|mark| self.home(mark));
        let fixed = || believed.iter().filter(|mark| !is_state(mark)).cloned();
        let expected = match &state {
            Some(home) => home.clone(),
            None => believed.iter().find_map(|mark| self.home(mark)).unwrap_or(Home::Inbox),
        };
        let as_believed = match (&expected, lies) {
            (Home::Inbox, Lies::Inbox) | (Home::Archive, Lies::Archive) => true,
            (Home::Folder(folder), Lies::Mark(_)) => self.lies(folder) == lies,
            // No folder of people's own says anything about marks.
            (_, Lies::Elsewhere) => true,
            (Home::Inbox | Home::Archive | Home::Folder(_), _) => false,
        };
        match lies {
            _ if as_believed => believed.clone(),
            Lies::Mark(meaning) => fixed().chain([meaning.to_owned()]).collect(),
            Lies::Archive => fixed().chain([HANDLED.to_owned()]).collect(),
            Lies::Inbox | Lies::Elsewhere => fixed().collect(),
        }
    }
}

fn same(folder: &str, other: &str) -> bool {
    folder == other || (folder.eq_ignore_ascii_case("INBOX") && other.eq_ignore_ascii_case("INBOX"))
}

#[cfg(test)]
mod tests;
