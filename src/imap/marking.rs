//! How meanings are written on a server: which way, and under which name.
//!
//! Everybody above the adapter speaks of meanings (`handled`, `awaiting_reply`); only here they become keywords. Pure
//! translation: sends nothing.

use std::collections::BTreeSet;

use tracing::debug;

use crate::config::Marks;

/// The configured marks of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MarkNames {
    /// Keyword and label of each meaning.
    pub marks: Marks,
}

impl MarkNames {
    /// The keywords that stand for some meanings. A meaning without a mark is not written here.
    pub(super) fn keywords(&self, meanings: &BTreeSet<String>) -> BTreeSet<String> {
        let known = meanings.iter().filter_map(|meaning| {
            let mark = self.marks.get(meaning);
            if mark.is_none() {
                debug!(meaning, "No mark of this meaning is configured.");
            }
            mark
        });
        known.map(|mark| mark.keyword.clone()).collect()
    }

    /// The meanings among the flags of a mail.
    pub fn by_flags(&self, flags: &BTreeSet<String>) -> BTreeSet<String> {
        flags.iter().filter_map(|flag| self.marks.meaning_of_keyword(flag)).map(str::to_owned).collect()
    }
}
