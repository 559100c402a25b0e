//! Laws of reading: what may change about a mail without changing what is read from it.
//!
//! Mails are built from known slots, names and numbers by a small generator, so each law is tried on many of them
//! and nothing has to be labelled by hand. Where a law holds only in part, its name says which part.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its mail has failed")]

#[path = "support/reading.rs"]
mod support;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday, date};
use madoguchi::triage::fold::Folded;
use madoguchi::triage::verdict::{Class, Disposition, Grain, Moment, Reading, Role};
use proptest::prelude::*;
use support::{Mail, Transfer, reading};

/// Wednesday, 10:00 in Tokyo: when the mails below are sent.
const SENT: DateTime = DateTime::constant(2026, 6, 10, 10, 0, 0, 0);

/// What a reading comes to; spans and evidence may differ.
#[derive(Debug, Clone, PartialEq)]
struct Gist {
    disposition: Disposition,
    class: Option<Class>,
    topic: String,
    urgent: bool,
    name: Option<String>,
    phones: Vec<String>,
    mail: Option<String>,
    wishes: Vec<Slot>,
}

#[derive(Debug, Clone, PartialEq)]
struct Slot {
    start: Moment,
    end: Option<Moment>,
    grain: Grain,
    choice: u32,
    role: Role,
}

fn gist(reading: &Reading) -> Gist {
    let facts = &reading.facts;
    Gist {
        disposition: reading.verdict.disposition,
        class: reading.verdict.class,
        topic: reading.verdict.topic.clone(),
        urgent: reading.verdict.urgent,
        name: facts.name.as_ref().map(|found| bare(&found.value)),
        phones: facts.phones.clone(),
        mail: facts.email.as_ref().map(|found| found.value.as_str().to_owned()),
        wishes: facts
            .wishes
            .iter()
            .map(|wish| Slot {
                start: wish.start,
                end: wish.end,
                grain: wish.grain,
                choice: wish.choice,
                role: wish.role,
            })
            .collect(),
    }
}

/// What is not over: since when it hurts is history, and may be read as such.
fn present(slots: Vec<Slot>) -> Vec<Slot> {
    slots.into_iter().filter(|slot| slot.role != Role::Past).collect()
}

fn bare(text: &str) -> String {
    Folded::new(text).text().split_whitespace().collect()
}

/// A wanted slot: day, hour, minutes where they are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    day: Date,
    hour: i8,
    minute: Option<i8>,
}

impl Wanted {
    fn slot(self, choice: u32) -> Slot {
        Slot {
            start: Moment::At(self.day.at(self.hour, self.minute.unwrap_or(0), 0, 0)),
            end: None,
            grain: if self.minute.is_some() { Grain::Minute } else { Grain::Hour },
            choice,
            role: Role::Wish,
        }
    }
}

/// How a day and a time are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// 6月18日（木）14時30分
    Plain,
    /// 6/18(木) 14:30; a bare hour keeps its 時.
    Slashed,
    /// ６月１８日（木）１４時３０分
    Wide,
    /// ６／１８（木）　１４：３０
    WideSlashed,
    /// 六月十八日（木）十四時三十分
    Kanji,
    /// 6月18日㈭ 午後2時30分
    Squared,
    /// 6月18日㊍ 14時30分
    Circled,
    /// 令和8年6月18日 14時30分
    Era,
    /// ㋿８年６月１８日 １４時３０分
    SquaredEra,
    /// 2026年6月18日木曜日の14時30分
    Year,
    /// 2026-06-18 14:30; a bare hour keeps its 時.
    Iso,
    /// 6月18日(ﾓｸ) would be no spelling of a weekday; here kana beside the date are half as wide: ﾖﾔｸ 6月18日 14時30分
    HalfKana,
}

const SPELLINGS: [Spelling; 12] = [
    Spelling::Plain,
    Spelling::Slashed,
    Spelling::Wide,
    Spelling::WideSlashed,
    Spelling::Kanji,
    Spelling::Squared,
    Spelling::Circled,
    Spelling::Era,
    Spelling::SquaredEra,
    Spelling::Year,
    Spelling::Iso,
    Spelling::HalfKana,
];

