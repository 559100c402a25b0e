//! Rows of spellings: what is the same, and what only looks like it.

use super::*;

#[test]
fn one_number_in_many_spellings() {
    let spellings = [
        "09012345678",
        "090-1234-5678",
        "090 1234 5678",
        "090.1234.5678",
        "090/1234/5678",
        "(090)1234-5678",
        "(090) 1234 5678",
        "090(1234)5678",
        "[090]1234-5678",
        "０９０１２３４５６７８",
        "０９０－１２３４－５６７８",
        "０９０　１２３４　５６７８",
        "０９０（１２３４）５６７８",
        "090ー1234ー5678",
        "090‐1234‐5678",
        "090–1234–5678",
        "090—1234—5678",
        "090−1234−5678",
        "090―1234―5678",
        "090の1234の5678",
        "090・1234・5678",
        "  090-1234-5678\t",
        "090-12345678",
        "0901234-5678",
        "+819012345678",
        "+81 90 1234 5678",
        "+81-90-1234-5678",
        "+81(0)90-1234-5678",
        "+81 (0) 90 1234 5678",
        "+81 090 1234 5678",
        "(+81)90-1234-5678",
        "＋８１－９０－１２３４－５６７８",
        "0081 90 1234 5678",
        "0081-090-1234-5678",
        "010-81-90-1234-5678",
        "81-90-1234-5678",
        "819012345678",
        "9012345678",
        "TEL 090-1234-5678",
        "Tel: 090-1234-5678",
        "tel:+81-90-1234-5678",
        "℡090-1234-5678",
        "電話番号：090-1234-5678",
        "携帯 090-1234-5678",
        "090-1234-5678 内線12",
        "090-1234-5678（内線 3）",
        "090-1234-5678 ext. 12",
        "090-1234-5678 x12",
        "090-1234-5678#12",
        "\u{200b}090-1234-5678",
    ];
    assert!(spellings.len() >= 40);
    for text in spellings {
        assert_eq!(phone(text).as_deref(), Some("09012345678"), "{text:?}");
    }
}

#[test]
fn other_numbers_are_other_numbers() {
    for (text, expected) in [
        ("090-1234-5679", Some("09012345679")),
        ("080-1234-5678", Some("08012345678")),
        ("090-1234-567", None),
        ("090-1234-56789", None),
        ("03-1234-5678", Some("0312345678")),
        ("+81 3 1234 5678", Some("0312345678")),
        ("0120-123-456", Some("0120123456")),
        ("120123456", Some("0120123456")),
        ("0800-123-4567", Some("08001234567")),
        ("050-1234-5678", Some("05012345678")),
        ("0466-27-8831", Some("0466278831")),
        ("312345678", None),
        ("+48 601 555 204", Some("+48601555204")),
        ("0048 601 555 204", Some("+48601555204")),
        ("010-48-601-555-204", Some("+48601555204")),
        ("601 555 204", None),
        ("+44 (0)20 7946 0958", Some("+442079460958")),
        ("+1 (212) 555-0148", Some("+12125550148")),
        ("+86 138 0013 8000", Some("+8613800138000")),
        ("03-1234-5678, 090-1234-5678", None),
        ("03-1234-5678/090-1234-5678", None),
        ("2026-08-27", None),
        ("0000000000", None),
        ("山田 090-1234-5678", None),
        ("+", None),
        ("++81 90 1234 5678", None),
        ("(0)", None),
        ("", None),
    ] {
        assert_eq!(phone(text).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn addresses_in_any_spelling() {
    for text in [
        "hanako@example.com",
        " Hanako@Example.COM ",
        "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "<hanako@example.com>",
        "mailto:hanako@example.com",
    ] {
        assert_eq!(mail(text).unwrap().as_str(), "hanako@example.com", "{text:?}");
    }
    for text in ["hanako", "hanako@", "@example.com", "a b@example.com", ""] {
        assert_eq!(mail(text), None, "{text:?}");
    }
}

#[test]
fn names_in_any_spelling() {
    for (expected, spellings) in [
        (
            "やまだはなこ",
            &["ヤマダ ハナコ", "やまだ　はなこ", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ・ハナコ様", "やまだはなこさん"][..],
        ),
        ("山田花子", &["山田花子", "山田 花子", "山田　花子 様", "山田花子さま", "山田花子 殿"]),
        ("高崎一郎", &["髙﨑一郎", "高崎 一郎"]),
        ("jannowak", &["Jan Nowak", "JAN NOWAK", "Ｊａｎ　Ｎｏｗａｋ"]),
        ("様", &["様"]),
    ] {
        for text in spellings {
            assert_eq!(name(text).as_deref(), Some(expected), "{text:?}");
        }
    }
    assert_ne!(name("山田花子"), name("山田花"));
    for nothing in ["", "　", "・", "/"] {
        assert_eq!(name(nothing), None, "{nothing:?}");
    }
}

#[test]
fn what_a_person_typed() {
    for (text, expected) in [
        ("090-1234-5678", Some(Reason::Phone)),
        ("a@example.com", Some(Reason::Mail)),
        ("山田", Some(Reason::Name)),
        ("  ", None),
    ] {
        assert_eq!(Handle::parse(text).map(|handle| handle.reason()), expected, "{text:?}");
    }
}

#[test]
fn numbers_of_customers() {
    for (text, expected) in [
        ("K-1001", Some("K-1001")),
        (" ００１２ ", Some("0012")),
        ("", None),
        ("a/b", None),
        ("a b", None),
        ("a\u{7}", None),
    ] {
        assert_eq!(CustomerId::parse(text).as_ref().map(CustomerId::as_str), expected, "{text:?}");
    }
}
