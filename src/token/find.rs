//! Finds the token an answer carries: in plus-addresses, in the ids it answers, in a `token:` line of the quote.
//! The subject never carries one.

use super::{CaseId, Token};
use crate::triage::mail::Letter;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No token anywhere.
    Nothing,
    /// One token, however often.
    One(Token),
    /// Several that differ, or a `token:` line that cannot be read beside a good one: somebody tampered, or two
    /// requests were mixed up. Nothing is decided.
    Differ(Vec<Token>),
    /// Only a `token:` line that cannot be read (cut off or damaged).
    Broken,
}

impl Found {
    /// Every token that was found.
    pub fn tokens(self) -> Vec<Token> {
        match self {
            Self::One(token) => vec![token],
            Self::Differ(tokens) => tokens,
            Self::Nothing | Self::Broken => Vec::new(),
        }
    }
}

/// Looks where a mail program leaves a token. A conversation quotes older requests too; so of the ids only the
/// newest request counts, and of the text only the first `token:` line.
pub fn find_in(letter: &Letter) -> Found {
    let mut tokens: Vec<Token> = Vec::new();
    let mut keep = |token: Option<Token>| {
        if let Some(token) = token.filter(|token| !tokens.contains(token)) {
            tokens.push(token);
        }
    };
    let named = letter.to.iter().chain(&letter.cc).map(|person| person.address.as_str());
    for address in named.chain(letter.header("delivered-to")) {
        keep(in_address(address));
    }
    let asked = letter.answers().find_map(|id| {
        let (local, _) = id.as_str().rsplit_once('@')?;
        Token::parse(strip_ask(local)?)
    });
    keep(asked);
    let line = in_text(&letter.text);
    keep(line.clone().flatten());

    let broken = line == Some(None);
    match (tokens.pop(), tokens.is_empty(), broken) {
        (None, _, true) => Found::Broken,
        (None, _, false) => Found::Nothing,
        (Some(token), true, false) => Found::One(token),
        (Some(token), _, _) => {
            tokens.push(token);
            Found::Differ(tokens)
        }
    }
}

fn strip_ask(local: &str) -> Option<&str> {
    let (start, rest) = local.split_at_checked(4)?;
    start.eq_ignore_ascii_case("ask.").then_some(rest)
}

fn in_address(address: &str) -> Option<Token> {
    let (local, _) = address.trim().trim_matches(['<', '>']).rsplit_once('@')?;
    let (_, plus) = local.split_once('+')?;
    Token::parse(plus)
}

/// The first `token:` of a text: outer `None` when there is none, inner when it cannot be read. Mail programs
/// wrap it, with or without quote marks on the next line.
fn in_text(text: &str) -> Option<Option<Token>> {
    let lower = text.to_ascii_lowercase();
    let (_, after) = lower.split_once("token:")?;
    let mut written = String::new();
    let mut dashes = 0;
    let mut line_started = false;
    for c in after.trim_start_matches([' ', '\t', '\u{a0}']).chars() {
        match c {
            '-' => {
                dashes += 1;
                written.push(c);
                line_started = true;
            }
            c if c.is_ascii_alphanumeric() => {
                written.push(c);
                line_started = true;
            }
            '\n' | '\r' => line_started = false,
            ' ' | '>' | '\t' | '|' if !line_started => {} // quote marks at the start of a wrapped line
            '=' => {}                                     // a soft line break nobody decoded
            _ => break,
        }
        let tail = written.rsplit('-').next().map_or(0, str::len);
        if dashes == 2 && tail == super::EXPIRY_DIGITS + super::MAC_DIGITS {
            break;
        }
        if dashes > 2 || written.len() > CaseId::LEN + 60 {
            break;
        }
    }
    Some(Token::parse(&written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_line_may_be_wrapped_anywhere() {
        let text = "0123456789-1-ABCDE0123456789ABCDEFGHJKMNPQRSTV";
        let long = format!("{text}WXYZ");
        let token = Token::parse(&long);
        assert!(token.is_some());
        let (a, b) = long.split_at(20);
        for (text, expected) in [
            ("no such line".to_owned(), None),
            (format!("> token: {long}\n> more"), Some(token.clone())),
            (format!("承認は OK と返信 token: {} 受付", long.to_lowercase()), Some(token.clone())),
            (format!("> token: {a}\n> {b}\n"), Some(token.clone())),
            (format!("> token: {a}\n{b}\n"), Some(token.clone())),
            (format!("> > token:\n> > {a}\n> > {b}\n"), Some(token.clone())),
            (format!("token: {a}=\n{b}"), Some(token.clone())),
            (format!("Token：{long}"), None), // how a request shows a customer's own "token:"
            (format!("TOKEN: {long}"), Some(token.clone())),
            (format!("token: {a}\n\n"), Some(None)),
            ("token: please".to_owned(), Some(None)),
        ] {
            assert_eq!(in_text(&text), expected, "{text}");
        }
    }
}
