//! How a mail was read, for programs and for people. Shows values, places and the rules that spoke; decides nothing.
//!
//! The JSON is a promise: other programs score it. One object a line, keys in a fixed order.

mod level;
mod marks;
mod sheet;
mod words;

use serde_json::{Value, json};

pub use self::level::Clock;
pub use self::sheet::explain_text;
use crate::mime::Unreadable;
use crate::triage::id::Address;
use crate::triage::mail::Letter;
use crate::triage::topics::Topics;
use crate::triage::verdict::{
    Class, Disposition, Evidence, Facts, Found, Passed, Reading, Reason, Source, Span, Wish,
};

/// What was made of one file.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// The letter and its reading, or why there is none.
    pub outcome: Result<(&'a Letter, &'a Reading), Unreadable>,
    /// Labels that the desk would put on the mail.
    pub add: Vec<String>,
    /// Labels that it would take off.
    pub remove: Vec<String>,
    /// What people call the topics, where that is known.
    pub topics: Option<&'a Topics>,
    /// By when the first answer would be due, where service levels say so.
    pub clock: Option<Clock>,
}

impl<'a> Explained<'a> {
    /// A letter that was read, without labels.
    pub const fn read(file: &'a str, letter: &'a Letter, reading: &'a Reading) -> Self {
        Self {
            file,
            outcome: Ok((letter, reading)),
            add: Vec::new(),
            remove: Vec::new(),
            topics: None,
            clock: None,
        }
    }
}

/// The JSON object of one mail.
pub fn explain(explained: &Explained<'_>) -> Value {
    let labels = json!({ "add": explained.add, "remove": explained.remove });
    let (letter, reading) = match &explained.outcome {
        Ok(pair) => *pair,
        Err(_) => return unread(explained.file, labels),
    };
    let verdict = &reading.verdict;
    let facts = &reading.facts;
    let because = match verdict.disposition {
        Disposition::Ignored(reason) => Some(reason.word()),
        Disposition::Case | Disposition::FollowUp | Disposition::Command | Disposition::Quarantined => None,
    };
    let topic = (!verdict.topic.is_empty()).then_some(verdict.topic.as_str());
    let second = verdict.second.as_ref().map(|second| {
        json!({
            "topic": second.topic,
            "class": second.class.map(Class::word),
            "rule": rule(letter, &second.rule),
        })
    });
    let mut value = json!({
        "file": explained.file,
        "message_id": letter.message_id.as_ref().map(ToString::to_string),
        "disposition": verdict.disposition.word(),
        "ignored_because": because,
        "class": verdict.class.map(Class::word),
        "topic": topic,
        "urgent": verdict.urgent,
        "ambiguous": verdict.ambiguous,
        "needs_staff": verdict.needs_staff,
        "lang": facts.lang,
        "fields": fields(letter, facts),
        "missing": facts.missing,
        "dates": facts.wishes.iter().map(|wish| date(letter, wish)).collect::<Vec<_>>(),
        "rules": verdict.rules.iter().map(|evidence| rule(letter, evidence)).collect::<Vec<_>>(),
        "labels": labels,
        "template": verdict.template,
        "second": second,
        "passed": verdict.passed.iter().map(|one| passed(letter, one)).collect::<Vec<_>>(),
        "subject": letter.subject,
        "text": letter.text,
    });
    if let (Some(clock), Some(object)) = (&explained.clock, value.as_object_mut()) {
        object.insert("level".to_owned(), clock.json());
    }
    value
}

/// The object of a mail that could not be read: a person looks at it.
fn unread(file: &str, labels: Value) -> Value {
    json!({
        "file": file,
        "message_id": null,
        "disposition": Disposition::Quarantined.word(),
        "ignored_because": null,
        "class": null,
        "topic": null,
        "urgent": false,
        "ambiguous": false,
        "needs_staff": false,
        "lang": null,
        "fields": {
            "name": null, "phone": null, "email": null, "content": null,
            "shop": null, "product": null, "version": null, "order_no": null,
            "tags": [], "others": [], "demands": [], "notice": null,
        },
        "missing": [],
        "dates": [],
        "rules": [],
        "labels": labels,
        "template": null,
        "second": null,
        "passed": [],
        "subject": null,
        "text": null,
    })
}

