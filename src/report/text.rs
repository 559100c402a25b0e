//! The report as text for a phone: pasted into a chat group as it stands, so it has no markup and short lines.

use super::item::{HandsOff, Item, class_title};
use super::{Night, complaints, line};
use crate::triage::night::Section;
use crate::triage::verdict::Class;
use crate::triage::words;

/// Half-width columns of a line: 35 full-width characters.
const COLUMNS: usize = 70;
/// Of a name, a shop, a topic.
const FIELD: usize = 40;
/// More wishes than these are only counted.
const WISHES: usize = 5;
/// Between two facts on a line.
const BETWEEN: &str = " / ";

pub(super) fn write(night: &Night) -> String {
    let mut lines = vec![night.heading()];
    if night.late() {
        let (planned, made) = (line::day_clock(&night.planned), line::day_clock(&night.made));
        lines.push(format!("※{planned}の予定に遅れて{made}に作成しました"));
    } else if night.early() {
        let (planned, made) = (line::day_clock(&night.planned), line::day_clock(&night.made));
        lines.push(format!("※{made}時点の途中経過です(報告は{planned})"));
    }
    if night.is_empty() {
        lines.push("該当なし".to_owned());
    } else {
        let [inquiries, reservations, unfinished] = night.counts();
        lines.push(format!("A {inquiries}件{BETWEEN}B {reservations}件{BETWEEN}未対応 {unfinished}件"));
        section(night, Section::Inquiry, class_title(Class::Inquiry), &mut lines);
        section(night, Section::Reservation, class_title(Class::Reservation), &mut lines);
        if unfinished > 0 {
            section(night, Section::Unfinished, "未対応(済むまで毎晩載ります)", &mut lines);
        }
    }
    by_hand(night, &mut lines);
    complaints::write(&night.complaints, &mut lines);
    if let Some(head) = &night.head {
        lines.push(String::new());
        lines.push(format!("記録 {head}"));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What people took out of the desk's hands: counted, and named where the mail was deleted, since a deleted mail may be
/// a customer whom nobody has answered.
fn by_hand(night: &Night, lines: &mut Vec<String>) {
    let counts = night.by_hand();
    let all: usize = counts.iter().sum();
    if all == 0 {
        return;
    }
    let words = ["アーカイブ", "移動", "削除", "印"];
    let told = words.iter().zip(counts).filter(|(_, count)| *count > 0);
    let told: Vec<String> = told.map(|(word, count)| format!("{word} {count}")).collect();
    lines.push(String::new());
    lines.push(format!("■手動対応 {all}件({})", told.join("・")));
    let deleted = night.of(Section::ByHand).filter(|item| item.hands_off() == Some(HandsOff::Deleted));
    for (number, item) in (1..).zip(deleted) {
        lines.push(String::new());
        block(number, item, lines);
    }
}

fn section(night: &Night, section: Section, title: &str, lines: &mut Vec<String>) {
    let count = night.of(section).count();
    lines.push(String::new());
    if count == 0 {
        lines.push(format!("■{title} 該当なし"));
        return;
    }
    lines.push(format!("■{title} {count}件"));
    for (number, item) in (1..).zip(night.of(section)) {
        lines.push(String::new());
        block(number, item, lines);
    }
}

/// One case: who, how to reach them, what about and where it stands, when they would like to come.
fn block(number: usize, item: &Item, lines: &mut Vec<String>) {
    let urgent = if item.urgent { "【至急】" } else { "" };
    let name = match &item.name {
        Some(name) => format!("{} 様", line::isolate(line::fit(name, FIELD))),
        None => "お名前不明".to_owned(),
    };
    let (day, clock) = (line::month_day(item.day), line::clock(&item.received));
    lines.push(format!("{number}. {day} {clock} {urgent}{name}"));
    wrap(contact(item), BETWEEN, lines);
    wrap(about(item), BETWEEN, lines);
    wrap(wishes(item), "、", lines);
}

fn contact(item: &Item) -> Vec<String> {
    let phone = item.phone.as_deref().map(|phone| format!("TEL {}", line::fit(&words::phone(phone), FIELD)));
    // An address is never cut: it is there to be copied.
    let address = item.address.as_ref().map(|address| address.as_str().to_owned());
    let known: Vec<String> = phone.into_iter().chain(address).collect();
    if known.is_empty() { vec!["連絡先不明".to_owned()] } else { known }
}

fn about(item: &Item) -> Vec<String> {
    let mut parts = Vec::new();
    if item.section == Section::Unfinished {
        parts.push(class_title(item.class).to_owned());
    }
    if item.ambiguous {
        parts.push("分類要確認".to_owned());
    }
    let topic = Some(&item.topic).filter(|topic| !topic.is_empty());
    parts.extend(item.shop.iter().chain(topic).map(|text| line::isolate(line::fit(text, FIELD))));
    parts.push(standing(item));
    parts.push(format!("No.{}", item.case));
    parts
}

/// The state; for what is still on a desk also whose it is, since when and for how many nights.
fn standing(item: &Item) -> String {
    let since = line::day_clock(&item.since);
    if item.section != Section::Unfinished {
        return format!("{} {since}", item.state);
    }
    let owner = item.owner.as_deref().map(|owner| format!(" 担当:{}", line::fit(owner, FIELD)));
    let nights = if item.nights > 0 { format!("({}日経過)", item.nights) } else { String::new() };
    format!("{}{} {since}〜{nights}", item.state, owner.unwrap_or_default())
}

fn wishes(item: &Item) -> Vec<String> {
    let shown = item.wishes.iter().take(WISHES).map(|wish| line::fit(wish, FIELD));
    let mut parts: Vec<String> = shown.collect();
    if let Some(first) = parts.first_mut() {
        first.insert_str(0, "希望 ");
    }
    let rest = item.wishes.len().saturating_sub(WISHES);
    if rest > 0 {
        parts.push(format!("他{rest}件"));
    }
    parts
}

/// Puts as many parts on each line as fit; a part is never broken.
fn wrap(parts: Vec<String>, between: &str, lines: &mut Vec<String>) {
    let mut current = String::new();
    for part in parts {
        if current.is_empty() {
            current = part;
        } else if line::columns(&current) + line::columns(between) + line::columns(&part) <= COLUMNS {
            current.push_str(between);
            current.push_str(&part);
        } else {
            lines.push(std::mem::replace(&mut current, part));
        }
    }
    if !current.is_empty() {
        lines.push(current);
    }
}