fn written(wanted: Wanted, spelling: Spelling) -> String {
    let (month, day, hour) = (wanted.day.month(), wanted.day.day(), wanted.hour);
    let weekday = weekday(wanted.day.weekday());
    let minutes = wanted.minute.map_or(String::new(), |minute| format!("{minute}分"));
    let clock = wanted.minute.map_or(format!("{hour}時"), |minute| format!("{hour}:{minute:02}"));
    let wall = format!("{hour}時{minutes}");
    match spelling {
        Spelling::Plain => format!("{month}月{day}日（{weekday}）{wall}"),
        Spelling::Slashed => format!("{month}/{day}({weekday}) {clock}"),
        Spelling::Wide => wide(&format!("{month}月{day}日({weekday}){wall}")),
        Spelling::WideSlashed => wide(&format!("{month}/{day}({weekday}) {clock}")),
        Spelling::Kanji => {
            let minutes = wanted.minute.map_or(String::new(), |minute| format!("{}分", kanji(minute)));
            format!("{}月{}日（{weekday}）{}時{minutes}", kanji(month), kanji(day), kanji(hour))
        }
        Spelling::Squared => {
            let half = if hour < 12 { format!("午前{hour}") } else { format!("午後{}", hour - 12) };
            format!("{month}月{day}日{} {half}時{minutes}", sign(wanted.day, '\u{322a}'))
        }
        Spelling::Circled => format!("{month}月{day}日{} {wall}", sign(wanted.day, '\u{328a}')),
        Spelling::Era => format!("令和{}年{month}月{day}日 {wall}", wanted.day.year() - 2018),
        Spelling::SquaredEra => {
            format!("㋿{}", wide(&format!("{}年{month}月{day}日 {wall}", wanted.day.year() - 2018)))
        }
        Spelling::Year => format!("{}年{month}月{day}日{weekday}曜日の{wall}", wanted.day.year()),
        Spelling::Iso => format!("{} {clock}", wanted.day),
        Spelling::HalfKana => format!("ﾖﾔｸ {month}月{day}日 {wall}"),
    }
}

fn weekday(weekday: Weekday) -> char {
    match weekday {
        Weekday::Monday => '月',
        Weekday::Tuesday => '火',
        Weekday::Wednesday => '水',
        Weekday::Thursday => '木',
        Weekday::Friday => '金',
        Weekday::Saturday => '土',
        Weekday::Sunday => '日',
    }
}

/// The weekday in a row of signs that begins with Monday.
fn sign(day: Date, monday: char) -> char {
    let offset = u32::try_from(day.weekday().to_monday_zero_offset()).unwrap();
    char::from_u32(u32::from(monday) + offset).unwrap()
}

/// Every ASCII character in its wide form.
fn wide(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            ' ' => '\u{3000}',
            other => other,
        })
        .collect()
}

/// 1 to 99: 四, 十四, 四十.
fn kanji(number: i8) -> String {
    let digit = |number: i8| "〇一二三四五六七八九".chars().nth(usize::try_from(number).unwrap()).unwrap();
    let mut out = String::new();
    if number >= 20 {
        out.push(digit(number / 10));
    }
    if number >= 10 {
        out.push('十');
    }
    if number % 10 > 0 || number == 0 {
        out.push(digit(number % 10));
    }
    out
}

/// A person and two slots.
#[derive(Debug, Clone)]
struct Case {
    name: &'static str,
    phone: String,
    mail: String,
    first: Wanted,
    second: Wanted,
    words: &'static str,
}

impl Case {
    /// Label and value, in the order in which forms ask.
    fn fields(&self, spelling: Spelling) -> Vec<(&'static str, String)> {
        vec![
            ("お名前", self.name.to_owned()),
            ("電話番号", self.phone.clone()),
            ("メールアドレス", self.mail.clone()),
            ("第一希望日時", written(self.first, spelling)),
            ("第二希望日時", written(self.second, spelling)),
            ("お問い合わせ内容", self.words.to_owned()),
        ]
    }

    fn form(&self, spelling: Spelling) -> String {
        lines(&self.fields(spelling))
    }

    fn expected(&self) -> Vec<Slot> {
        vec![self.first.slot(1), self.second.slot(2)]
    }

    /// Read from a mail in the person's own words.
    fn letter(&self, text: &str) -> Mail {
        Mail {
            from: format!("{} <{}>", self.name, self.mail),
            subject: "予約について".to_owned(),
            ..Mail::new(text)
        }
    }
}

