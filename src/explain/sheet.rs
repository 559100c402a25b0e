//! `explain` for people: one fact a line, the mail with its words marked, the reason beside the decision, 80 columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::marks::{self, FIELDS, Mark};
use super::{Clock, Explained, words};
use crate::triage::mail::Letter;
use crate::triage::verdict::{Facts, Reading, Source, Verdict};

/// Columns of the terminal that the text fits.
const COLUMNS: usize = 80;
/// Columns of the label at the left.
const LABEL: usize = 14;
/// Lines of a mail that are shown.
const MOST_LINES: usize = 200;

/// The reading of one mail, with a line feed behind each line.
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
    let verdict = &reading.verdict;
    sheet.line("判定", &words::decision(reading));
    if !verdict.topic.is_empty() {
        sheet.line("話題", &words::topic(&verdict.topic, explained.topics));
    }
    if let Some(second) = &verdict.second {
        let class = second.class.map_or_else(String::new, |class| format!(" / {}", words::class(class)));
        let topic = words::topic(&second.topic, explained.topics);
        sheet.line("別の読み", &format!("{topic}{class}   [{} {}]", second.rule.name, second.rule.file));
    }
    flags(&mut sheet, letter, verdict);
    facts(&mut sheet, &reading.facts);
    if let Some(template) = &verdict.template {
        sheet.line("ひな型", template);
    }
    for (label, line) in explained.clock.iter().flat_map(Clock::lines) {
        sheet.line(label, &line);
    }
    for (label, names) in [("ラベル+", &explained.add), ("ラベル-", &explained.remove)] {
        if !names.is_empty() {
            sheet.line(label, &names.join(", "));
        }
    }
    mail(&mut sheet, letter, reading);
    rules(&mut sheet, verdict);
    sheet.out
}

fn flags(sheet: &mut Sheet, letter: &Letter, verdict: &Verdict) {
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
}

fn facts(sheet: &mut Sheet, facts: &Facts) {
    let [name, phone, mail, shop, product, version, order] = FIELDS;
    for (label, sign, found) in [
        ("氏名", name, &facts.name),
        ("電話", phone, &facts.phone),
        ("店舗", shop, &facts.shop),
        ("製品", product, &facts.product),
        ("版", version, &facts.version),
        ("注文番号", order, &facts.order_no),
    ] {
        if let Some(found) = found {
            sheet.line(&format!("{label} {sign}"), &format!("{}   [{}]", found.value, found.rule));
        }
    }
    if let Some(found) = &facts.email {
        sheet.line(&format!("メール {mail}"), &format!("{}   [{}]", found.value, found.rule));
    }
    for tag in &facts.tags {
        sheet.line("流入元", &format!("【{}】「{}」   [{}]", tag.value, tag.text, tag.rule));
    }
    if !facts.missing.is_empty() {
        sheet.line("不足", &facts.missing.join(", "));
    }
    for wish in &facts.wishes {
        let end = wish.end.map_or_else(String::new, |end| format!(" 〜 {end}"));
        let doubt = if wish.contradicts { " 曜日が合いません" } else { "" };
        let role = words::role(wish.role);
        let subject = if wish.source == Source::Subject { "(件名)" } else { "" };
        sheet.line(
            &format!("日時 {}", marks::of_date(wish)),
            &format!("{}{end} ({role}, 第{}){doubt}「{}」{subject}", wish.start, wish.choice, wish.text),
        );
    }
}

/// Subject and text, each line with the signs of its words below it.
fn mail(sheet: &mut Sheet, letter: &Letter, reading: &Reading) {
    let marks = marks::all(letter, reading);
    sheet.line("", "");
    sheet.marked("件名", &letter.subject, 0, Source::Subject, &marks);
    let mut at = 0;
    let text = letter.text.trim_end();
    for (index, line) in text.split('\n').enumerate() {
        if index == MOST_LINES {
            sheet.line("", "(以下略)");
            break;
        }
        sheet.marked(if index == 0 { "本文" } else { "" }, line, at, Source::Text, &marks);
        at += line.len() + 1;
    }
    sheet.line("", "");
}

fn rules(sheet: &mut Sheet, verdict: &Verdict) {
    for (index, rule) in verdict.rules.iter().enumerate() {
        let sign = if rule.spans.is_empty() { ' ' } else { marks::of_rule(index) };
        let matched = rule.matched.join("、");
        sheet.line(&format!("根拠 {sign}"), &format!("{} ({}) {matched}", rule.name, rule.file));
    }
    for passed in &verdict.passed {
        let rule = &passed.rule;
        let matched = rule.matched.join("、");
        sheet.line("見送り", &format!("{} → {} ({}) {matched}", rule.name, passed.says, rule.file));
        sheet.line("", &words::why(&passed.why));
    }
}

struct Sheet {
    out: String,
}

impl Sheet {
    /// A label and its value, wrapped at the right edge and aligned by display width.
    fn line(&mut self, label: &str, value: &str) {
        let mut head = label;
        for paragraph in value.lines().chain(value.is_empty().then_some("")) {
            let mut rest = paragraph;
            loop {
                let (piece, tail) = fit(rest, COLUMNS - LABEL);
                self.row(head, piece);
                head = "";
                rest = tail;
                if rest.is_empty() {
                    break;
                }
            }
        }
    }

    /// A line of the mail that begins at byte `at`, wrapped, with the signs of its words below.
    fn marked(&mut self, label: &str, line: &str, at: usize, source: Source, marks: &[Mark]) {
        let mut head = label;
        let mut rest = line;
        loop {
            let (piece, tail) = fit(rest, COLUMNS - LABEL);
            let from = at + line.len() - rest.len();
            self.row(head, piece);
            for row in marks::rows(marks, source, from, piece) {
                self.row("", &row);
            }
            head = "";
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
    }

    fn row(&mut self, label: &str, value: &str) {
        self.out.push_str(label);
        for _ in label.width()..LABEL {
            self.out.push(' ');
        }
        // A control character of a mail must not move the cursor.
        self.out.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
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
        sheet.marked("本文", &"a予約をお願いします。 ".repeat(20), 0, Source::Text, &[]);
        assert!(sheet.out.lines().all(|line| line.width() <= COLUMNS), "{}", sheet.out);
        let labels = ["根拠", "本文"];
        let aligned =
            |line: &str| line.starts_with("  ") || labels.iter().any(|label| line.starts_with(label));
        assert!(sheet.out.lines().skip(1).all(aligned), "{}", sheet.out);
    }
}
