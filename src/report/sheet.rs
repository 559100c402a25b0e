//! The report as CSV, for a supervisor who opens it in Excel by a double click.

use std::borrow::Cow;

use super::Night;
use super::item::{Item, class_title};
use crate::triage::id::Address;
use crate::triage::night::Section;
use crate::triage::words;

/// Without it Excel takes UTF-8 for the system's code page, and Japanese turns into rubbish.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const HEADER: [&str; 18] = [
    "報告日",
    "区分",
    "受信日",
    "受信時刻",
    "受付番号",
    "お名前",
    "電話番号",
    "メールアドレス",
    "店舗",
    "用件",
    "種別",
    "至急",
    "希望日時",
    "状態",
    "担当",
    "状態の開始",
    "経過日数",
    "メール数",
];

pub(super) fn write(night: &Night) -> Vec<u8> {
    // Every field is quoted: where Excel separates by semicolons, an unquoted `x;=1+1` would be two cells.
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let rows = night.items.iter().map(|item| row(night, item));
    for row in std::iter::once(HEADER.map(str::to_owned)).chain(rows) {
        let written = csv.write_record(&row);
        debug_assert!(written.is_ok(), "memory takes every row, and every row has 18 fields");
    }
    csv.into_inner().unwrap_or_default()
}

fn row(night: &Night, item: &Item) -> [String; 18] {
    let text = |text: &str| guard(text).into_owned();
    let optional = |value: Option<&str>| value.map(text).unwrap_or_default();
    [
        night.date.to_string(),
        section_title(item.section).to_owned(),
        item.day.to_string(),
        item.received.strftime("%H:%M").to_string(),
        text(item.case.as_str()),
        optional(item.name.as_deref()),
        optional(item.phone.as_deref().map(words::phone).as_deref()),
        optional(item.address.as_ref().map(Address::as_str)),
        optional(item.shop.as_deref()),
        text(&item.topic),
        format!("{}{}", class_title(item.class), if item.ambiguous { "(要確認)" } else { "" }),
        if item.urgent { "至急" } else { "" }.to_owned(),
        text(&item.wishes.join("、")),
        item.state.to_owned(),
        optional(item.owner.as_deref()),
        item.since.strftime("%Y-%m-%d %H:%M").to_string(),
        item.nights.to_string(),
        item.mails.to_string(),
    ]
}

const fn section_title(section: Section) -> &'static str {
    match section {
        Section::Inquiry => "A お問い合わせ",
        Section::Reservation => "B 予約希望",
        Section::Unfinished => "未対応",
        Section::ByHand => "手動対応",
    }
}

/// Keeps a spreadsheet from calculating with a text: a leading apostrophe for what begins like a formula (also in
/// full width, which Japanese Excel takes for the same), and for what it would read as a number and so rob of a
/// leading 0 or turn into `1.2E+11`. Numbers with hyphens are text to it already.
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    let formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\u{2212}']);
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let number =
        text.starts_with(digit) && text.chars().all(|c| digit(c) || matches!(c, '.' | ',' | 'e' | 'E' | ' '));
    if formula || number { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}