/// A place, counted in characters so that every language's strings can use it.
fn place(letter: &Letter, source: Source, span: Span) -> Value {
    let (name, text) = match source {
        Source::Text => ("text", letter.text.as_str()),
        Source::Subject => ("subject", letter.subject.as_str()),
        Source::Header => ("header", ""),
    };
    let start = text.get(..span.start).map_or(0, |before| before.chars().count());
    let length = text.get(span.start..span.end).map_or(0, |inside| inside.chars().count());
    json!({ "in": name, "start": start, "end": start + length })
}

fn fields(letter: &Letter, facts: &Facts) -> Value {
    fn field<T>(letter: &Letter, found: &Option<Found<T>>, value: impl Fn(&T) -> String) -> Option<Value> {
        found.as_ref().map(|found| {
            json!({
                "value": value(&found.value),
                "text": found.text,
                "rule": found.rule,
                "confidence": found.confidence,
                "span": place(letter, found.source, found.span),
            })
        })
    }
    let text = |found: &Option<Found<String>>| field(letter, found, String::clone);
    json!({
        "name": text(&facts.name),
        "phone": text(&facts.phone),
        "email": field(letter, &facts.email, |address: &Address| address.as_str().to_owned()),
        "content": text(&facts.content),
        "shop": text(&facts.shop),
        "product": text(&facts.product),
        "version": text(&facts.version),
        "order_no": text(&facts.order_no),
        "tags": facts.tags.iter().map(|tag| evidence(&tag.value, tag)).collect::<Vec<_>>(),
        "others": facts.others.iter().map(|f| evidence(f.value.word(), f)).collect::<Vec<_>>(),
        "demands": facts.demands.iter().map(|f| evidence(f.value.word(), f)).collect::<Vec<_>>(),
        "notice": facts.notice.as_ref().map(|notice| json!({
            "kind": notice.kind.word(),
            "platform": notice.platform,
            "name": notice.name,
            "phone": notice.phone,
            "email": notice.email.as_ref().map(Address::as_str),
            "visit": notice.visit.map(|at| at.to_string()),
            "reference": notice.reference,
        })),
    })
}

fn evidence<T>(word: &str, found: &Found<T>) -> Value {
    json!({ "value": word, "text": found.text, "rule": found.rule })
}

fn date(letter: &Letter, wish: &Wish) -> Value {
    json!({
        "text": wish.text,
        "start": wish.start.to_string(),
        "end": wish.end.map(|end| end.to_string()),
        "grain": wish.grain.word(),
        "choice": wish.choice,
        "role": wish.role.word(),
        "contradicts": wish.contradicts,
        "span": place(letter, wish.source, wish.span),
    })
}

fn rule(letter: &Letter, rule: &Evidence) -> Value {
    let spans: Vec<Value> = rule.spans.iter().map(|(source, span)| place(letter, *source, *span)).collect();
    json!({ "name": rule.name, "file": rule.file, "matched": rule.matched, "spans": spans })
}

fn passed(letter: &Letter, passed: &Passed) -> Value {
    let mut value = rule(letter, &passed.rule);
    if let Some(object) = value.as_object_mut() {
        object.insert("says".to_owned(), json!(passed.says));
        object.insert("why".to_owned(), why(&passed.why));
    }
    value
}

fn why(reason: &Reason) -> Value {
    match reason {
        Reason::Outweighed { by, weight, against } => {
            json!({ "reason": "outweighed", "by": by, "weight": weight, "against": against })
        }
        Reason::Later { than } => json!({ "reason": "later", "by": than }),
        Reason::SameTopic { by } => json!({ "reason": "same_topic", "by": by }),
        Reason::Slot => json!({ "reason": "slot" }),
        Reason::Unless(matched) => json!({ "reason": "unless", "matched": matched }),
        Reason::Without(keys) => json!({ "reason": "without", "keys": keys }),
        Reason::Language { of, mail } => json!({ "reason": "language", "rule": of, "mail": mail }),
        Reason::Spared(sign) => json!({ "reason": "spared", "sign": sign }),
        Reason::Earlier { than } => json!({ "reason": "earlier", "by": than }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_quarantined_in_the_same_shape() {
        let explained = Explained {
            file: "x.eml",
            outcome: Err(Unreadable::NoHeader),
            add: Vec::new(),
            remove: Vec::new(),
            topics: None,
            clock: None,
        };
        let value = explain(&explained);
        assert_eq!(value["disposition"], "quarantined");
        assert_eq!(value["fields"]["name"], Value::Null);
        assert!(explain_text(&explained).contains("隔離"));
    }
}
