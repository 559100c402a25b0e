//! How a mail was read, for programs and for people. Shows values, places and the rules that spoke; decides nothing.
//!
//! The JSON is a promise: other programs score it. One object a line, keys in a fixed order.

use serde_json::{Value, json};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::mime::Unreadable;
use crate::triage::id::Address;
use crate::triage::mail::Letter;
use crate::triage::verdict::{Class, Disposition, Facts, Found, Reading, Wish};

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
}

impl<'a> Explained<'a> {
    /// A letter that was read, without labels.
    pub const fn read(file: &'a str, letter: &'a Letter, reading: &'a Reading) -> Self {
        Self { file, outcome: Ok((letter, reading)), add: Vec::new(), remove: Vec::new() }
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
    json!({
        "file": explained.file,
        "message_id": letter.message_id.as_ref().map(ToString::to_string),
        "disposition": word(verdict.disposition),
        "ignored_because": because,
        "class": verdict.class.map(Class::word),
        "topic": topic,
        "urgent": verdict.urgent,
        "ambiguous": verdict.ambiguous,
        "needs_staff": verdict.needs_staff,
        "lang": facts.lang,
        "fields": fields(facts),
        "missing": facts.missing,
        "dates": facts.wishes.iter().map(date).collect::<Vec<_>>(),
        "rules": verdict.rules.iter().map(|rule| json!({
            "name": rule.name, "file": rule.file, "matched": rule.matched,
        })).collect::<Vec<_>>(),
        "labels": labels,
        "template": verdict.template,
    })
}

/// The object of a mail that could not be read: a person looks at it.
fn unread(file: &str, labels: Value) -> Value {
    json!({
        "file": file,
        "message_id": null,
        "disposition": word(Disposition::Quarantined),
        "ignored_because": null,
        "class": null,
        "topic": null,
        "urgent": false,
        "ambiguous": false,
        "needs_staff": false,
        "lang": null,
        "fields": { "name": null, "phone": null, "email": null, "content": null, "others": [], "demands": [], "notice": null },
        "missing": [],
        "dates": [],
        "rules": [],
        "labels": labels,
        "template": null,
    })
}

const fn word(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Case => "case",
        Disposition::FollowUp => "follow_up",
        Disposition::Command => "command",
        Disposition::Ignored(_) => "ignored",
        Disposition::Quarantined => "quarantined",
    }
}

