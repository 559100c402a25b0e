//! `tag=value; tag=value`, the form of signatures and keys (RFC 6376 section 3.2), read strictly: no tag twice.

use std::collections::BTreeMap;

/// A list of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags(BTreeMap<String, String>);

impl Tags {
    /// `None` when a part is no tag, or one stands twice.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
        let mut tags = BTreeMap::new();
        let mut parts = text.split(';').peekable();
        while let Some(part) = parts.next() {
            if part.trim().is_empty() {
                // A semicolon may end the list; two in a row say nothing twice.
                if parts.peek().is_none() { break } else { return None }
            }
            let (name, value) = part.split_once('=')?;
            let name = name.trim();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                return None;
            }
            if tags.insert(name.to_owned(), value.trim().to_owned()).is_some() {
                return None;
            }
        }
        Some(Self(tags))
    }

    /// The value of a tag; names are told apart by case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The words of a list between colons, in lower case.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        let words = self.get(name)?.split(':');
        Some(words.map(|word| word.trim().to_ascii_lowercase()).collect())
    }

    /// A whole number; `Err` when the tag holds something else.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, ()> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().map(Some).map_err(|_| ()) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tag_once() {
        for (text, expected) in [
            ("v=1; d=corp.test; h=From : to", Some("corp.test")),
            ("d = corp.test ;", Some("corp.test")),
            ("d=a; d=b", None),
            ("d=a;; s=b", None),
            ("d=a; s", None),
            ("=a", None),
            ("d=ä", None),
        ] {
            let tags = Tags::read(text.as_bytes());
            assert_eq!(tags.as_ref().and_then(|tags| tags.get("d")), expected, "{text}");
        }
        let tags = Tags::read(b"h=From : to; x=12; t=soon; D=y").unwrap();
        assert_eq!(tags.list("h").unwrap(), ["from", "to"]);
        assert_eq!((tags.number("x"), tags.number("t"), tags.number("l")), (Ok(Some(12)), Err(()), Ok(None)));
        assert_eq!(tags.get("d"), None);
    }
}
