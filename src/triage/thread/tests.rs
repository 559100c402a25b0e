//! Rows: a mail's text, and which of its lines are own, quoted, signature.

use super::*;

/// Own lines, quoted lines, signature lines, blank ones left out.
fn check(text: &str, own: &[&str], quote: &[&str], signature: &[&str]) {
    let parts = cut(text);
    let lines = |spans: &[Span]| {
        spans
            .iter()
            .flat_map(|s| text.get(s.start..s.end).unwrap().lines())
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&parts.own), own, "own of {text:?}");
    assert_eq!(lines(&parts.quote), quote, "quote of {text:?}");
    assert_eq!(lines(&parts.signature), signature, "signature of {text:?}");
    let mut all: Vec<Span> = [parts.own, parts.quote, parts.signature].concat();
    all.sort_by_key(|s| s.start);
    let covered = all.iter().fold(0, |at, s| if s.start == at { s.end } else { usize::MAX });
    assert_eq!(covered, text.len(), "spans of {text:?}");
}

#[test]
fn quotes_of_many_programs_are_cut() {
    check("はい\n\n> 14時\n> 15時\n", &["はい"], &["> 14時", "> 15時"], &[]);
    check("はい\n＞14時\n", &["はい"], &["＞14時"], &[]);
    check(
        "ok\n\nOn Mon, Jan 25, 2027 at 5:11 PM Minato <a@b.example> wrote:\n> x\n",
        &["ok"],
        &["On Mon, Jan 25, 2027 at 5:11 PM Minato <a@b.example> wrote:", "> x"],
        &[],
    );
    check(
        "ok\nOn Mon, Jan 25, 2027 at 5:11 PM Minato Lab\n<a@b.example> wrote:\nx\ny\n",
        &["ok"],
        &["On Mon, Jan 25, 2027 at 5:11 PM Minato Lab", "<a@b.example> wrote:", "x", "y"],
        &[],
    );
    check(
        "承知しました\n2025年11月8日(土) 10:20 みなと <a@b.example>:\n> x\n",
        &["承知しました"],
        &["2025年11月8日(土) 10:20 みなと <a@b.example>:", "> x"],
        &[],
    );
    check(
        "承知しました\n2025/11/08 10:20、みなと <a@b.example>のメール:\nx\n",
        &["承知しました"],
        &["2025/11/08 10:20、みなと <a@b.example>のメール:", "x"],
        &[],
    );
    check(
        "ok\n-----Original Message-----\nFrom: a\nx\n",
        &["ok"],
        &["-----Original Message-----", "From: a", "x"],
        &[],
    );
    check("ok\n----- 元のメッセージ -----\nx\n", &["ok"], &["----- 元のメッセージ -----", "x"], &[]);
    check(
        "直りました\n________________________________\n差出人: a\n日付: 木曜日\n\n本文\n",
        &["直りました"],
        &["________________________________", "差出人: a", "日付: 木曜日", "本文"],
        &[],
    );
    check(
        "直りました\n差出人: a\n送信日時: 2026/1/1\n宛先: b\nx\n",
        &["直りました"],
        &["差出人: a", "送信日時: 2026/1/1", "宛先: b", "x"],
        &[],
    );
    check(
        "W porządku\nW dniu 5.01.2027 o 10:00 Minato pisze:\nx\n",
        &["W porządku"],
        &["W dniu 5.01.2027 o 10:00 Minato pisze:", "x"],
        &[],
    );
    check(
        "好的\n在 2027年1月5日 10:00，Minato <a@b.example> 写道：\n> x\n",
        &["好的"],
        &["在 2027年1月5日 10:00，Minato <a@b.example> 写道：", "> x"],
        &[],
    );
}

#[test]
fn answers_between_quotes_stay_own() {
    check(
        "On Mon, Jan 25, 2027 Minato <a@b.example> wrote:\n> when?\n15時\n> where?\n横浜\n",
        &["15時", "横浜"],
        &["On Mon, Jan 25, 2027 Minato <a@b.example> wrote:", "> when?", "> where?"],
        &[],
    );
}

#[test]
fn a_form_that_opens_like_a_header_block_is_no_quote() {
    check(
        "差出人: 佐藤 <s@b.example>\n題名: 予約\n\n本文\n",
        &["差出人: 佐藤 <s@b.example>", "題名: 予約", "本文"],
        &[],
        &[],
    );
}

#[test]
fn signatures_and_trailers_are_set_apart() {
    check("空いてますか\n\niPadから送信\n", &["空いてますか"], &[], &["iPadから送信"]);
    check("ok\nSent from my iPhone\n> x\n", &["ok"], &["> x"], &["Sent from my iPhone"]);
    check("ok\n-- \nTaro\n", &["ok"], &[], &["--", "Taro"]);
    check(
        "お願いします\n\n--------\n上田 茂\n自宅 045-555-6071\n--------\n",
        &["お願いします"],
        &[],
        &["--------", "上田 茂", "自宅 045-555-6071", "--------"],
    );
    check("x\n======\nみなと　TEL 045-555-0140\n", &["x"], &[], &["======", "みなと　TEL 045-555-0140"]);
    check("x\n------\ny\nz\n", &["x", "------", "y", "z"], &[], &[]);
    check("", &[], &[], &[]);
}
