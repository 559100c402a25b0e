//! What rules cost a mail: finding the words of a rule set in a form mail of 1.2 kB, by the size of the set.
//!
//! `cargo bench --bench rules`. The sets share the phrases that stand in the mail; the rest are words that do not, with
//! one pattern for thirty phrases.

#![expect(clippy::unwrap_used, reason = "a bench that cannot read its own data has nothing to measure")]

use std::fmt::Write;

use divan::Bencher;
use madoguchi::triage::fold::Folded;
use madoguchi::triage::mail::Letter;
use madoguchi::triage::rulebook::{Page, Rulebook, Texts};
use madoguchi::triage::verdict::Span;
use madoguchi::{mime, rules};

fn main() {
    divan::main();
}

/// Fields, a person's words, and what form programs put below them.
const FORM: &str = "\
お名前: 三枝 みずき
フリガナ: サエグサ ミズキ
電話番号: 03-0000-0000
メールアドレス: mizuki@customer.example
ご希望の店舗: 川辺店
ご希望日時: 9月12日 14時ごろ
お問い合わせ内容: はじめてご連絡します。先月から右の肩が重く、知人に紹介していただきました。\
9月12日の14時ごろに予約をお願いしたいのですが、空いていますでしょうか。難しいようでしたら、\
翌日の午前中でも伺えます。当日は車で参りますので、近くに駐車場があるかどうかも教えてください。\
はじめてですので、料金とだいたいの所要時間も知りたいです。支払いはカードでもできますか。\
子どもを連れて行っても大丈夫でしょうか。お手数をおかけしますが、よろしくお願いいたします。

同意: 同意する
送信日時: 2026/09/01 10:12:33
このメールはお問い合わせフォームから送信されました。
";

/// Phrases that stand in the mail.
const FOUND: [&str; 10] = [
    "予約を",
    "空いてい",
    "駐車場",
    "料金",
    "支払い",
    "教えてください",
    "大丈夫",
    "はじめて",
    "伺え",
    "知りたい",
];

fn book(phrases: usize) -> Rulebook {
    let kana: Vec<char> = ('あ'..='ん').collect();
    let mut state = 7_usize;
    let mut next = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        state / 65_536
    };
    let mut text = String::new();
    for group in 0..phrases / 30 {
        let found = if group == 0 { FOUND.as_slice() } else { &[] };
        let own = (found.len()..30)
            .map(|_| (0..5).filter_map(|_| kana.get(next() % kana.len())).collect::<String>());
        let words: Vec<String> = own.chain(found.iter().map(|word| (*word).to_owned())).collect();
        let pattern = format!("{}[^。]{{0,20}}(変更|{})", words.first().unwrap(), words.last().unwrap());
        write!(
            text,
            "[[topic]]\nname = \"r{group}\"\ntopic = \"price\"\nany = {words:?}\nregex = [{pattern:?}]\n\n"
        )
        .unwrap();
    }
    rules::parse(&[("rules/ja.toml", &text)], None).unwrap()
}

fn letter() -> Letter {
    let mail = format!(
        "Date: Tue, 1 Sep 2026 10:12:33 +0900\r\nFrom: form@desk.example\r\nSubject: お問い合わせ\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{FORM}"
    );
    mime::letter(mail.as_bytes()).unwrap()
}

#[divan::bench(args = [30, 300, 3_000])]
fn scan(bencher: Bencher<'_, '_>, phrases: usize) {
    let rules = book(phrases);
    let letter = letter();
    let (text, subject) = (Folded::new(&letter.text), Folded::new(&letter.subject));
    let texts = Texts { text: &text, subject: &subject, from: "form@desk.example" };
    let all = vec![Span { start: 0, end: text.text().len() }];
    let page = Page {
        texts,
        words: all.clone(),
        unquoted: all,
        subject: true,
        letter: &letter,
        shapes: &[],
        lang: "ja",
    };
    bencher.bench(|| {
        let walk = rules.walk(&texts);
        rules.scan(&walk, &page).hits.len()
    });
}

#[divan::bench(args = [30, 300, 3_000])]
fn compile(phrases: usize) -> Rulebook {
    book(phrases)
}