fn lines(fields: &[(&str, String)]) -> String {
    fields.iter().map(|(label, value)| format!("{label}：{value}\n")).collect()
}

fn read_text(text: &str) -> Gist {
    gist(&reading(&Mail::new(text).bytes()))
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let minute = prop_oneof![Just(None), Just(Some(15)), Just(Some(30)), Just(Some(45))];
    (2..40_i32, 9..19_i8, minute).prop_map(|(days, hour, minute)| Wanted {
        day: SENT.date().checked_add(days.days()).unwrap(),
        hour,
        minute,
    })
}

fn case() -> impl Strategy<Value = Case> {
    let name = prop::sample::select(vec!["柏木 遥", "三枝　拓海", "小野寺凛", "西村 さおり", "原 健太郎"]);
    let words = prop::sample::select(vec![
        "上記の日時で予約をお願いします。",
        "予約したいです。空きはありますか。",
        "肩がつらいので、早めに予約を取りたいです。よろしくお願いいたします。",
    ]);
    let mail = "[a-z]{3,8}\\.[a-z]{2,5}@mail\\.example";
    (name, "0[789]0-[1-9][0-9]{3}-[0-9]{4}", mail, wanted(), wanted(), words)
        .prop_filter("two slots", |(_, _, _, first, second, _)| first != second)
        .prop_map(|(name, phone, mail, first, second, words)| Case {
            name,
            phone,
            mail,
            first,
            second,
            words,
        })
}

/// Words for a day that follow the mail's own date.
const RELATIVE: [&str; 14] = [
    "明日の15時",
    "明後日の15時",
    "あさっての午前中",
    "来週の火曜日の10時",
    "再来週の月曜の17時半",
    "今度の土曜日の14時",
    "次の日曜の10時",
    "金曜日の夕方",
    "今週の金曜の13時",
    "来週金曜15:30",
    "3日後の11時",
    "1週間後の14時",
    "週明けの10時",
    "今週末の午後",
];

/// What people write under and beside their words, and no date is in it.
const DATELESS: [&str; 15] = [
    "料金は5,500円と聞きました。",
    "5500円のコースです。",
    "注文番号：20260618-1430です。",
    "会員番号 0612-1800 です。",
    "https://www.example.com/2026/06/20/1500?d=6/21 を見ました。",
    "電話は03-6180-1430です。",
    "ＴＥＬ：０９０－６１８０－１４３０",
    "〒104-0061 東京都中央区銀座6-18-14",
    "今年で38歳になります。",
    "60分コースを2名でお願いします。",
    "3か月ほど前から痛みます。",
    "週に2回ほど通いたいです。",
    "図面帳 5.6.18 を使っています。",
    "クーポン10%OFFは使えますか。",
    "住所は2丁目6番18号です。",
];

