//! Which slots a case has on the table: those our last mail offered, else those the customer named. What an answer
//! such as 「その時間で」 or 「15時で」 is read against. Nothing here is stored: the mails themselves say it.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::case::Case;
use super::verdict::{Grain, Role, Span};
use super::when::{Anchor, Lexicon, Offered, Passage, read};

/// The slots on the table, in the order they were written. Past days, and days that were ruled out, are not among
/// them.
pub fn offered(case: &Case, zone: &TimeZone, opening: Time, lexicon: &Lexicon) -> Vec<Offered> {
    let slots = |text: &str, sent: Timestamp| slots(text, sent, zone, opening, lexicon);
    let ours = match (&case.sent, &case.draft) {
        (Some(sent), Some(draft)) if sent.revision == draft.revision => slots(&draft.body, sent.at),
        (_, _) => Vec::new(),
    };
    if !ours.is_empty() {
        return ours;
    }
    // We named none: the customer's own words count, the latest first.
    case.mails
        .iter()
        .rev()
        .map(|mail| slots(&mail.words, mail.sent))
        .find(|slots| !slots.is_empty())
        .unwrap_or_default()
}

fn slots(text: &str, sent: Timestamp, zone: &TimeZone, opening: Time, lexicon: &Lexicon) -> Vec<Offered> {
    let anchor = Anchor { sent: sent.to_zoned(zone.clone()).datetime(), opening };
    let whole = Passage { span: Span { start: 0, end: text.len() }, label: None };
    let mut slots = Vec::new();
    for wish in read(text, &[whole], &anchor, lexicon) {
        let coming = wish.start.date() >= anchor.sent.date() && wish.grain <= Grain::Day;
        let open = match wish.role {
            Role::Wish | Role::CurrentBooking | Role::Mention => true,
            Role::Excluded | Role::Past | Role::Callback => false,
        };
        let slot = Offered { start: wish.start, end: wish.end, grain: wish.grain };
        if coming && open && !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    slots
}
