//! Utterances with a label: is it a request for a reservation with a date or time (workflow W1)?
//!
//! The sets speak of single sentences, where "at 7 pm" is a time to book; for a mail a time without any day is
//! flagged as ambiguous. So a booking with any time counts as a request here.

use madoguchi::mime;
use madoguchi::triage::read::{Context, read};
use madoguchi::triage::verdict::{Class, Disposition, Role};
use serde_json::{Value, json};

use crate::desk::Bench;
use crate::expressions;
use crate::table::{Figure, Found, Share, Sheet};

/// The label that counts.
const REQUEST: &str = "reservation_request";

/// Compares the labels of a set with what is read.
pub(crate) fn sheet(name: &str, rows: &[Value], bench: &Bench<'_>) -> Sheet {
    let (mut request, mut right) = (Found::default(), Share::default());
    let mut sheet = Sheet { name: name.to_owned(), rows: rows.len(), ..Sheet::default() };
    for row in rows {
        let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let (ours, topic) = label(word("text"), bench);
        sheet.predictions.push(json!({ "set": name, "id": word("id"), "label": ours, "topic": topic }));
        if row.get("ambiguous").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let wanted = word("label");
        request.add(wanted == REQUEST, ours == REQUEST);
        right.add(wanted == ours);
        if (wanted == REQUEST) != (ours == REQUEST) {
            sheet.misses.push(("request", format!("{} {}: {wanted}, read {ours}", word("id"), word("text"))));
        }
    }
    sheet.figures =
        vec![("reservation request F1", Figure::Found(request)), ("five labels", Figure::Share(right))];
    sheet
}

/// The label and the topic of one utterance, read as the text of a mail.
fn label(text: &str, bench: &Bench<'_>) -> (&'static str, String) {
    // The mail around the words says nothing: no name, no subject. The sets name no day of writing either; theirs
    // is before every year that stands in them, so that no date in a request is over.
    let raw = format!(
        "From: customer@customer.example\r\nTo: desk@desk.example\r\nMessage-ID: <row@customer.example>\r\n\
         Date: Mon, 04 Jan 2010 10:00:00 +0900\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    );
    let Ok(letter) = mime::letter(raw.as_bytes()) else { return ("unreadable", String::new()) };
    let reading = read(&letter, &bench.desk, bench.rules, &Context::default());
    let (facts, verdict) = (reading.facts, reading.verdict);
    // A slot that is held, over or impossible is none to book.
    let wanted = match facts.wishes.as_slice() {
        [] => expressions::names_a_time(text, bench),
        wishes => wishes.iter().any(|wish| matches!(wish.role, Role::Wish | Role::Mention)),
    };
    if !matches!(verdict.disposition, Disposition::Case | Disposition::FollowUp) {
        return ("other", verdict.topic);
    }
    let label = match verdict.topic.as_str() {
        "cancel" => "cancel",
        "change" => "change",
        _ if verdict.class == Some(Class::Reservation) => REQUEST,
        "booking" if wanted => REQUEST,
        "other" => "other",
        _ => "plain_inquiry",
    };
    (label, verdict.topic)
}
