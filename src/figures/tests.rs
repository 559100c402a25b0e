//! What comes out: tables, CSV, workbook, picture; with names that want to be formulas, lines or pages of their own.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use expect_test::{expect, expect_file};
use jiff::SignedDuration;
use jiff::civil::date;

use super::{Names, Sheet, TABLES};
use crate::render::voice::Voice;
use crate::triage::figures::{Book, Fact, Handled, Period, What};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName};
use crate::triage::people::Lang;
use crate::triage::verdict::Class;

struct Called;

impl Names for Called {
    fn person(&self, address: &Address) -> String {
        match address.local() {
            "sato" => "佐藤".to_owned(),
            "long" => "長".repeat(200),
            // Turns what follows round, and would calculate in a spreadsheet.
            "evil" => "\u{202e}=HYPERLINK(\"http://evil.example\")\r\n,x".to_owned(),
            other => other.to_owned(),
        }
    }

    fn mailbox(&self, name: &MailboxName) -> String {
        name.to_string()
    }
}

fn fact(day: i8, by: &str, number: u8, what: What) -> Fact {
    Fact {
        day: date(2026, 8, day),
        by: (!by.is_empty()).then(|| Address::parse(&format!("{by}@desk.example")).unwrap()),
        mailbox: MailboxName::parse(if number.is_multiple_of(2) { "support" } else { "reservation1" })
            .unwrap(),
        queue: match number {
            1 | 2 => Some("予約".to_owned()),
            4 => Some("\u{202e}=SUM(A1)".to_owned()),
            _ => None,
        },
        case: CaseId::of(Fingerprint::new([number; 16])),
        what,
    }
}

fn handled(minutes: i64, name: &str, topic: &str) -> What {
    What::Handled(Box::new(Handled {
        worked: SignedDuration::from_secs(minutes * 60),
        corrected: minutes == 90,
        topic: topic.to_owned(),
        class: if minutes > 10 { Class::Reservation } else { Class::Inquiry },
        tags: if topic == "予約" { vec!["【DMをみた】".to_owned()] } else { Vec::new() },
        name: (!name.is_empty()).then(|| name.to_owned()),
        last: "承認".to_owned(),
    }))
}

/// A week of three people, two of them with names that nobody wishes for.
fn week() -> Book {
    let mut facts = Vec::new();
    for (day, by, number, minutes, name, topic) in [
        (24, "sato", 1, 5, "山田 花子", "料金"),
        (24, "sato", 2, 90, "=1+1", "予約"),
        (24, "evil", 3, 15, "+81-3-1234-5678", "@SUM(A1)"),
        (25, "sato", 4, 12, "\u{202e}逆さま\tタブ", "予約"),
        (27, "long", 5, 0, "－全角", "料金"),
    ] {
        facts.push(fact(day, by, number, handled(minutes, name, topic)));
        facts.push(fact(day, "", number, What::Arrived));
        facts.push(fact(day, by, number, What::Called { answered: minutes > 10 }));
        let (took, within) = (SignedDuration::from_secs(minutes * 90), Some(minutes < 60));
        facts.push(fact(day, by, number, What::FirstAnswer { took, within }));
    }
    facts.push(fact(27, "sato", 6, What::Open));
    facts.sort_by(|a, b| (a.day, &a.by, &a.case).cmp(&(b.day, &b.by, &b.case)));
    Book { facts }
}

fn sheet(lang: Lang) -> Sheet {
    Sheet::of(&week(), &Called, Voice::of(lang), Period::week(date(2026, 8, 27)))
}

#[test]
fn a_week_as_tables_of_eighty_columns() {
    for lang in Lang::ALL {
        let text = sheet(lang).text(80);
        for line in text.lines() {
            let wide = unicode_width::UnicodeWidthStr::width(line);
            assert!(wide <= 80, "{wide} columns: {line}");
        }
        expect_file![format!("../../tests/golden/figures-week-{}.txt", lang.code())].assert_eq(&text);
    }
}

#[test]
fn csv_with_no_formula_in_it() {
    for table in ["people", "queues", "cases"] {
        let csv = sheet(Lang::Ja).csv(table);
        let text = String::from_utf8(csv.clone()).unwrap();
        assert!(text.starts_with('\u{feff}'), "Excel reads UTF-8 by its mark");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every line ends with CRLF");
        for cell in text.trim_start_matches('\u{feff}').split("\r\n").flat_map(|line| line.split("\",\"")) {
            let cell = cell.trim_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠']), "{cell:?}");
            assert!(!cell.contains(['\u{202e}', '\n', '\r']), "{cell:?}");
        }
        // The file is kept with its mark and its line ends.
        let shown = text.replace("\r\n", "␍\n").replace('\u{feff}', "<BOM>");
        expect_file![format!("../../tests/golden/figures-{table}.csv")].assert_eq(&shown);
    }
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(&*sheet(Lang::Ja).csv("cases")).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.len() == 10));
}

