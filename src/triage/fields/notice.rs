//! A booking system's notice: guest, time and number, read from its lines by the same labels as a form.

use crate::triage::fold::Folded;
use crate::triage::notice::{BookingNotice, NoticeKind};
use crate::triage::rulebook::WordList;
use crate::triage::verdict::{Moment, Wish};

use super::{Sheet, is_blank, name, phone, typed};

/// How far into the text a notice says what it is about, in bytes of folded text.
const OPENING: usize = 400;

/// Reads a notice. `dates` are those of its time fields.
pub(in crate::triage) fn read(sheet: &Sheet<'_>, dates: &[Wish]) -> BookingNotice {
    let (phone, _) = phone::read(sheet);
    // The first time that has an hour: the visit stands above what the system adds.
    let visit = dates.iter().find_map(|date| match date.start {
        Moment::At(at) if !date.contradicts => Some(at),
        Moment::At(_) | Moment::On(_) => None,
    });
    BookingNotice {
        kind: kind(sheet),
        platform: sheet.letter.from.first().map(|person| person.name.clone()).unwrap_or_default(),
        name: name::typed(sheet).map(|found| found.value),
        phone: phone.map(|found| found.value),
        email: typed(sheet).map(|found| found.value),
        visit,
        reference: reference(sheet),
    }
}

/// The subject says what happened; where it is silent, the opening lines.
fn kind(sheet: &Sheet<'_>) -> NoticeKind {
    let subject = Folded::new(&sheet.letter.subject);
    let text = sheet.folded.text();
    let opening = text.get(..text.floor_char_boundary(OPENING)).unwrap_or(text);
    let says = |list: WordList, text: &str| sheet.rules.words(list).any(|word| text.contains(word));
    for text in [subject.text(), opening] {
        if says(WordList::Cancelled, text) {
            return NoticeKind::Cancelled;
        }
        if says(WordList::Changed, text) {
            return NoticeKind::Changed;
        }
    }
    NoticeKind::Booked
}

/// The value of the first field whose label is one of a booking's number.
fn reference(sheet: &Sheet<'_>) -> Option<String> {
    sheet.form.fields.iter().find_map(|field| {
        let label = Folded::new(sheet.text(field.label));
        let label: String = label.text().split_whitespace().collect();
        let value = sheet.text(field.value).trim();
        let named = sheet.rules.words(WordList::Reference).any(|word| label.ends_with(word));
        (named && !is_blank(value) && value.chars().count() <= 40).then(|| value.to_owned())
    })
}
