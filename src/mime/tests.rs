//! Invented mails, one oddity each, and a walk over the hostile corpus where it is present.

use super::*;
use crate::triage::mail::ReportKind;

fn read(mail: &str) -> Letter {
    letter(mail.replace('\n', "\r\n").as_bytes()).unwrap()
}

#[test]
fn the_first_of_two_fields_counts_and_every_from_is_kept() {
    let letter = read("From: a@one.example\nSubject: one\nFrom: b@two.example\nSubject: two\n\nx\n");
    assert_eq!(letter.subject, "one");
    let from: Vec<_> = letter.from.iter().map(|c| c.address.as_str()).collect();
    assert_eq!(from, ["a@one.example", "b@two.example"]);
}

#[test]
fn html_is_read_only_when_the_plain_part_says_nothing() {
    let two = |plain: &str| {
        format!(
            "From: a@b.example\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--x\nContent-Type: text/html; charset=utf-8\n\n<p>rich</p>\n--x--\n"
        )
    };
    for (plain, text, origin) in [
        ("plain", "plain", TextOrigin::Plain),
        ("", "rich", TextOrigin::Html),
        ("このメールはHTML形式です。対応したソフトでご覧ください", "rich", TextOrigin::Html),
        ("Please use an HTML capable mail reader to view this", "rich", TextOrigin::Html),
    ] {
        let letter = read(&two(plain));
        assert_eq!((letter.text.trim(), letter.origin), (text, origin), "{plain:?}");
    }
}

#[test]
fn fingerprints_survive_line_ends_and_tell_mails_apart() {
    let mail = "Message-ID: <1@a.example>\nFrom: a@b.example\n\nx\ny\n";
    let crlf = letter(mail.replace('\n', "\r\n").as_bytes()).unwrap().fingerprint;
    assert_eq!(crlf, letter(mail.as_bytes()).unwrap().fingerprint);
    assert_ne!(crlf, letter(mail.replace("x\n", "z\n").as_bytes()).unwrap().fingerprint);
    assert_ne!(crlf, letter(mail.replace("1@", "2@").as_bytes()).unwrap().fingerprint);
    let received = format!("Received: from elsewhere\n{mail}");
    assert_eq!(crlf, letter(received.as_bytes()).unwrap().fingerprint);
    let (one, two) = ("From: a@b.example\nSubject: 1\n\nx\n", "From: a@b.example\nSubject: 2\n\nx\n");
    assert_ne!(letter(one.as_bytes()).unwrap().fingerprint, letter(two.as_bytes()).unwrap().fingerprint);
}

#[test]
fn reports_name_the_mail_they_are_about() {
    let report = |kind: &str, status: &str, last: &str| {
        read(&format!(
            "From: MAILER-DAEMON@a.example\nContent-Type: multipart/report; report-type={kind}; boundary=x\n\n--x\nContent-Type: text/plain\n\nsorry\n--x\nContent-Type: message/{kind}\n\n{status}\n--x\nContent-Type: {last}\n\nMessage-ID: <our-1@minato.example>\nSubject: s\n\n--x--\n"
        ))
        .report
        .unwrap()
    };
    let id = MessageId::parse("our-1@minato.example");
    let failed =
        report("delivery-status", "Reporting-MTA: dns; a\n\nAction: failed\nStatus: 5.1.1", "message/rfc822");
    assert_eq!(
        (failed.kind, failed.about, failed.status.as_str()),
        (ReportKind::Failed, id.clone(), "5.1.1")
    );
    let late = report("delivery-status", "Action: delayed\nStatus: 4.4.1", "text/rfc822-headers");
    assert_eq!((late.kind, late.about), (ReportKind::Delayed, id));
    let seen =
        report("disposition-notification", "Original-Message-ID: <our-2@minato.example>", "text/plain");
    assert_eq!((seen.kind, seen.about), (ReportKind::Disposition, MessageId::parse("our-2@minato.example")));
}

#[test]
fn ids_are_taken_from_tidy_and_untidy_fields() {
    for (field, expected) in [
        ("<a@b.example>", vec!["a@b.example"]),
        ("<a@b.example><c@d.example>", vec!["a@b.example", "c@d.example"]),
        ("<a@b.example>\n <c@d.example>", vec!["a@b.example", "c@d.example"]),
        ("Your message of Monday <a@b.example>", vec!["a@b.example"]),
        ("a@b.example", vec!["a@b.example"]),
        ("Your message of Monday", vec![]),
    ] {
        let letter = read(&format!("From: a@b.example\nReferences: {field}\n\nx\n"));
        let found: Vec<_> = letter.references.iter().map(MessageId::as_str).collect();
        assert_eq!(found, expected, "{field:?}");
    }
}

#[test]
fn what_is_no_mail_is_unreadable() {
    assert_eq!(letter(b""), Err(Unreadable::NoHeader));
    assert!(matches!(letter(&vec![b'x'; MAX_MAIL + 1]), Err(Unreadable::TooLarge(_))));
}

