//! `Authentication-Results` (RFC 8601): what the receiving server says about the sender's domain.
//!
//! Only the topmost field counts, only under the one name that is trusted, and only `dmarc=pass` for exactly the domain of
//! From. The whole field must be well formed: whoever leaves room for a second reading is not believed. Fields below are
//! the sender's to write and are never read.

use super::fields::fields;
use crate::triage::approval::{Stated, StatedFault};
use crate::triage::id::Address;

/// A field longer than this is no server's.
const LONGEST: usize = 16 * 1024;
/// Comments within comments.
const DEEPEST: usize = 8;

/// What the server called `authserv_id` says of a mail from this address. `raw` is the mail, or at least its header.
pub(super) fn stated(raw: &[u8], authserv_id: &str, from: &Address) -> Stated {
    let Ok(fields) = fields(raw) else { return Stated::Fail(StatedFault::Malformed) };
    let Some(field) = fields.iter().find(|field| field.name == "authentication-results") else {
        return Stated::Fail(StatedFault::Missing);
    };
    match read(&field.value, authserv_id) {
        Ok(results) => weigh(&results, authserv_id, from),
        Err(fault) => Stated::Fail(fault),
    }
}

/// One method, what it came to, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    method: String,
    result: String,
    /// `ptype.property`, in lower case, and the value as written.
    properties: Vec<(String, String)>,
}

fn weigh(results: &[Finding], authserv_id: &str, from: &Address) -> Stated {
    let mut dmarc = results.iter().filter(|result| result.method == "dmarc");
    let (Some(dmarc), None) = (dmarc.next(), dmarc.next()) else {
        return Stated::Fail(StatedFault::NoDmarc);
    };
    if dmarc.result != "pass" {
        return Stated::Fail(StatedFault::NotPass);
    }
    let mut domains = dmarc.properties.iter().filter(|(name, _)| name == "header.from");
    match (domains.next(), domains.next()) {
        (Some((_, domain)), None) if domain.eq_ignore_ascii_case(from.domain()) => {
            Stated::Pass { authserv_id: authserv_id.to_owned() }
        }
        (Some(_), None) => Stated::Fail(StatedFault::OtherDomain),
        (_, _) => Stated::Fail(StatedFault::NoDmarc),
    }
}

/// The results of a field, if it is the trusted server's and well formed.
fn read(value: &[u8], authserv_id: &str) -> Result<Vec<Finding>, StatedFault> {
    let text = std::str::from_utf8(value).map_err(|_| StatedFault::Malformed)?;
    if text.len() > LONGEST || !text.is_ascii() {
        return Err(StatedFault::Malformed);
    }
    let mut words = Words { rest: text };
    words.blanks()?;
    // Exactly as the server writes it: no quotes, no other case, nothing before or behind.
    let id = words.token()?;
    if id != authserv_id {
        return Err(StatedFault::Stranger);
    }
    let spaced = words.blanks()?;
    if spaced && words.rest.starts_with(|c: char| c.is_ascii_digit()) && words.token()? != "1" {
        return Err(StatedFault::Malformed);
    }
    words.blanks()?;
    let mut results = Vec::new();
    while words.takes(';') {
        words.blanks()?;
        let method = words.keyword()?;
        if method == "none" && results.is_empty() && words.is_at_end()? {
            return Ok(results);
        }
        results.push(words.result(method)?);
    }
    if !words.rest.is_empty() || results.is_empty() {
        return Err(StatedFault::Malformed);
    }
    Ok(results)
}

/// The rest of a field, word by word.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// Skips blanks and comments; says whether there were any.
    fn blanks(&mut self) -> Result<bool, StatedFault> {
        let before = self.rest.len();
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t']);
            if !self.rest.starts_with('(') {
                return Ok(self.rest.len() < before);
            }
            self.comment()?;
        }
    }

    fn comment(&mut self) -> Result<(), StatedFault> {
        let (mut depth, mut escaped) = (0_usize, false);
        for (at, c) in self.rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '(' => depth = depth.saturating_add(1),
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                break;
            }
            if depth == 0 {
                self.rest = self.rest.get(at.saturating_add(1)..).unwrap_or_default();
                return Ok(());
            }
        }
        Err(StatedFault::Malformed)
    }

    fn takes(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn is_at_end(&mut self) -> Result<bool, StatedFault> {
        self.blanks()?;
        Ok(self.rest.is_empty())
    }

    fn run(&mut self, part_of: impl Fn(char) -> bool) -> Result<&'a str, StatedFault> {
        let end = self.rest.find(|c| !part_of(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).ok_or(StatedFault::Malformed)?;
        if word.is_empty() {
            return Err(StatedFault::Malformed);
        }
        self.rest = rest;
        Ok(word)
    }

    /// RFC 2045 section 5.1.
    fn token(&mut self) -> Result<&'a str, StatedFault> {
        self.run(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?=".contains(c))
    }

    /// Letters, digits and hyphens, in lower case: methods, results, types of properties.
    fn keyword(&mut self) -> Result<String, StatedFault> {
        Ok(self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))?.to_ascii_lowercase())
    }

    /// A value: quoted, or everything up to a blank, a comment or a semicolon (addresses, base64).
    fn value(&mut self) -> Result<String, StatedFault> {
        if !self.takes('"') {
            let plain = |c: char| c.is_ascii_graphic() && !"();\"\\<>,".contains(c);
            return Ok(self.run(plain)?.to_owned());
        }
        let mut value = String::new();
        let mut letters = self.rest.char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(at.saturating_add(1)..).unwrap_or_default();
                    return Ok(value);
                }
                '\\' => value.push(letters.next().ok_or(StatedFault::Malformed)?.1),
                c => value.push(c),
            }
        }
        Err(StatedFault::Malformed)
    }

    /// `=result`, a reason and the properties, up to the next semicolon.
    fn result(&mut self, method: String) -> Result<Finding, StatedFault> {
        self.blanks()?;
        if self.takes('/') {
            self.blanks()?;
            if self.token()? != "1" {
                return Err(StatedFault::Malformed);
            }
            self.blanks()?;
        }
        self.equals()?;
        let result = self.keyword()?;
        let mut properties = Vec::new();
        loop {
            let spaced = self.blanks()?;
            if self.rest.is_empty() || self.rest.starts_with(';') {
                return Ok(Finding { method, result, properties });
            }
            if !spaced {
                return Err(StatedFault::Malformed);
            }
            let kind = self.keyword()?;
            self.blanks()?;
            if kind == "reason" && properties.is_empty() && self.rest.starts_with('=') {
                self.equals()?;
                self.value()?;
                continue;
            }
            if !self.takes('.') {
                return Err(StatedFault::Malformed);
            }
            self.blanks()?;
            let property = self.keyword()?;
            self.blanks()?;
            self.equals()?;
            properties.push((format!("{kind}.{property}"), self.value()?));
        }
    }

    fn equals(&mut self) -> Result<(), StatedFault> {
        self.blanks()?;
        if !self.takes('=') {
            return Err(StatedFault::Malformed);
        }
        self.blanks()?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "results/tests.rs"]
mod tests;
