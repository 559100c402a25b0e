//! Which words of a mail were read as what: one sign for each fact and each rule, and the rows drawn below a text.

use unicode_width::UnicodeWidthChar;

use crate::triage::mail::Letter;
use crate::triage::verdict::{Facts, Reading, Role, Source, Span, Wish};

/// A stretch of a text and the sign it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    source: Source,
    span: Span,
    sign: char,
    /// Facts stand in the first row below a text, rules in the second.
    fact: bool,
}

/// Signs of the fields: name, telephone, mail, shop, product, version, order number.
pub(super) const FIELDS: [char; 7] = ['N', 'P', 'M', 'S', 'D', 'V', 'O'];

/// The sign of a date: its choice for a wish, else its role.
pub(super) fn of_date(wish: &Wish) -> char {
    match wish.role {
        Role::Wish => char::from_digit(wish.choice, 10).unwrap_or('+'),
        Role::Excluded => 'x',
        Role::Past => '<',
        Role::CurrentBooking => '=',
        Role::Callback => '@',
        Role::Mention => '.',
    }
}

/// The sign of the n-th rule.
pub(super) fn of_rule(index: usize) -> char {
    u8::try_from(index).ok().filter(|index| *index < 26).map_or('*', |index| char::from(b'a' + index))
}

/// All marks of a reading; earlier ones lie over later ones.
pub(super) fn all(letter: &Letter, reading: &Reading) -> Vec<Mark> {
    let facts = &reading.facts;
    let mut marks: Vec<Mark> = fields(facts);
    // The subject that a forwarded mail had once is not the one that is shown.
    let shown = |wish: &&Wish| match wish.source {
        Source::Subject => letter.subject.get(wish.span.start..wish.span.end) == Some(wish.text.as_str()),
        Source::Text | Source::Header => true,
    };
    marks.extend(facts.wishes.iter().filter(shown).map(|wish| Mark {
        source: wish.source,
        span: wish.span,
        sign: of_date(wish),
        fact: true,
    }));
    for (index, rule) in reading.verdict.rules.iter().enumerate() {
        let sign = of_rule(index);
        let spans = rule.spans.iter();
        marks.extend(spans.map(|(source, span)| Mark { source: *source, span: *span, sign, fact: false }));
    }
    marks
}

fn fields(facts: &Facts) -> Vec<Mark> {
    let [name, phone, mail, shop, product, version, order] = FIELDS;
    let text = [
        (name, &facts.name),
        (phone, &facts.phone),
        (shop, &facts.shop),
        (product, &facts.product),
        (version, &facts.version),
        (order, &facts.order_no),
    ];
    let places = text.into_iter().filter_map(|(sign, found)| {
        let found = found.as_ref()?;
        Some((sign, found.source, found.span))
    });
    let mail = facts.email.as_ref().map(|found| (mail, found.source, found.span));
    places.chain(mail).map(|(sign, source, span)| Mark { source, span, sign, fact: true }).collect()
}

/// The rows below a piece of a text that begins at byte `at`: facts, then rules; only rows with a sign.
pub(super) fn rows(marks: &[Mark], source: Source, at: usize, piece: &str) -> Vec<String> {
    let end = at + piece.len();
    let near: Vec<&Mark> = marks
        .iter()
        .filter(|mark| mark.source == source && mark.span.start < end && at < mark.span.end)
        .collect();
    let row = |fact: bool| {
        let mut row = String::new();
        for (offset, c) in piece.char_indices() {
            let here = at + offset;
            let mark =
                near.iter().find(|mark| mark.fact == fact && mark.span.start <= here && here < mark.span.end);
            let sign = mark.map_or(' ', |mark| mark.sign);
            row.extend(std::iter::repeat_n(sign, c.width().unwrap_or(0)));
        }
        row.trim_end().to_owned()
    };
    [true, false].map(row).into_iter().filter(|row| !row.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lie_below_their_words() {
        let mark =
            |start, end, sign, fact| Mark { source: Source::Text, span: Span { start, end }, sign, fact };
        let text = "名前a予約";
        let marks = [mark(0, 6, 'N', true), mark(7, 13, 'a', false), mark(7, 10, 'b', false)];
        for (source, at, piece, expected) in [
            (Source::Text, 0, text, vec!["NNNN", "     aaaa"]),
            (Source::Text, 7, "予約", vec!["aaaa"]),
            (Source::Text, 6, "a", vec![]),
            (Source::Subject, 0, text, vec![]),
        ] {
            assert_eq!(rows(&marks, source, at, piece), expected, "{piece} at {at}");
        }
    }
}
