//! What strangers type, and what must not come of it.

use expect_test::expect;

use super::*;
use crate::report::line;

const NAMES: [&str; 19] = [
    "=HYPERLINK(\"https://evil.example\",\"click\")",
    "+SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r\n=1+1",
    "＝1+1",
    "\u{200b}=1+1",
    "山田\r\n<8/28予約に至らなかったメール>\r\n■B 予約希望 9件",
    "a\u{0}b\u{1b}[31mc\u{7f}d\u{85}e\u{2028}f\u{2029}g",
    "\u{202e}gnp.exe\u{202c} \u{2066}x",
    "محمد علي",
    "x\",\"=1+1\",\"y",
    "x;=1+1",
    "\u{feff}\u{200b}\r\n",
    "09012345678",
    "\u{200d}\u{200c}=1+1",
    "\u{3164}\u{200d}\u{0}",
    "می\u{200c}خواهم",
];

fn with_name(name: &str) -> Case {
    let mut case = case(1, at(28, 10, 0), closed(Outcome::Answered, at(28, 11, 0)));
    case.customer = customer(name, "", "", name);
    case.matter.topic = name.to_owned();
    case
}

/// Rows of a table as Excel would see them.
fn cells(csv: &[u8]) -> Vec<Vec<String>> {
    let body = csv.strip_prefix(b"\xef\xbb\xbf").unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(body);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn no_name_breaks_a_line_or_a_cell() {
    let plain = report(&[with_name("山田")], 28);
    let long = [
        "\n".repeat(5_000) + "山田",
        "山".repeat(10_000),
        "e\u{301}\u{301}\u{301}".repeat(5_000),
        "a ".repeat(3_000),
    ];
    for name in NAMES.into_iter().chain(long.iter().map(String::as_str)) {
        let night = report(&[with_name(name)], 28);
        let text = night.text();
        assert!(text.lines().count() <= plain.text().lines().count() + 2, "{text}");
        assert!(text.lines().all(|line| line::columns(line) <= 70), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("<8/28")).count(), 1, "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with('■')).count(), 2, "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");

        let rows = cells(&night.csv());
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [18, 18], "{name:?}");
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{cell:?}");
            assert!(!cell.contains(char::is_control), "{cell:?}");
            assert!(cell.chars().count() <= 202, "{} characters", cell.chars().count());
        }
        assert!(!night.subject(name).contains(char::is_control));
    }
}

#[test]
fn names_as_they_end_up() {
    let shown: Vec<String> = NAMES
        .iter()
        .map(|name| {
            let night = report(&[with_name(name)], 28);
            let head = night
                .text()
                .lines()
                .nth(5)
                .unwrap()
                .replace('\u{2068}', "<FSI>")
                .replace('\u{2069}', "<PDI>");
            format!("{head} | {}", cells(&night.csv())[1][5])
        })
        .collect();
    expect![[r#"
        1. 8/28 10:00 =HYPERLINK("https://evil.example","cli… 様 | '=HYPERLINK("https://evil.example","click")
        1. 8/28 10:00 +SUM(1+1)*cmd|' /C calc'!A0 様 | '+SUM(1+1)*cmd|' /C calc'!A0
        1. 8/28 10:00 -2+3 様 | '-2+3
        1. 8/28 10:00 @SUM(A1) 様 | '@SUM(A1)
        1. 8/28 10:00 =1+1 様 | '=1+1
        1. 8/28 10:00 =1+1 様 | '=1+1
        1. 8/28 10:00 ＝1+1 様 | '＝1+1
        1. 8/28 10:00 =1+1 様 | '=1+1
        1. 8/28 10:00 山田 <8/28予約に至らなかったメール> ■… 様 | 山田 <8/28予約に至らなかったメール> ■B 予約希望 9件
        1. 8/28 10:00 a b [31mc d e f g 様 | a b [31mc d e f g
        1. 8/28 10:00 gnp.exe x 様 | gnp.exe x
        1. 8/28 10:00 <FSI>محمد علي<PDI> 様 | محمد علي
        1. 8/28 10:00 x","=1+1","y 様 | x","=1+1","y
        1. 8/28 10:00 x;=1+1 様 | x;=1+1
        1. 8/28 10:00 お名前不明 | 
        1. 8/28 10:00 09012345678 様 | '09012345678
        1. 8/28 10:00 =1+1 様 | '=1+1
        1. 8/28 10:00 お名前不明 | 
        1. 8/28 10:00 <FSI>می‌خواهم<PDI> 様 | می‌خواهم"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn telephone_numbers_survive_excel() {
    for (typed, in_table, in_text) in [
        ("09012345678", "090-1234-5678", "TEL 090-1234-5678"),
        ("0312345678", "03-1234-5678", "TEL 03-1234-5678"),
        ("0120123456", "0120-123-456", "TEL 0120-123-456"),
        ("+48221234567", "'+48 22 123 45 67", "TEL +48 22 123 45 67"),
        ("+819012345678", "090-1234-5678", "TEL 090-1234-5678"),
        ("0123", "'0123", "TEL 0123"),
        ("０９０", "'０９０", "TEL ０９０"),
        ("=090", "'=090", "TEL =090"),
        ("内線 12", "内線 12", "TEL 内線 12"),
    ] {
        let mut case = with_name("山田");
        case.customer.phone = Some(typed.to_owned());
        let night = report(&[case], 28);
        assert_eq!(cells(&night.csv())[1][6], in_table, "{typed}");
        assert_eq!(night.text().lines().nth(6), Some(in_text), "{typed}");
    }
}

#[test]
fn case_numbers_are_not_read_as_numbers() {
    let mut case = with_name("山田");
    for (id, expected) in
        [("1234E56789", "'1234E56789"), ("0000000000", "'0000000000"), ("60RK4CSM6M", "60RK4CSM6M")]
    {
        case.id = CaseId::parse(id).unwrap();
        assert_eq!(cells(&report(std::slice::from_ref(&case), 28).csv())[1][4], expected);
    }
}

#[test]
fn long_addresses_stay_whole_and_many_wishes_are_counted() {
    let long = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
    let wish = "8月27日(木) 14:00〜8月28日(金) 16:00";
    let mut case = booking(case(1, at(27, 10, 0), closed(Outcome::Unconverted, at(28, 1, 0))), &[wish; 9]);
    case.customer = customer("山田", "0312345678", &long, "");
    let text = report(&[case], 28).text();
    assert!(text.lines().any(|line| line == long), "{text}");
    expect![[r#"
        <8/28予約に至らなかったメール>
        A 0件 / B 1件 / 未対応 0件

        ■A お問い合わせ 該当なし

        ■B 予約希望 1件

        1. 8/27 10:00 山田 様
        TEL 03-1234-5678
        LONG
        予約 / 不成立 8/28 1:00 / No.040G208104
        希望 8月27日(木) 14:00〜8月28日(金) 16:00
        8月27日(木) 14:00〜8月28日(金) 16:00
        8月27日(木) 14:00〜8月28日(金) 16:00
        8月27日(木) 14:00〜8月28日(金) 16:00
        8月27日(木) 14:00〜8月28日(金) 16:00、他4件
    "#]]
    .assert_eq(&text.replace(&long, "LONG"));
}