/// How people sign.
const SIGNATURES: [&str; 4] = [
    "\n-- \n柏木 遥\n090-1234-5678\nk@mail.example\n",
    "\n――――――――――\n株式会社あけぼの商会　総務部\n柏木 遥\n〒104-0061 東京都中央区銀座6-18-14\nTEL 03-6180-1430 FAX 03-6180-1431\n営業時間 9:00〜18:00(土日祝を除く)\nhttps://akebono.example/\n――――――――――\n",
    "\niPhoneから送信\n",
    "\n==========================\n柏木 遥 (かしわぎ はるか)\nmailto:k@mail.example\n==========================\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_spelling_of_a_slot_is_that_slot(case in case()) {
        for spelling in SPELLINGS {
            let form = case.form(spelling);
            let read = read_text(&form);
            prop_assert_eq!(&read.wishes, &case.expected(), "{:?}\n{}", spelling, form);
            prop_assert_eq!(read.class, Some(Class::Reservation));
            prop_assert_eq!(read.name, Some(bare(case.name)));
            prop_assert_eq!(read.phones, [case.phone.replace('-', "")]);
            prop_assert_eq!(read.mail.as_deref(), Some(case.mail.as_str()));
        }
    }

    #[test]
    fn every_spelling_is_read_in_a_sentence(case in case()) {
        for spelling in SPELLINGS {
            let text = format!("{}に予約したいのですが、空いていますか。\n", written(case.first, spelling));
            let read = gist(&reading(&case.letter(&text).bytes()));
            prop_assert_eq!(&read.wishes, &[case.first.slot(1)], "{:?}\n{}", spelling, text);
            prop_assert_eq!(read.class, Some(Class::Reservation), "{}", text);
        }
    }

    #[test]
    fn wide_mails_say_the_same(case in case()) {
        let form = case.form(Spelling::Slashed);
        prop_assert_eq!(read_text(&wide(&form)), read_text(&form), "{}", wide(&form));
    }

    #[test]
    fn a_mail_of_next_week_means_next_week(case in case(), weeks in 1..4_i32) {
        for words in RELATIVE {
            let text = format!("{words}に予約したいのですが、空いていますか。\n");
            let now = case.letter(&text);
            let then = Mail { sent: now.sent.checked_add(weeks.weeks()).unwrap(), ..now.clone() };
            let later = |moment: Moment| match moment {
                Moment::On(day) => Moment::On(day.checked_add(weeks.weeks()).unwrap()),
                Moment::At(at) => Moment::At(at.checked_add(weeks.weeks()).unwrap()),
            };
            let mut expected = gist(&reading(&now.bytes()));
            prop_assert_eq!(expected.wishes.len(), 1, "{}", text);
            for wish in &mut expected.wishes {
                (wish.start, wish.end) = (later(wish.start), wish.end.map(later));
            }
            prop_assert_eq!(gist(&reading(&then.bytes())), expected, "{} {}", then.sent, text);
        }
    }

    #[test]
    fn a_day_with_its_month_stays_that_day(case in case(), earlier in 0..2_i32) {
        let text = format!("{}に予約したいです。\n", written(case.first, Spelling::Plain));
        let now = case.letter(&text);
        let before = Mail { sent: now.sent.checked_sub(earlier.days()).unwrap(), ..now.clone() };
        prop_assert_eq!(gist(&reading(&before.bytes())).wishes, gist(&reading(&now.bytes())).wishes);
    }

    #[test]
    fn what_is_no_date_adds_no_slot(case in case(), spelling in prop::sample::select(SPELLINGS.to_vec())) {
        for more in DATELESS {
            for text in [
                format!("{}に予約したいです。{more}\n", written(case.first, spelling)),
                format!("{}に予約したいです。\n\n{more}\n", written(case.first, spelling)),
                format!("{more}\n{}に予約したいです。\n", written(case.first, spelling)),
            ] {
                let read = gist(&reading(&case.letter(&text).bytes()));
                prop_assert_eq!(&present(read.wishes), &[case.first.slot(1)], "{}", text);
            }
            let form = format!("{}{more}\n", case.form(spelling));
            prop_assert_eq!(&present(read_text(&form).wishes), &case.expected(), "{}", form);
        }
    }

    #[test]
    fn a_signature_adds_no_slot(case in case(), spelling in prop::sample::select(SPELLINGS.to_vec())) {
        for signature in SIGNATURES {
            let text = format!("{}に予約したいです。\nよろしくお願いします。\n{signature}", written(case.first, spelling));
            let read = gist(&reading(&case.letter(&text).bytes()));
            prop_assert_eq!(&read.wishes, &[case.first.slot(1)], "{}", text);
        }
    }

    #[test]
    fn the_order_of_fields_changes_nothing(case in case(), order in Just([0, 1, 2, 3, 4, 5]).prop_shuffle()) {
        let fields = case.fields(Spelling::Plain);
        let shuffled: Vec<_> = order.iter().filter_map(|at: &usize| fields.get(*at).cloned()).collect();
        prop_assert_eq!(in_order(read_text(&lines(&shuffled))), in_order(read_text(&lines(&fields))), "{}", lines(&shuffled));
    }

    #[test]
    fn the_dress_of_labels_changes_nothing(case in case()) {
        let fields = case.fields(Spelling::Plain);
        let plain = read_text(&lines(&fields));
        let dressed = |dress: &dyn Fn(&str, &str) -> String| -> String {
            fields.iter().map(|(label, value)| dress(label, value)).collect()
        };
        for form in [
            dressed(&|label, value| format!("【{label}】{value}\n")),
            dressed(&|label, value| format!("【{label}】\n{value}\n\n")),
            dressed(&|label, value| format!("■{label}\n{value}\n\n")),
            dressed(&|label, value| format!("・{label}： {value}\n")),
            dressed(&|label, value| format!("[{label}] {value}\n")),
            dressed(&|label, value| format!("{label} = {value}\n")),
            dressed(&|label, value| format!("{label}\t{value}\n")),
            dressed(&|label, value| format!("{label}　　{value}\n")),
            dressed(&|label, value| format!("{label} : {value}\n--------------------\n")),
        ] {
            prop_assert_eq!(&read_text(&form), &plain, "{}", form);
        }
    }

    #[test]
    fn a_page_says_what_its_text_says(case in case(), spelling in prop::sample::select(SPELLINGS.to_vec())) {
        let fields = case.fields(spelling);
        let plain = read_text(&lines(&fields));
        let rows = |row: &dyn Fn(&str, &str) -> String| -> String {
            fields.iter().map(|(label, value)| row(label, value)).collect()
        };
        for page in [
            format!("<html><body>{}</body></html>", rows(&|label, value| format!("<p>{label}：{value}</p>"))),
            format!("<div>{}</div>", rows(&|label, value| format!("{label}：{value}<br>\n"))),
            format!("<table>{}</table>", rows(&|label, value| format!("<tr><th>{label}</th><td>{value}</td></tr>"))),
            format!("<TABLE border=1>{}</TABLE>", rows(&|label, value| {
                format!("<TR>\n <TD bgcolor='#eee'><b>{label}</b>\n <TD>{value}\n")
            })),
            format!("<dl>{}</dl>", rows(&|label, value| format!("<dt>{label}</dt><dd>{value}</dd>"))),
        ] {
            let mail = Mail { subtype: "html", ..Mail::new(&page) };
            prop_assert_eq!(gist(&reading(&mail.bytes())), plain.clone(), "{}", page);
        }
    }

    #[test]
    fn charset_and_transfer_change_nothing(case in case()) {
        let form = case.form(Spelling::Plain).replace('\u{3000}', " ");
        let plain = read_text(&form);
        for charset in ["utf-8", "iso-2022-jp", "shift_jis", "euc-jp"] {
            for transfer in [Transfer::EightBit, Transfer::Base64, Transfer::Quoted] {
                let mail = Mail { charset, transfer, ..Mail::new(&form) };
                prop_assert_eq!(gist(&reading(&mail.bytes())), plain.clone(), "{} {:?}", charset, transfer);
            }
        }
    }

    #[test]
    fn line_ends_change_nothing(case in case()) {
        let bytes = Mail::new(&case.form(Spelling::Plain)).bytes();
        let lf: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
        let cr: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\n').collect();
        let plain = gist(&reading(&bytes));
        prop_assert_eq!(gist(&reading(&lf)), plain.clone());
        prop_assert_eq!(gist(&reading(&cr)), plain);
    }

    #[test]
    fn quoted_history_says_nothing(case in case()) {
        let text = format!("{}に予約したいです。\n", written(case.first, Spelling::Plain));
        let alone = gist(&reading(&case.letter(&text).bytes()));
        let history = case.form(Spelling::Slashed).replace('\n', "\n> ");
        let quoting = format!("{text}\n2026年6月9日(火) 18:05 かもめ整体 <desk@kamome.example>:\n> {history}\n");
        prop_assert_eq!(gist(&reading(&case.letter(&quoting).bytes())), alone, "{}", quoting);
    }
}

/// The same with the wishes in the order of time: a form's order is the order of its choices.
fn in_order(mut gist: Gist) -> Gist {
    gist.wishes.sort_by_key(|wish| wish.choice);
    gist
}

#[test]
fn the_generator_spells_as_people_do() {
    let wanted = Wanted { day: date(2026, 6, 18), hour: 14, minute: Some(30) };
    for (spelling, expected) in [
        (Spelling::Plain, "6月18日（木）14時30分"),
        (Spelling::Slashed, "6/18(木) 14:30"),
        (Spelling::Wide, "６月１８日（木）１４時３０分"),
        (Spelling::Kanji, "六月十八日（木）十四時三十分"),
        (Spelling::Squared, "6月18日㈭ 午後2時30分"),
        (Spelling::Circled, "6月18日㊍ 14時30分"),
        (Spelling::SquaredEra, "㋿８年６月１８日　１４時３０分"),
        (Spelling::Iso, "2026-06-18 14:30"),
    ] {
        assert_eq!(written(wanted, spelling), expected);
    }
}
