//! Text that a reader might stumble over: one short piece, again and again, alone and where a form wants a value.

#![allow(dead_code, reason = "every binary uses a part of the helpers")]
#![allow(unreachable_pub, reason = "`pub` here means: for the test binaries")]

/// Pieces of plain text, with a name for the table.
pub const PIECES: [(&str, &str); 52] = [
    ("tilde", "〜"),
    ("か", "か"),
    ("digits", "8"),
    ("zeros", "0"),
    ("第", "第"),
    ("bracket", "("),
    ("brackets", "()"),
    ("closed", ")"),
    ("1/1", "1/1"),
    ("1/1 か", "1/1か"),
    ("1/1,", "1/1、"),
    ("1日", "1日"),
    ("1日(月)", "1日(月)"),
    ("10時", "10時"),
    ("10時〜", "10時〜"),
    ("10:00-", "10:00-"),
    ("午前", "午前"),
    ("明日", "明日"),
    ("来週", "来週"),
    ("月曜か", "月曜か"),
    ("第1希望 1/1", "第1希望 1/1 "),
    ("not possible", "1/1は不可、"),
    ("did", "1/1にした"),
    ("bullet", "①"),
    ("kanji numbers", "十"),
    ("newlines", "\n"),
    ("blanks", " "),
    ("wide blanks", "\u{3000}"),
    ("quotes", ">"),
    ("quoted lines", "> a\n"),
    ("quotes in turn", "> a\nb\n"),
    ("rules", "----------\n"),
    ("rules in turn", "----------\na\n"),
    ("attributions", "On 1 Jan 2026\n"),
    ("header blocks", "From: a\n"),
    ("【", "【"),
    ("【】", "【】\n"),
    ("labels", "お名前：\n"),
    ("labels on a line", "お名前："),
    ("unknown labels", "あれこれ：\n"),
    ("colons", "："),
    ("gaps", "お名前　　"),
    ("a@", "a@"),
    ("addresses", "a@b.example "),
    ("numbers", "090-"),
    ("telephones", "090-1234-5678\n"),
    ("plus", "+81"),
    ("names", "佐藤です。"),
    ("と申します", "と申します"),
    ("voice marks", "か\u{3099}"),
    ("wide figures", "８"),
    ("words", "booking a visit on monday "),
];

/// Pieces of HTML.
pub const TAGS: [(&str, &str); 12] = [
    ("<div>", "<div>"),
    ("<table>", "<table><tr><td>"),
    ("<blockquote>", "<blockquote>a"),
    ("<span hidden>", "<span style='display:none'>"),
    ("<a href=\"", "<a href=\""),
    ("<", "<"),
    ("<!--", "<!--"),
    ("&", "&"),
    ("&amp", "&amp"),
    ("</", "</"),
    ("<dt>", "<dt>a<dd>"),
    ("<li>", "<li>"),
];

/// A piece repeated up to a size in bytes.
pub fn repeated(piece: &str, size: usize) -> String {
    piece.repeat(size / piece.len())
}

/// The same as the values of a form.
pub fn in_form(piece: &str, size: usize) -> String {
    let half = repeated(piece, size / 2);
    format!(
        "お名前：柏木遥\n電話番号：090-1234-5678\nご希望日時：{half}\nお問い合わせ内容：\n予約したいです。{half}\n"
    )
}
