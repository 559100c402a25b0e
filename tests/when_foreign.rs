//! Dates and times in English, Polish and Chinese, row by row. The mail is sent on Wednesday, 19 August 2026, at
//! 10:00; shops open at 09:00. Expressions read `start[~end] grain[ every]`, wishes `start[~end] grain role`, both
//! joined by `; `.

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{date, time};
use madoguchi::rules::when::merge;
use madoguchi::triage::verdict::Span;
use madoguchi::triage::when::{Anchor, Lexicon, Passage, mentions, read};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let files = [
        (Path::new("rules/when-ja.toml"), include_str!("../rules/when-ja.toml")),
        (Path::new("rules/when-en.toml"), include_str!("../rules/when-en.toml")),
        (Path::new("rules/when-pl.toml"), include_str!("../rules/when-pl.toml")),
        (Path::new("rules/when-zh.toml"), include_str!("../rules/when-zh.toml")),
    ];
    merge(files).unwrap_or_else(|faults| panic!("{faults:#?}"))
});

fn anchor() -> Anchor {
    Anchor { sent: date(2026, 8, 19).at(10, 0, 0, 0), opening: time(9, 0, 0, 0) }
}

/// Every expression of a text.
fn expressions(text: &str) -> String {
    let one = |mention: &madoguchi::triage::when::Mention| {
        let end = mention.end.map(|end| format!("~{end}")).unwrap_or_default();
        let every = if mention.recurring { " every" } else { "" };
        format!("{}{end} {}{every}", mention.start, mention.grain.word())
    };
    mentions(text, &anchor(), &LEXICON).iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What a mail wants, with the part each date plays.
fn wishes(text: &str) -> String {
    let whole = Passage { span: Span { start: 0, end: text.len() }, label: None };
    let found = read(text, &[whole], &anchor(), &LEXICON);
    let one = |wish: &madoguchi::triage::verdict::Wish| {
        let end = wish.end.map(|end| format!("~{end}")).unwrap_or_default();
        format!("{}{end} {} {}", wish.start, wish.grain.word(), wish.role.word())
    };
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn check(rows: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let got = read(text);
        if got != *expected {
            wrong += &format!("{text:?}\n  expected {expected}\n  got      {got}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn english_days() {
    check(
        &[
            ("the 3rd of September", "2026-09-03 day"),
            ("September the third", "2026-09-03 day"),
            ("third of september 2027", "2027-09-03 day"),
            ("Sep 3rd, 2027", "2027-09-03 day"),
            ("3/Sep/2027", "2027-09-03 day"),
            ("9/3/27", ""),
            ("due 9/3/27", "2027-09-03 day"),
            ("the twenty-first of October", "2026-10-21 day"),
            ("from the 7th to the 9th of October", "2026-10-07~2026-10-09 day"),
            ("October 7 to 9", "2026-10-07~2026-10-09 day"),
            ("7 - 9 October", "2026-10-07~2026-10-09 day"),
            ("the 12th of next month", "2026-09-12 day"),
            ("the second Tuesday of October", "2026-10-13 day"),
            ("the last Friday in November 2027", "2027-11-26 day"),
            ("the last day of September", "2026-09-30 day"),
            ("Friday after next", "2026-08-28 day"),
            ("this Friday", "2026-08-21 day"),
            ("two weeks from Saturday", "2026-09-05 day"),
            ("3 days after Christmas", "2026-12-28 day"),
            ("the day before Easter Monday", "2027-03-28 day"),
            ("a fortnight", ""),
            ("in ten days", "2026-08-29 day"),
            ("in a month", "2026-09-19 day"),
            ("six weeks ago", "2026-07-08 day"),
            ("two Fridays from now", "2026-08-28 day"),
            ("Monday 31", "2026-08-31 day"),
            ("the week of September 9th", "2026-09-07~2026-09-13 week"),
            ("next quarter", "2026-10-01~2026-12-31 quarter"),
            ("the last two months", "2026-06-01~2026-07-31 month"),
            ("the next three days", "2026-08-20~2026-08-22 day"),
            ("next summer", "2027-06-21~2027-09-22 quarter"),
            ("early October", "2026-10-01~2026-10-10 week"),
            ("since 2019", "2019-01-01~2019-12-31 year"),
            ("in May", "2027-05-01~2027-05-31 month"),
            ("it may rain", ""),
            ("Thanksgiving 2027", "2027-11-25 day"),
            ("Halloween", "2026-10-31 day"),
            ("Chinese New Year", "2027-02-06 day"),
            ("the 2nd floor", ""),
            ("on the first", "2026-09-01 day"),
            ("my first visit", ""),
            ("a 2 hour session", ""),
            ("2 nights", ""),
            ("between the 7th and the 9th of September", "2026-09-07~2026-09-09 day"),
            ("Oct 7 - Nov 2, 2027", "2027-10-07~2027-11-02 day"),
            ("in two weeks on Friday", "2026-09-04 day"),
            ("the last week of September", "2026-09-21~2026-09-27 week"),
            ("the third week of 2027", "2027-01-18~2027-01-24 week"),
            ("Saturdays and Sundays", "2026-08-22 day every; 2026-08-23 day every"),
            ("Easter Monday 2027", "2027-03-29 day"),
            ("version 2.7 to 2.8", ""),
        ],
        expressions,
    );
}

#[test]
fn english_times() {
    check(
        &[
            ("at half past eleven", "2026-08-19T11:30 minute"),
            ("a quarter to five tomorrow", "2026-08-20T16:45 minute"),
            ("tomorrow at twenty past two", "2026-08-20T14:20 minute"),
            ("10 minutes to 11", "2026-08-19T10:50 minute"),
            ("tomorrow from 11 to 3pm", "2026-08-20T11:00~2026-08-20T15:00 hour"),
            ("tomorrow at eleven thirty am", "2026-08-20T11:30 minute"),
            ("tomorrow at 9:15p", "2026-08-20T21:15 minute"),
            ("at 8.30pm on Friday", "2026-08-21T20:30 minute"),
            ("9 tomorrow", "2026-08-20T09:00 hour"),
            ("eight tonight", "2026-08-19T20:00 hour"),
            ("noon on Friday", "2026-08-21T12:00 hour"),
            ("in half an hour", "2026-08-19T10:30 minute"),
            ("in 2.5 hours", "2026-08-19T12:30 minute"),
            ("in an hour and a half", "2026-08-19T11:30 minute"),
            ("20 minutes ago", "2026-08-19T09:40 minute"),
            ("right now", "2026-08-19T10:00 second"),
            ("last night", "2026-08-18T18:00~2026-08-18T21:00 part"),
            ("Friday 9:00 PST", "2026-08-21 day"),
            ("13:05:20 tomorrow", "2026-08-20T13:05 second"),
            ("at 5 tomorrow afternoon", "2026-08-20T17:00 hour"),
            ("tomorrow between half past one and three", "2026-08-20T13:30~2026-08-20T15:00 minute"),
        ],
        expressions,
    );
}

#[test]
fn polish_days_and_times() {
    check(
        &[
            ("trzeciego września", "2026-09-03 day"),
            ("3-go września 2027", "2027-09-03 day"),
            ("wrzesień 3", "2026-09-03 day"),
            ("dwudziestego pierwszego października", "2026-10-21 day"),
            ("od 7 do 9 października", "2026-10-07~2026-10-09 day"),
            ("drugi wtorek października", "2026-10-13 day"),
            ("ostatni dzień września", "2026-09-30 day"),
            ("za trzy dni", "2026-08-22 day"),
            ("dwa tygodnie temu", "2026-08-05 day"),
            ("za półtorej", ""),
            ("za pół godziny", "2026-08-19T10:30 minute"),
            ("środa w przyszłym tygodniu", "2026-08-26 day"),
            ("wtorek ostatniego tygodnia", "2026-08-11 day"),
            ("ten piątek", "2026-08-21 day"),
            ("ten kwartał", "2026-07-01~2026-09-30 quarter"),
            ("następne dwa miesiące", "2026-09-01~2026-10-31 month"),
            ("jutro o piętnastej trzydzieści", "2026-08-20T15:30 minute"),
            ("jutro kwadrans po dziesiątej", "2026-08-20T10:15 minute"),
            ("jutro wpół do dwunastej", "2026-08-20T11:30 minute"),
            ("jutro za kwadrans jedenasta", "2026-08-20T10:45 minute"),
            ("jutro od 15 do 17", "2026-08-20T15:00~2026-08-20T17:00 hour"),
            ("o 18-tej w piątek", "2026-08-21T18:00 hour"),
            ("jutro o ósmej wieczorem", "2026-08-20T20:00 hour"),
            ("jutro o drugiej w nocy", "2026-08-20T02:00 hour"),
            ("w Wielki Piątek", "2027-03-26 day"),
            ("Boże Ciało", "2027-05-27 day"),
            ("w majówkę", "2027-05-01 day"),
            ("pierwszy raz", ""),
            ("mam dwa psy", ""),
            ("za dwa tygodnie w piątek", "2026-09-04 day"),
            ("w poniedziałki i środy", "2026-08-24 day every; 2026-08-26 day every"),
            ("po 3 tygodniach", ""),
        ],
        expressions,
    );
}

#[test]
fn chinese_days_and_times() {
    check(
        &[
            ("九月三号", "2026-09-03 day"),
            ("2027年9月3號", "2027-09-03 day"),
            ("下個月廿五號", "2026-09-25 day"),
            ("十月的第二个星期二", "2026-10-13 day"),
            ("大后天", "2026-08-22 day"),
            ("三天后", "2026-08-22 day"),
            ("两个星期前", "2026-08-05 day"),
            ("半小时后", "2026-08-19T10:30 minute"),
            ("一个半小时后", "2026-08-19T11:30 minute"),
            ("上两个月", "2026-06-01~2026-07-31 month"),
            ("过去三年", "2023-08-19~2026-08-18 day"),
            ("明年", "2027-01-01~2027-12-31 year"),
            ("下星期天", "2026-08-30 day"),
            ("明天上午十点一刻", "2026-08-20T10:15 minute"),
            ("明天下午三点零五", "2026-08-20T15:05 minute"),
            ("周五晚7点", "2026-08-21T19:00 hour"),
            ("明天凌晨两点", "2026-08-20T02:00 hour"),
            ("后天中午", "2026-08-21T11:30~2026-08-21T13:30 part"),
            ("春节", "2027-02-06 day"),
            ("端午節", "2027-06-09 day"),
            ("中秋节", "2026-09-25 day"),
            ("清明节", "2027-04-05 day"),
            ("国庆节", "2026-10-01 day"),
            ("母亲节", "2027-05-09 day"),
            ("第一次来", ""),
            ("晚了", ""),
            ("两周后的周五", "2026-09-04 day"),
            ("他18年10月1号出生", "2018-10-01 day"),
            ("今年下半年", "2026-07-01~2026-12-31 month"),
            ("10月12号，星期一", "2026-10-12 day"),
            ("前三天", "2026-08-16~2026-08-18 day"),
        ],
        expressions,
    );
}

#[test]
fn english_mails() {
    check(
        &[
            (
                "Hi, could you fit me in on the 3rd of September around half past two?",
                "2026-09-03T14:30 minute wish",
            ),
            (
                "I'm booked for Friday at 10. Something came up, could we push it to Monday at quarter past four?",
                "2026-08-21T10:00 hour current_booking; 2026-08-24T16:15 minute wish",
            ),
            (
                "Any time next week except Thursday would be fine.",
                "2026-08-24~2026-08-30 week wish; 2026-08-27 day excluded",
            ),
            (
                "I came in three weeks ago and would love to come again this Saturday.",
                "2026-07-29 day past; 2026-08-22 day wish",
            ),
            ("My son was born on the 2nd of May 2019.", "2019-05-02 day past"),
            (
                "Please ring me back tomorrow between 9 and 11.",
                "2026-08-20T09:00~2026-08-20T11:00 hour callback",
            ),
            ("I can make every Tuesday evening.", ""),
            ("Is the twenty-fifth at noon still free?", "2026-08-25T12:00 hour wish"),
            (
                "Either Thursday or Friday, after five.",
                "2026-08-20T17:00 hour wish; 2026-08-21T17:00 hour wish",
            ),
            (
                "I can't make my appointment on the 21st at 11am. Could we move it to the 24th, same time?",
                "2026-08-21T11:00 hour current_booking; 2026-08-24T11:00 hour wish",
            ),
            (
                "We need two slots on Friday, one at 2 and one at 3.",
                "2026-08-21T14:00 hour wish; 2026-08-21T15:00 hour wish",
            ),
            (
                "My appointment is tomorrow at 4:15pm; I will be 20 minutes late.",
                "2026-08-20T16:15 minute current_booking",
            ),
        ],
        wishes,
    );
}

#[test]
fn polish_mails() {
    check(
        &[
            (
                "Dzień dobry, chciałabym umówić się na trzeciego września o piętnastej.",
                "2026-09-03T15:00 hour wish",
            ),
            (
                "Mam wizytę w piątek o dziesiątej, czy można przełożyć ją na poniedziałek o 16.15?",
                "2026-08-21T10:00 hour current_booking; 2026-08-24T16:15 minute wish",
            ),
            ("Byłam u Państwa trzy tygodnie temu.", "2026-07-29 day past"),
            ("Pasuje mi każdy wtorek wieczorem.", ""),
            ("Proszę o telefon jutro po piętnastej.", "2026-08-20T15:00 hour callback"),
            (
                "Czy w sobotę między dziesiątą a dwunastą jest coś wolnego?",
                "2026-08-22T10:00~2026-08-22T12:00 hour wish",
            ),
            (
                "Nie mogę w czwartek, ale piątek rano mi odpowiada.",
                "2026-08-20 day excluded; 2026-08-21T09:00~2026-08-21T12:00 part wish",
            ),
            (
                "Proszę o przełożenie wizyty z 25 sierpnia na 27 sierpnia o 10:00.",
                "2026-08-25 day current_booking; 2026-08-27T10:00 minute wish",
            ),
        ],
        wishes,
    );
}

#[test]
fn chinese_mails() {
    check(
        &[
            ("您好，想約九月三號下午兩點半，請問可以嗎？", "2026-09-03T14:30 minute wish"),
            (
                "我预约了周五上午十点，想改到下周一下午四点一刻。",
                "2026-08-21T10:00 hour current_booking; 2026-08-24T16:15 minute wish",
            ),
            ("三个星期前去过贵店，想这个星期六再去一次。", "2026-07-29 day past; 2026-08-22 day wish"),
            (
                "周四不行，周五晚上可以。",
                "2026-08-20 day excluded; 2026-08-21T18:00~2026-08-21T21:00 part wish",
            ),
            ("每周二晚上都有空。", ""),
            ("请明天下午三点以后打电话给我。", "2026-08-20T15:00 hour callback"),
            ("我丈夫明天下午4点15分的预约，会晚到20分钟。", "2026-08-20T16:15 minute current_booking"),
        ],
        wishes,
    );
}

/// Words that begin a phrase, said over and over, must neither loop nor recurse.
#[test]
fn repeated_words_are_read_in_one_pass() {
    for piece in [
        "early ",
        "beginning of ",
        "the week of ",
        "3 days after ",
        "last ",
        "this ",
        "in ",
        "a half ",
        "twenty-",
        "13 to 15 ",
        "za kwadrans ",
        "w ",
        "ostatni ",
        "三天前",
        "下",
        "最后一个",
        "2014-",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        assert!(mentions(&text, &anchor(), &LEXICON).len() <= text.len());
    }
}
