//! Marks, keywords and labels that a mail carries, wherever it lies: IMAP flags, Maildir names, fields of an mbox.
//!
//! What a word means in this house is not known here.

use std::collections::BTreeSet;

use crate::mime;

/// What a mail carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Keywords and labels as they are written.
    pub words: BTreeSet<String>,
    /// Somebody answered it from a mail program.
    pub answered: bool,
    /// Somebody or some filter called it unwanted.
    pub junk: bool,
}

/// Keywords and labels for unwanted mail, in lower case.
const JUNK: [&str; 7] = ["$junk", "junk", "\\junk", "spam", "迷惑メール", "垃圾邮件", "wiadomości-śmieci"];

impl Tags {
    fn note(&mut self, word: &str) {
        let word = word.trim();
        if word.is_empty() {
            return;
        }
        self.answered |= word.eq_ignore_ascii_case("\\Answered");
        self.junk |= JUNK.contains(&word.to_lowercase().as_str());
        self.words.insert(word.to_owned());
    }

    /// Adds flags as an IMAP server tells them.
    pub fn with_flags<'f>(mut self, flags: impl IntoIterator<Item = &'f String>) -> Self {
        flags.into_iter().for_each(|flag| self.note(flag));
        self
    }

    /// The letters behind `:2,` in the name of a Maildir file; small ones count through `keywords`.
    pub fn of_maildir(name: &str, keywords: &[String]) -> Self {
        let mut tags = Self::default();
        for letter in name.rsplit_once(":2,").map_or("", |(_, letters)| letters).chars() {
            match letter {
                'R' => tags.answered = true,
                'a'..='z' => {
                    let at = usize::try_from(u32::from(letter).saturating_sub(u32::from('a')));
                    if let Some(word) = at.ok().and_then(|at| keywords.get(at)) {
                        tags.note(word);
                    }
                }
                _ => {}
            }
        }
        tags
    }

    /// Adds what the fields of an exported mail say: `Status`, `X-Status`, `X-Keywords`, `X-Gmail-Labels`.
    pub fn with_fields(mut self, mail: &[u8]) -> Self {
        for (name, value) in mime::fields(mail, &["status", "x-status", "x-keywords", "x-gmail-labels"]) {
            match name.as_str() {
                "x-gmail-labels" => value.split(',').for_each(|label| self.note(label.trim_matches('"'))),
                "x-keywords" => value.split([' ', ',']).for_each(|word| self.note(word)),
                // Letters: A is answered.
                _ => self.answered |= value.contains('A'),
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_wherever_they_stand() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
        let keywords = ["$Handled".to_owned(), "Junk".to_owned()];
        for (name, found, answered, junk) in [
            ("1.M1.host:2,S", words(&[]), false, false),
            ("1.M1.host:2,RSa", words(&["$Handled"]), true, false),
            ("1.M1.host:2,bz", words(&["Junk"]), false, true),
            ("1.M1.host", words(&[]), false, false),
        ] {
            assert_eq!(Tags::of_maildir(name, &keywords), Tags { words: found, answered, junk }, "{name}");
        }
        for (head, found, answered, junk) in [
            ("Status: RO\nX-Status: A\n", words(&[]), true, false),
            ("X-Keywords: $Handled  NonJunk\n", words(&["$Handled", "NonJunk"]), false, false),
            (
                "X-Gmail-Labels: =?UTF-8?Q?Inbox,=E5=AF=BE=E5=BF=9C=E6=B8=88?=,\n Spam\n",
                words(&["Inbox", "対応済", "Spam"]),
                false,
                true,
            ),
            ("Subject: x\n\nX-Keywords: body\n", words(&[]), false, false),
        ] {
            let tags = Tags::default().with_fields(head.as_bytes());
            assert_eq!(tags, Tags { words: found, answered, junk }, "{head}");
        }
        let flags = words(&["\\Answered", "$Junk"]);
        let tags = Tags::default().with_flags(&flags);
        assert!(tags.answered && tags.junk);
    }
}