#[test]
fn a_workbook_that_is_the_same_each_time_and_calculates_nothing() {
    let sheet = sheet(Lang::Ja);
    let bytes = sheet.workbook().unwrap();
    assert_eq!(bytes, sheet.workbook().unwrap());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(
        book.sheet_names(),
        ["担当者別", "日別", "メールボックス別", "キュー別", "用件別", "種別別", "流入元別", "案件"]
    );
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name} calculates");
    }
    let people = book.worksheet_range("担当者別").unwrap();
    let rows: Vec<String> = people
        .rows()
        .map(|row| {
            let short = |cell: &Data| cell.to_string().chars().take(24).collect::<String>();
            row.iter().take(4).map(short).collect::<Vec<_>>().join(" | ")
        })
        .collect();
    expect![[r#"
        担当者 | 件数 | 対応時間 | 中央値
        =HYPERLINK("http://evil. | 1 | 0.010416666666666666 | 0.010416666666666666
        長長長長長長長長長長長長長長長長長長長長長長長長 | 1 | 0 | 
        佐藤 | 3 | 0.07430555555555556 | 0.008333333333333333
        合計 | 5 | 0.08472222222222223 | 0.009375"#]]
    .assert_eq(&rows.join("\n"));
    let cases = book.worksheet_range("案件").unwrap();
    let names: Vec<String> = cases.rows().skip(1).map(|row| row[3].to_string()).collect();
    assert!(names.contains(&"=1+1".to_owned()), "a text is a text: {names:?}");
    assert!(names.iter().all(|name| !name.contains(['\u{202e}', '\t'])), "{names:?}");
}

#[test]
fn a_picture_without_words_and_its_words_beside_it() {
    let sheet = sheet(Lang::Ja);
    let bytes = sheet.picture().unwrap();
    assert_eq!(bytes, sheet.picture().unwrap());
    let mut reader = png::Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (640, 10 * 2 + 56 * 3));
    let of = |colour: [u8; 3]| pixels.chunks_exact(3).filter(|pixel| *pixel == colour).count();
    let (blue, brown) = (of([0x12, 0x50, 0x8f]), of([0xb3, 0x5c, 0x00]));
    assert!(blue > 10_000 && brown > 5_000, "{blue} and {brown} pixels");
    // Three cases take the whole width, one of them a third.
    assert_eq!(blue, (488 + 162 + 162) * 20);
    let words = sheet.picture_in_words();
    for part in ["1. ", "佐藤 3件 1時間47分", "=HYPERLINK", "15分"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(!words.contains(['\u{202e}', '\n']));
    // Nobody did anything: still a picture.
    assert!(
        !Sheet::of(&Book::default(), &Called, Voice::DESK, Period::day(date(2026, 8, 27)))
            .picture()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_desk_without_queues_reads_of_none() {
    let mut facts = week().facts;
    facts.iter_mut().for_each(|fact| fact.queue = None);
    let book = Book { facts };
    let sheet = Sheet::of(&book, &Called, Voice::of(Lang::En), Period::week(date(2026, 8, 27)));
    assert!(!sheet.text(80).contains("Queue"));
    assert_eq!(sheet.table("queues").unwrap().rows.len(), 2, "all cases, and the total");
}

#[test]
fn every_table_is_there_for_programs() {
    let json = sheet(Lang::En).json();
    for table in TABLES {
        assert!(json["tables"][table].is_array(), "{table}");
    }
    let people = json["tables"]["people"].as_array().unwrap();
    assert_eq!(people.len(), 3, "three people, without the total");
    let sum: u64 = people.iter().map(|row| row["seconds"].as_u64().unwrap()).sum();
    assert_eq!((json["handled"].as_u64(), json["seconds"].as_u64()), (Some(5), Some(sum)));
    assert_eq!(json["tables"]["tags"][0]["name"], "【DMをみた】");
    let queues = &json["tables"]["queues"];
    assert_eq!((&queues[1]["queue"], &queues[1]["handled"]), (&"予約".into(), &2.into()));
    assert_eq!(queues[2]["queue"], "no queue", "what is in no queue comes last");
    let handled: u64 = queues.as_array().unwrap().iter().map(|row| row["handled"].as_u64().unwrap()).sum();
    assert_eq!(json["handled"].as_u64(), Some(handled), "queues share the cases out");
}
