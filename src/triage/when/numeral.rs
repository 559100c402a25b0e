//! Numbers in words, and ordinals in words or figures: `twenty-one`, `dwudziestego pierwszego`, `3rd`, `18-tego`.
//!
//! Works on tokens, so that everything behind it sees plain numbers. It never looks at what is counted.

use super::scan::{Kind, Token};
use super::word::Word;

/// Joins the words of a number, and figures with their ordinal mark, to one token each.
pub(super) fn join(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    // Whether the last token may still grow.
    let mut open = false;
    for token in tokens {
        // A short word such as "w" leads a length or means nothing.
        if let Some(last) = out.last()
            && last.kind == Kind::Word(Word::WithinAhead)
            && !(counts(token) && text.get(last.end..token.start) == Some(" "))
        {
            out.pop();
        }
        let joined = out.last().and_then(|last| {
            let between = text.get(last.end..token.start)?;
            together(*last, open, between, token)
        });
        match (joined, out.last_mut()) {
            (Some(kind), Some(last)) => {
                (last.end, last.kind) = (token.end, kind);
                open = matches!(kind, Kind::Number { .. } | Kind::Word(Word::Ordinal { .. }));
            }
            (_, _) => {
                open = matches!(token.kind, Kind::Word(Word::Numeral(_) | Word::Ordinal { .. }));
                out.push(plain(token));
            }
        }
    }
    out
}

/// A number, or a word that stands for one.
const fn counts(token: Token) -> bool {
    matches!(
        token.kind,
        Kind::Number { .. } | Kind::Word(Word::Numeral(_) | Word::Minutes(_) | Word::Article | Word::At)
    )
}

/// A numeral is a number like any other.
const fn plain(token: Token) -> Token {
    match token.kind {
        Kind::Word(Word::Numeral(value)) => Token { kind: Kind::Number { value, digits: 0 }, ..token },
        Kind::Word(Word::ThisMark(_)) => Token { kind: Kind::Word(Word::This), ..token },
        Kind::Word(_) | Kind::Number { .. } => token,
    }
}

fn together(last: Token, open: bool, between: &str, next: Token) -> Option<Kind> {
    let near = matches!(between, " " | "-");
    let ordinal =
        |nth: u32, hour: bool| Some(Kind::Word(Word::Ordinal { nth: i32::try_from(nth).ok()?, hour }));
    match (last.kind, next.kind) {
        (
            Kind::Number { value, digits: 1..=2 },
            Kind::Word(Word::OrdinalMark(hour) | Word::ThisMark(hour)),
        ) if between.is_empty() => ordinal(value, hour),
        (Kind::Number { value, digits: 0 }, Kind::Word(Word::Numeral(more)))
            if open && (near || between == " and ") =>
        {
            Some(Kind::Number { value: sum(value, more)?, digits: 0 })
        }
        (Kind::Number { value, digits: 0 }, Kind::Word(Word::Ordinal { nth, hour })) if open && near => {
            ordinal(sum(value, u32::try_from(nth).ok()?)?, hour)
        }
        (Kind::Word(Word::Ordinal { nth: tens, .. }), Kind::Word(Word::Ordinal { nth, hour }))
            if open && near =>
        {
            ordinal(sum(u32::try_from(tens).ok()?, u32::try_from(nth).ok()?)?, hour)
        }
        (Kind::Number { .. } | Kind::Word(_), Kind::Number { .. } | Kind::Word(_)) => None,
    }
}

/// `twenty` and `one`, `two` and `thousand`; `None` for two numbers that only stand side by side.
fn sum(value: u32, more: u32) -> Option<u32> {
    match (value, more) {
        (1..=99, 100 | 1000) => Some(value * more),
        (20..=99, 1..=9) if value.is_multiple_of(10) => Some(value + more),
        (100..=9900, 1..=99) if value.is_multiple_of(100) => Some(value + more),
        (1000..=9000, 100..=900) if value.is_multiple_of(1000) => Some(value + more),
        // two thousand and twenty … one
        (120..=9990, 1..=9) if value.is_multiple_of(10) && value % 100 >= 20 => Some(value + more),
        (_, _) => None,
    }
}
