//! Rows: a draft and what is found in it.

use super::*;
use crate::triage::case::Entry;
use crate::triage::decide::fixtures;

/// A case of 山田 (taro@example.com, 090-1111-2222) with this draft and this note.
fn found(subject: &str, body: &str, note: &str) -> Vec<String> {
    let (policy, mut case) = fixtures();
    case.customer.phone = Some("09011112222".to_owned());
    if let Some(mail) = case.mails.last_mut() {
        mail.words = "妻の hanako@example.org、０３－１２３４－９９９９ にもお願いします。".to_owned();
    }
    let entry = Entry { at: case.opened, by: None, what: "メモ".to_owned(), note: note.to_owned() };
    case.record.push(entry);
    let Some(mut draft) = case.draft.clone() else { return vec!["no draft".to_owned()] };
    (draft.subject, draft.body) = (subject.to_owned(), body.to_owned());
    concerns(&policy, &case, &draft).iter().map(|concern| format!("{concern:?}")).collect()
}

#[test]
fn what_is_not_the_customers_and_not_ours_is_found() {
    for (subject, body, note, expected) in [
        ("ご予約", "山田様\n8月28日 14:00 にお待ちしております。", "", &[][..]),
        ("ご予約", "taro@example.com へお送りします。TARO@EXAMPLE.COM", "", &[]),
        ("ご予約", "ご連絡先 090-1111-2222、+81 90 1111 2222", "", &[]),
        ("ご予約", "奥様の hanako@example.org と 03-1234-9999 へも", "", &[]),
        ("ご予約", "suzuki@example.net 様の件", "", &[r#"Address("suzuki@example.net")"#]),
        ("suzuki@example.net", "件名にも", "", &[r#"Address("suzuki@example.net")"#]),
        ("ご予約", "ｓｕｚｕｋｉ＠ｅｘａｍｐｌｅ．ｎｅｔ", "", &[r#"Address("suzuki@example.net")"#]),
        ("ご予約", "電話 080-3333-4444 まで", "", &[r#"Phone("080-3333-4444")"#]),
        ("ご予約", "電話 08033334444 まで", "", &[r#"Phone("08033334444")"#]),
        ("ご予約", "+48 601 555 204", "", &[r#"Phone("+48 601 555 204")"#]),
        ("ご予約", "8/27、28、29 の 10:00-12:00、3,300 円、2026-08-27", "", &[]),
        (
            "ご予約",
            "お客様は怒っているので要注意です。",
            "お客様は怒っているので要注意",
            &[r#"Note("お客様は怒っているので要注意")"#],
        ),
        ("ご予約", "明日です。", "明日", &[]),
        ("ご予約", "C-0123456789 の件", "", &[r#"CaseNumber("C-0123456789")"#]),
    ] {
        assert_eq!(found(subject, body, note), expected, "{subject} / {body}");
    }
}

#[test]
fn tokens_are_found_by_their_shape_and_words_are_not() {
    let token = "0123456789-1-ABCDE0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let wrapped = token.replace("GHJ", "GH\n> J").replace("> ", "");
    for (text, expected) in [
        (token, true),
        (&*token.to_lowercase(), true),
        (&*format!("上記の{token}を"), true),
        (&*wrapped, true),
        (&*token.replace('-', "\u{2d}\u{200b}"), true),
        ("token: ABCDEFGHIJ", true),
        ("ｔｏｋｅｎ：ABCDEFGHIJ", true),
        ("We keep you up-to-date information for all our customers and guests every day", false),
        ("state-of-the-art equipment in every one of our clinics", false),
        ("token", false),
        ("", false),
    ] {
        assert_eq!(holds_token(text), expected, "{text}");
    }
}
