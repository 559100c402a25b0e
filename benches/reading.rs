//! Speed of reading a mail: decoding and reading whole mails of several kinds, then the parts one by one.
//!
//! `cargo bench --bench reading`; behind divan's table stands the spread over 20,000 reads of each mail, because a
//! median hides what the slowest of a hundred costs. Prints figures, judges nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is run by hand and shows its figures there"
)]

#[path = "../tests/support/reading.rs"]
mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use divan::Bencher;
use jiff::civil::time;
use madoguchi::mime;
use madoguchi::triage::fold::Folded;
use madoguchi::triage::mail::Letter;
use madoguchi::triage::rulebook::{LabelKind, Page, Texts};
use madoguchi::triage::verdict::Span;
use madoguchi::triage::when::{self, Anchor, Passage};
use madoguchi::triage::{form, thread};
use support::{DESK, Mail, RULES, Transfer, of_letter};

/// Reads of one mail behind the table.
const READS: usize = 20_000;

fn main() {
    divan::main();
    if std::env::args().any(|arg| arg == "--bench") {
        for name in MAILS {
            spread(name);
        }
    }
}

const MAILS: [&str; 6] = ["form", "html", "jis", "plain", "thread", "newsletter"];

/// The mail behind a name, as bytes.
fn mail(name: &str) -> Vec<u8> {
    match name {
        "html" => Mail { subtype: "html", transfer: Transfer::Base64, ..Mail::new(&table()) }.bytes(),
        "jis" => Mail { charset: "iso-2022-jp", ..Mail::new(FORM) }.bytes(),
        "plain" => Mail {
            from: "柏木 遥 <haruka.k@mail.example>".to_owned(),
            subject: "予約について".to_owned(),
            ..Mail::new(PLAIN)
        }
        .bytes(),
        "thread" => Mail {
            from: "柏木 遥 <haruka.k@mail.example>".to_owned(),
            subject: "Re: ご予約の件".to_owned(),
            head: "In-Reply-To: <case.9@kamome.example>\r\n".to_owned(),
            transfer: Transfer::Base64,
            ..Mail::new(&long_thread())
        }
        .bytes(),
        "newsletter" => Mail {
            from: "くらしの便り <news@kurashi.example>".to_owned(),
            subject: "今月のお知らせ".to_owned(),
            subtype: "html",
            transfer: Transfer::Quoted,
            ..Mail::new(&newsletter())
        }
        .bytes(),
        _ => Mail { transfer: Transfer::Base64, ..Mail::new(FORM) }.bytes(),
    }
}

fn letter(name: &str) -> Letter {
    mime::letter(&mail(name)).unwrap()
}

/// Bytes to reading.
#[divan::bench(args = MAILS)]
fn whole(bencher: Bencher, name: &str) {
    let bytes = mail(name);
    bencher.bench(|| of_letter(&mime::letter(black_box(&bytes)).unwrap()));
}

#[divan::bench(args = MAILS)]
fn part_1_mime(bencher: Bencher, name: &str) {
    let bytes = mail(name);
    bencher.bench(|| mime::letter(black_box(&bytes)));
}

/// Everything behind the decoding: the parts below, the fields and the decisions.
#[divan::bench(args = MAILS)]
fn part_2_read(bencher: Bencher, name: &str) {
    let letter = letter(name);
    bencher.bench(|| of_letter(black_box(&letter)));
}

#[divan::bench(args = MAILS)]
fn part_3_fold(bencher: Bencher, name: &str) {
    let letter = letter(name);
    bencher.bench(|| Folded::new(black_box(&letter.text)));
}

#[divan::bench(args = MAILS)]
fn part_4_cut(bencher: Bencher, name: &str) {
    let letter = letter(name);
    bencher.bench(|| thread::cut(black_box(&letter.text)));
}

#[divan::bench(args = MAILS)]
fn part_5_form(bencher: Bencher, name: &str) {
    let letter = letter(name);
    let parts = thread::cut(&letter.text);
    bencher.bench(|| form::read(black_box(&letter.text), &parts, &RULES));
}

/// Words of all rules found, and rules weighed, as for a mail in the writer's own words.
#[divan::bench(args = MAILS)]
fn part_6_scan(bencher: Bencher, name: &str) {
    let letter = letter(name);
    let parts = thread::cut(&letter.text);
    let (text, subject) = (Folded::new(&letter.text), Folded::new(&letter.subject));
    let spans: Vec<Span> = parts.own.iter().map(|span| text.folded(*span)).collect();
    let texts = Texts { text: &text, subject: &subject, from: "kamome <noreply@kamome.example>" };
    bencher.bench(|| {
        let walk = RULES.walk(black_box(&texts));
        let (words, unquoted) = (spans.clone(), spans.clone());
        let page = Page { texts, words, unquoted, subject: true, letter: &letter, shapes: &[], lang: "ja" };
        RULES.scan(&walk, &page).hits.len()
    });
}