fn fields(facts: &Facts) -> Value {
    let text = |found: &Option<Found<String>>| {
        found.as_ref().map(|f| json!({ "value": f.value, "text": f.text, "rule": f.rule }))
    };
    let email = facts
        .email
        .as_ref()
        .map(|f: &Found<Address>| json!({ "value": f.value.as_str(), "text": f.text, "rule": f.rule }));
    json!({
        "name": text(&facts.name),
        "phone": text(&facts.phone),
        "email": email,
        "content": text(&facts.content),
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

fn date(wish: &Wish) -> Value {
    json!({
        "text": wish.text,
        "start": wish.start.to_string(),
        "end": wish.end.map(|end| end.to_string()),
        "grain": wish.grain.word(),
        "choice": wish.choice,
        "role": wish.role.word(),
    })
}

/// Columns of the terminal that the text fits.
const COLUMNS: usize = 80;
/// Columns of the label at the left.
const LABEL: usize = 14;

/// The same for people: one fact a line, the reason beside the decision, 80 columns.
pub fn explain_text(explained: &Explained<'_>) -> String {
    let mut sheet = Sheet { out: String::new() };
    sheet.line("ファイル", explained.file);
    let (letter, reading) = match &explained.outcome {
        Ok(pair) => *pair,
        Err(why) => {
            sheet.line("判定", "隔離: 読み取れません。担当者が確認してください");
            sheet.line("理由", &why.to_string());
            return sheet.out;
        }
    };
    let (facts, verdict) = (&reading.facts, &reading.verdict);
    sheet.line("件名", &letter.subject);
    sheet.line("判定", &decision(reading));
    if !verdict.topic.is_empty() {
        sheet.line("話題", &verdict.topic);
    }
    let flags: Vec<&str> = [
        (verdict.urgent, "至急"),
        (verdict.needs_staff, "店舗確認"),
        (verdict.ambiguous, "要確認(読み方が分かれます)"),
        (letter.damaged, "文字化けあり"),
    ]
    .into_iter()
    .filter_map(|(set, word)| set.then_some(word))
    .collect();
    if !flags.is_empty() {
        sheet.line("注意", &flags.join("、"));
    }
    for (label, found) in [
        ("氏名", &facts.name),
        ("電話", &facts.phone),
        ("店舗", &facts.shop),
        ("製品", &facts.product),
        ("版", &facts.version),
        ("注文番号", &facts.order_no),
    ] {
        if let Some(found) = found {
            sheet.line(label, &format!("{}   [{}]", found.value, found.rule));
        }
    }
    if let Some(found) = &facts.email {
        sheet.line("メール", &format!("{}   [{}]", found.value, found.rule));
    }
    if !facts.missing.is_empty() {
        sheet.line("不足", &facts.missing.join(", "));
    }
    for wish in &facts.wishes {
        let end = wish.end.map_or_else(String::new, |end| format!(" 〜 {end}"));
        let doubt = if wish.contradicts { " 曜日が合いません" } else { "" };
        sheet.line("日時", &format!("{}{end} ({}, 第{}){doubt}", wish.start, role(wish), wish.choice));
        sheet.line("", &format!("「{}」", wish.text));
    }
    if let Some(content) = &facts.content {
        sheet.line("内容", &content.value);
    }
    if let Some(template) = &verdict.template {
        sheet.line("ひな型", template);
    }
    for (label, names) in [("ラベル+", &explained.add), ("ラベル-", &explained.remove)] {
        if !names.is_empty() {
            sheet.line(label, &names.join(", "));
        }
    }
    for rule in &verdict.rules {
        let matched = rule.matched.join("、");
        sheet.line("根拠", &format!("{} ({}) {matched}", rule.name, rule.file));
    }
    sheet.out
}

fn decision(reading: &Reading) -> String {
    let verdict = &reading.verdict;
    let class = match verdict.class {
        Some(Class::Reservation) => " / 予約希望 (reservation)",
        Some(Class::Inquiry) => " / お問い合わせ (inquiry)",
        None => "",
    };
    let kind = match verdict.disposition {
        Disposition::Case => "新しい案件 (case)".to_owned(),
        Disposition::FollowUp => "返信 (follow_up)".to_owned(),
        Disposition::Command => "担当者の指示 (command)".to_owned(),
        Disposition::Ignored(reason) => format!("対象外 (ignored: {})", reason.word()),
        Disposition::Quarantined => "隔離 (quarantined)".to_owned(),
    };
    format!("{kind}{class}")
}

fn role(wish: &Wish) -> &'static str {
    use crate::triage::verdict::Role;
    match wish.role {
        Role::Wish => "希望",
        Role::Excluded => "不可",
        Role::Past => "過去",
        Role::CurrentBooking => "現在の予約",
        Role::Callback => "折り返し",
        Role::Mention => "言及",
    }
}

struct Sheet {
    out: String,
}

impl Sheet {
    /// A label and its value, wrapped at the right edge and aligned by display width.
    fn line(&mut self, label: &str, value: &str) {
        let room = COLUMNS - LABEL;
        let mut head = label;
        for paragraph in value.lines().chain(value.is_empty().then_some("")) {
            let mut rest = paragraph;
            loop {
                let (piece, tail) = fit(rest, room);
                self.out.push_str(head);
                for _ in head.width()..LABEL {
                    self.out.push(' ');
                }
                self.out.push_str(piece);
                while self.out.ends_with(' ') {
                    self.out.pop();
                }
                self.out.push('\n');
                head = "";
                rest = tail;
                if rest.is_empty() {
                    break;
                }
            }
        }
    }
}

/// The longest start of a text that fits, cut at a blank where one is near.
fn fit(text: &str, room: usize) -> (&str, &str) {
    let mut used = 0;
    let mut blank = None;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > room {
            let cut = blank.filter(|b| *b * 2 > at).unwrap_or(at);
            let (piece, tail) = text.split_at_checked(cut).unwrap_or((text, ""));
            return (piece, tail.trim_start_matches(' '));
        }
        if c == ' ' {
            blank = Some(at);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_eighty_columns() {
        let mut sheet = Sheet { out: String::new() };
        sheet.line("内容", &"予約をお願いします。".repeat(20));
        sheet.line("根拠", &"rule ".repeat(40));
        assert!(sheet.out.lines().all(|line| line.width() <= COLUMNS), "{}", sheet.out);
        assert!(sheet.out.lines().skip(1).all(|line| line.starts_with("  ") || line.starts_with("根拠")));
    }

    #[test]
    fn what_cannot_be_read_is_quarantined_in_the_same_shape() {
        let explained = Explained {
            file: "x.eml",
            outcome: Err(Unreadable::NoHeader),
            add: Vec::new(),
            remove: Vec::new(),
        };
        let value = explain(&explained);
        assert_eq!(value["disposition"], "quarantined");
        assert_eq!(value["fields"]["name"], Value::Null);
        assert!(explain_text(&explained).contains("隔離"));
    }
}