#[test]
fn hostile_mails_become_letters_or_unreadable() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/hostile");
    if !root.is_dir() {
        println!("skipped: no corpus beside the project");
        return;
    }
    let mut folders = vec![root];
    let (mut letters, mut panics) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                match letter(&bytes) {
                    Ok(_) => letters += 1,
                    Err(Unreadable::Panicked) => panics += 1,
                    Err(Unreadable::NoHeader | Unreadable::TooLarge(_)) => {}
                }
            }
        }
    }
    assert!(letters > 1_000, "{letters} letters");
    // The parser's own debug assertions may fire in a test build; they are caught and must stay rare.
    assert!(panics < 20, "{panics} panics caught");
}

/// A mail from raw header lines and raw body bytes.
fn mail(head: &[u8], body: &[u8]) -> Letter {
    letter(&[b"From: a@b.example\r\n", head, b"\r\n\r\n", body].concat()).unwrap()
}

fn quoted(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|b| format!("={b:02X}").into_bytes()).collect()
}

#[test]
fn bodies_are_read_whatever_their_label_says() {
    let text = "髙橋です。①3月9日②10日、㈱アオのﾀﾅｶ様へ";
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
    let (euc, _, _) = encoding_rs::EUC_JP.encode("高橋です。3月9日にﾀﾅｶ様と伺います");
    // NEC row 13 for ①, ② and ㈱, IBM row 115 as NEC row 92 for 髙, ESC ( I for half-width kana.
    let jis = b"\x1b$B|b66$G$9!#-!#37n#9F|-\"#1#0F|!\"-j%\"%*$N\x1b(I@E6\x1b$BMM$X\x1b(B";
    let kanji = "髙橋です。①３月９日②１０日、㈱アオのﾀﾅｶ様へ";
    let rows: [(&str, &[u8], &str); 14] = [
        ("text/plain; charset=ISO-2022-JP", jis, kanji),
        ("text/plain; charset=iso-2022-jp-3", jis, kanji),
        ("text/plain; charset=us-ascii", jis, kanji),
        ("text/plain; charset=UTF-8", jis, kanji),
        ("text/plain", jis, kanji),
        ("text/plain; charset=Shift_JIS", &sjis, text),
        ("text/plain; charset=x-sjis", &sjis, text),
        ("text/plain; charset=UTF-8", &sjis, text),
        ("text/plain", &sjis, text),
        ("text/plain; charset=EUC-JP", &euc, "高橋です。3月9日にﾀﾅｶ様と伺います"),
        ("text/plain", &euc, "高橋です。3月9日にﾀﾅｶ様と伺います"),
        ("text/plain; charset=ISO-2022-JP", text.as_bytes(), text),
        ("text/plain; charset=ISO-8859-1", text.as_bytes(), text),
        ("text/plain", text.as_bytes(), text),
    ];
    for (label, bytes, expected) in rows {
        let head = |encoding: &str| {
            format!("Content-Type: {label}\r\nContent-Transfer-Encoding: {encoding}").into_bytes()
        };
        assert_eq!(mail(&head("8bit"), bytes).text.trim(), expected, "{label}");
        assert_eq!(mail(&head("quoted-printable"), &quoted(bytes)).text.trim(), expected, "{label}, quoted");
    }
}

#[test]
fn headers_are_read_in_words_and_raw() {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("髙橋の予約");
    let (euc, _, _) = encoding_rs::EUC_JP.encode("予約をお願いします");
    let rows: [(&[u8], &str); 8] = [
        (&sjis, "髙橋の予約"),
        (&euc, "予約をお願いします"),
        ("予約".as_bytes(), "予約"),
        (b"\x1b$BM=Ls\x1b(B", "予約"),
        (b"=?ISO-2022-JP?B?GyRCTT1McxsoQg==?=", "予約"),
        (b"=?ISO-2022-JP?B?GyRCTT0=?=\r\n =?ISO-2022-JP?B?THMbKEI=?=", "予約"),
        (b"=?UTF-8?B?5LqI57Q=?= =?UTF-8?B?hA==?=", "予約"),
        (b"=?utf-8?q?=E4=BA=88=E7?==?utf-8?q?=B4=84?=", "予約"),
    ];
    for (raw, expected) in rows {
        let head = [b"Subject: ", raw].concat();
        assert_eq!(mail(&head, b"x").subject, expected, "{expected}");
    }
}

#[test]
fn html_alone_is_read_by_its_own_charset() {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(
        "<html><head><meta charset=\"Shift_JIS\"></head><body><p>予約</p><p>お願い</p></body></html>",
    );
    let letter = mail(b"Content-Type: text/html", &sjis);
    assert_eq!((letter.text.trim(), letter.origin), ("予約\nお願い", TextOrigin::Html));
    let table = "<table><tr><th>氏名</th><td>田中</td></tr></table><dl><dt>電話</dt><dd>03</dd></dl>";
    let letter = mail(b"Content-Type: text/html; charset=utf-8", table.as_bytes());
    assert_eq!(letter.text.trim(), "氏名\t田中\n電話：03");
}

#[test]
fn a_mail_of_an_attachment_alone_has_no_text() {
    for kind in ["application/octet-stream; name=\"scan.bin\"", "application/pdf", "image/jpeg", "audio/amr"]
    {
        let head = format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64").into_bytes();
        let letter = mail(&head, b"AAECAwQFBgc=\r\n");
        assert_eq!((letter.text.as_str(), letter.origin), ("", TextOrigin::Nothing), "{kind}");
        assert_eq!(letter.attachments.len(), 1, "{kind}");
    }
}