#[divan::bench(args = MAILS)]
fn part_7_when(bencher: Bencher, name: &str) {
    let letter = letter(name);
    let parts = thread::cut(&letter.text);
    let form = form::read(&letter.text, &parts, &RULES);
    let words: Vec<Span> = if form.is_form() {
        form.of(LabelKind::When).chain(form.of(LabelKind::Content)).map(|field| field.value).collect()
    } else {
        parts.own
    };
    let passages: Vec<Passage<'_>> = words.iter().map(|span| Passage { span: *span, label: None }).collect();
    let sent = letter.sent.unwrap().to_zoned(DESK.zone.clone()).datetime();
    let anchor = Anchor { sent, opening: time(9, 0, 0, 0) };
    bencher.bench(|| when::read(black_box(&letter.text), &passages, &anchor, RULES.when()));
}

/// Wall time of many reads of one mail: what one in two, in a hundred and in a thousand costs at most.
fn spread(name: &str) {
    let bytes = mail(name);
    let reads = if bytes.len() > 50_000 { READS / 20 } else { READS };
    let mut times: Vec<Duration> = (0..reads)
        .map(|_| {
            let start = Instant::now();
            black_box(of_letter(&mime::letter(black_box(&bytes)).unwrap()));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |per_mille: usize| {
        times.get(reads * per_mille / 1000).copied().unwrap_or_default().as_secs_f64() * 1e6
    };
    println!(
        "{name:>10}, {:>6} bytes, {reads} reads: p50 {:.0} µs, p90 {:.0}, p99 {:.0}, p99.9 {:.0}",
        bytes.len(),
        at(500),
        at(900),
        at(990),
        at(999)
    );
}

/// 1.2 kB of text, the mail most desks live on.
const FORM: &str = "かもめ整体のホームページからお問い合わせがありました。\n\n\
■お名前：柏木　遥\n■フリガナ：カシワギ　ハルカ\n■電話番号：０９０－１２３４－５６７８\n\
■メールアドレス：haruka.k@mail.example\n■ご希望の院：港町院\n■第一希望日時：6月18日（木）14時〜16時\n\
■第二希望日時：６／２０（土）午前中\n■お問い合わせ内容：\n\
はじめまして。知人の紹介でこちらを知りました。\n\
三か月ほど前から肩から首にかけて張りが強く、デスクワークのあとは頭が重く感じます。\n\
上記の日時でご都合がつかない場合は、23日の17時以降か、来週の土曜日でもかまいません。\n\
21日は用事があるため伺えません。\n\
料金と、駐車場の有無もあわせて教えていただけますでしょうか。\n\
お忙しいところ恐れ入りますが、よろしくお願いいたします。\n\n\
--------------------------------\nこのメールは かもめ整体 のお問い合わせフォームから送信されました\n\
https://www.kamome.example/contact\nTEL 03-5555-0177\n";

const PLAIN: &str = "かもめ整体 ご担当者様\n\nお世話になっております。先月そちらで施術を受けました柏木と申します。\n\
次回の予約をお願いしたいのですが、6/18(木)の15時か16時、または19日の午前中は空いていますでしょうか。\n\
20日は都合が悪く伺えません。どの日も難しければ、再来週の平日の夕方以降でお願いします。\n\n\
ご連絡は080-1234-5678までいただけると助かります。\n\nよろしくお願いいたします。\n\n柏木 遥\n";

/// The form as its table, the way site software sends it.
fn table() -> String {
    let mut rows = String::new();
    for line in FORM.lines() {
        match line.strip_prefix('■').and_then(|line| line.split_once('：')) {
            Some((label, value)) => {
                rows.push_str(&format!(
                    "<tr style=\"border:1px solid #ddd\"><th align=\"left\">{label}</th><td>{value}</td></tr>\n"
                ));
            }
            None => rows.push_str(&format!("<tr><td colspan=\"2\">{line}<br></td></tr>\n")),
        }
    }
    format!(
        "<html><head><style>td {{ padding: 4px }}</style></head><body><table>\n{rows}</table></body></html>"
    )
}

/// A short answer above twenty rounds of quotation.
fn long_thread() -> String {
    let mut text = "ありがとうございます。では18日の15時でお願いします。\n柏木\n\n".to_owned();
    for round in 1..20_usize {
        let mark = ">".repeat(round);
        text.push_str(&format!("{mark} 2026年6月{round}日(月) 10:00 かもめ整体 <desk@kamome.example>:\n"));
        for line in PLAIN.lines() {
            text.push_str(&format!("{mark} {line}\n"));
        }
    }
    text
}

/// About 100 kB of HTML: offers with pictures, links and prices.
fn newsletter() -> String {
    let mut page = "<html><head><style>p{margin:0}</style></head><body>".to_owned();
    for item in 0..260 {
        page.push_str(&format!(
            "<table width=\"600\" cellpadding=\"0\"><tr><td><img src=\"https://img.kurashi.example/{item}.jpg\" alt=\"\"></td>\
             <td style=\"font-size:14px\"><p>今月のおすすめ{item}　税込{}円</p><p>6月{}日まで送料無料。数量限定です。\
             <a href=\"https://kurashi.example/i/{item}?c=mail\">くわしく見る</a></p></td></tr></table>\n",
            980 + item * 10,
            1 + item % 28
        ));
    }
    page.push_str("<p>配信停止は<a href=\"https://kurashi.example/stop\">こちら</a></p></body></html>");
    page
}
