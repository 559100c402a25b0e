//! Text made to be hard is read to its end and yields no more than one mail may hold.
//!
//! No time is asserted: a reader whose work grows faster than the text makes this suite hang visibly, and
//! `benches/hostile.rs` shows the growth.

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/reading.rs"]
mod support;

use hostile::{PIECES, TAGS, in_form, repeated};
use madoguchi::mime;
use madoguchi::triage::mail::Letter;
use madoguchi::triage::verdict::Source;
use support::{Mail, of_letter};

/// Text of a mail is cut here.
const MAX_TEXT: usize = 256 * 1024;
/// Dates and times that one mail yields at most.
const MOST_WISHES: usize = 200;
/// Numbers that one mail yields at most.
const MOST_NUMBERS: usize = 20;

/// Reads a letter and holds the reading against what any mail may yield.
fn check(name: &str, letter: &Letter) {
    let facts = of_letter(letter).facts;
    assert!(letter.text.len() <= MAX_TEXT, "{name}: {} bytes of text", letter.text.len());
    assert!(facts.wishes.len() <= MOST_WISHES, "{name}: {} dates", facts.wishes.len());
    assert!(facts.phones.len() <= MOST_NUMBERS, "{name}: {} numbers", facts.phones.len());
    for found in [&facts.name, &facts.phone, &facts.content, &facts.order_no].into_iter().flatten() {
        if found.source == Source::Text {
            let place = found.span.start..found.span.end;
            assert!(letter.text.get(place.clone()).is_some(), "{name}: {place:?}");
        }
    }
    for wish in &facts.wishes {
        assert!(
            letter.text.contains(&wish.text) || letter.subject.contains(&wish.text),
            "{name}: {}",
            wish.text
        );
    }
}

#[test]
fn pieces_without_end_are_read() {
    for (name, piece) in PIECES {
        for text in [repeated(piece, 12_000), in_form(piece, 12_000)] {
            check(name, &mime::letter(&Mail::new(&text).bytes()).unwrap());
            let mail = Mail { from: "柏木 遥 <k@mail.example>".to_owned(), ..Mail::new(&text) };
            check(name, &mime::letter(&mail.bytes()).unwrap());
        }
    }
}

/// Each piece beside each other one: what the first opens, the second may never close.
#[test]
fn pieces_in_pairs_are_read() {
    for (name, piece) in PIECES {
        for (other, second) in PIECES {
            let text = format!("{}{}", repeated(piece, 240), repeated(second, 240));
            check(&format!("{name}, {other}"), &mime::letter(&Mail::new(&text).bytes()).unwrap());
        }
    }
}

/// Days and times that go together must not multiply.
#[test]
fn many_days_with_many_times_are_read() {
    for text in [
        format!("{}{}", "6/20か".repeat(4_000), "10時か".repeat(4_000)),
        format!("{}{}", "6/20\n".repeat(4_000), "10時、".repeat(4_000)),
        format!("ご希望時間：{}\nご希望日：{}\n", "10時か".repeat(4_000), "6/20、".repeat(4_000)),
        format!("第1希望時間：{}\n第1希望日：{}\n", "午前".repeat(4_000), "6/20\n".repeat(4_000)),
    ] {
        for text in [in_form(&text, text.len() * 2), text] {
            check("days and times", &mime::letter(&Mail::new(&text).bytes()).unwrap());
        }
    }
}

#[test]
fn pages_without_end_are_read() {
    for (name, tag) in TAGS {
        let page = Mail { subtype: "html", ..Mail::new(&repeated(tag, 400_000)) };
        check(name, &mime::letter(&page.bytes()).unwrap());
        let page =
            Mail { text: format!("{}6月20日に予約したいです", repeated(tag, 40_000)), ..page };
        check(name, &mime::letter(&page.bytes()).unwrap());
    }
}

#[test]
fn fields_without_end_are_read() {
    for field in [
        "Subject",
        "From",
        "To",
        "Cc",
        "Reply-To",
        "References",
        "In-Reply-To",
        "List-Id",
        "Content-Type",
        "Date",
    ] {
        for piece in [
            "=?utf-8?B?44GC?= ",
            "=?",
            "a@b.example, ",
            "(",
            "<",
            "\"a",
            "<a@b> ",
            "1/1か",
            "a; b=c; ",
            "a\r\n ",
        ] {
            let value = repeated(piece, 60_000);
            let mail = format!(
                "From: k@mail.example\r\nDate: Wed, 10 Jun 2026 10:00:00 +0900\r\n{field}: {value}\r\n\r\na\r\n"
            );
            if let Ok(letter) = mime::letter(mail.as_bytes()) {
                check(&format!("{field}: {piece}"), &letter);
            }
        }
    }
}

#[test]
fn a_long_text_is_cut_and_said_to_be() {
    let letter = mime::letter(&Mail::new(&"予約したいです。\n".repeat(20_000)).bytes()).unwrap();
    assert!(letter.damaged);
    check("long", &letter);
}
