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

#[test]
fn attributions_of_many_languages_are_cut() {
    for line in [
        "2026年3月2日(月) 17:20 みなと <a@b.example>:",
        "2026/03/02 17:20、みなと <a@b.example>のメール：",
        "みなとさんは2026年3月2日に書きました:",
        "On Mon, 2 Mar 2026 at 17:20, Minato <a@b.example> wrote:",
        "W dniu pon., 2 mar 2026 o 17:20 Minato <a@b.example> napisał(a):",
        "Dnia 2 marca 2026 17:20 Minato napisała:",
        "Am 02.03.2026 um 17:20 schrieb Minato:",
        "Minato <a@b.example> schrieb am Mo. 2. März 2026 um 17:20:",
        "在2026年3月2日 17:20，Minato写道：",
        "Minato <a@b.example> 于2026年3月2日周一 17:20写道：",
        "Le 02/03/2026 à 17:20, Minato a écrit :",
    ] {
        check(&format!("ok\n\n{line}\nx\n"), &["ok"], &[line, "x"], &[]);
    }
}

#[test]
fn header_blocks_of_many_languages_are_cut() {
    for [from, sent, to, subject] in [
        ["差出人: a", "送信日時: 2026年3月2日 17:20", "宛先: b", "件名: x"],
        ["From: a", "Sent: Monday", "To: b", "Subject: x"],
        ["Od: a", "Wysłano: poniedziałek", "Do: b", "Temat: x"],
        ["Von: a", "Gesendet: Montag", "An: b", "Betreff: x"],
        ["发件人: a", "发送时间: 2026年3月2日", "收件人: b", "主题: x"],
        ["寄件者: a", "寄件日期: 2026年3月2日", "收件者: b", "主旨: x"],
        ["*From:* a", "*Date:* Monday", "*To:* b", "*Subject:* x"],
    ] {
        let quote = [from, sent, to, subject, "y"];
        check(&format!("ok\n\n{}\n", quote.join("\n")), &["ok"], &quote, &[]);
    }
}

#[test]
fn rules_of_all_shapes_open_a_signature() {
    for rule in [
        "--------",
        "========",
        "********",
        "━━━━━━━━",
        "┏━━━━━━┓",
        "‐‐‐‐‐‐‐‐",
        "＊＊＊＊＊＊",
        "=*=*=*=*=",
        "☆:*:・゜☆:*:・゜",
        "ーーーーーーー",
        "……………………",
        "///////////",
        "＋＋＋＋＋＋",
        "___________",
        "◇◆◇◆◇◆◇◆",
        "---",
        "***",
    ] {
        check(
            &format!("お願いします。\n\n{rule}\n上田 茂\nTEL 045-555-6071\n"),
            &["お願いします。"],
            &[],
            &[rule, "上田 茂", "TEL 045-555-6071"],
        );
    }
    check(
        "x\n========\n上田 茂\n--------\nTEL 045-555-6071\n========\n",
        &["x"],
        &[],
        &["========", "上田 茂", "--------", "TEL 045-555-6071", "========"],
    );
    for kept in ["えっ!!!!!!\n上田", "痛いです\n？？？？？？\nTEL ください"] {
        assert!(cut(kept).signature.is_empty(), "{kept}");
    }
}

#[test]
fn phones_and_web_mail_sign_for_themselves() {
    for trailer in [
        "iPhoneから送信",
        "Yahoo!メールアプリから送信",
        "Sent from my Galaxy",
        "Sent from Yahoo Mail for iPhone",
        "Gesendet von Outlook für Android",
        "Von meinem iPhone gesendet",
        "Wysłane z iPhone'a",
        "发自我的iPhone",
        "從我的iPhone傳送",
        "Outlook for iOS を入手",
    ] {
        check(&format!("ok\n\n{trailer}\n"), &["ok"], &[], &[trailer]);
    }
}

#[test]
fn forwarded_mails_are_unwrapped() {
    let block = "差出人: 上田 茂 <ueda@b.example>\n日時: 2026年3月2日\n件名: 予約\n宛先: shop@c.example\n\n空いていますか\n";
    let english = "From: 上田 茂 [mailto:ueda@b.example]\nSent: Monday\nTo: shop@c.example\nSubject: 予約\n\n空いていますか\n";
    for text in [
        format!("お願いします\n\n---------- 転送メッセージ ----------\n{block}"),
        format!("---------- Forwarded message ---------\n{english}"),
        format!("-----Original Message-----\n{english}"),
        format!("Begin forwarded message:\n\n{english}"),
        format!("FYI\n\n{english}"),
    ] {
        let inner = forwarded(&text).unwrap();
        assert_eq!(
            (inner.from.name.as_str(), inner.from.address.as_str()),
            ("上田 茂", "ueda@b.example"),
            "{text}"
        );
        assert_eq!(inner.subject.as_deref(), Some("予約"), "{text}");
        assert_eq!(inner.parts.own_text(&text).trim(), "空いていますか", "{text}");
    }
    for text in ["", "差出人: 上田\n題名: 予約\n\n本文", "-----Original Message-----\nこんにちは"]
    {
        assert_eq!(forwarded(text), None, "{text}");
    }
}
