//! The date grammar row by row: a sentence, and what it says. The mail is always sent on Wednesday,
//! 19 August 2026, at 10:00; shops open at 09:00. A row's expectation reads
//! `start[~end] grain role[ !]`, joined by `; `; `!` flags a weekday that contradicts its date.

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{date, time};
use madoguchi::rules::when::merge;
use madoguchi::triage::verdict::{Grain, Moment, Span, Wish};
use madoguchi::triage::when::{Anchor, Bound, Lexicon, Mention, Offered, Passage, answer, mentions, read};
use proptest::prelude::{Just, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(lexicon);

fn lexicon() -> Lexicon {
    let files = [
        (Path::new("rules/when-ja.toml"), include_str!("../rules/when-ja.toml")),
        (Path::new("rules/when-en.toml"), include_str!("../rules/when-en.toml")),
        (Path::new("rules/when-pl.toml"), include_str!("../rules/when-pl.toml")),
        (Path::new("rules/when-zh.toml"), include_str!("../rules/when-zh.toml")),
    ];
    merge(files).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn anchor() -> Anchor {
    Anchor { sent: date(2026, 8, 19).at(10, 0, 0, 0), opening: time(9, 0, 0, 0) }
}

fn whole(text: &str) -> Vec<Wish> {
    read_at(text, &[(0, text.len(), None)])
}

fn read_at(text: &str, places: &[(usize, usize, Option<&str>)]) -> Vec<Wish> {
    let passages: Vec<_> =
        places.iter().map(|&(start, end, label)| Passage { span: Span { start, end }, label }).collect();
    read(text, &passages, &anchor(), &LEXICON)
}

/// Lines `label=value` as form passages; a line without `=` has no label.
fn form(lines: &str) -> Vec<Wish> {
    let mut places = Vec::new();
    let mut at = 0;
    for line in lines.split('\n') {
        let label = line.split_once('=').map(|(label, _)| label);
        places.push((at + label.map_or(0, |label| label.len() + 1), at + line.len(), label));
        at += line.len() + 1;
    }
    read_at(lines, &places)
}

fn show(wishes: &[Wish]) -> String {
    let one = |wish: &Wish| {
        let end = wish.end.map(|end| format!("~{end}")).unwrap_or_default();
        let flag = if wish.contradicts { " !" } else { "" };
        format!("{}{end} {} {}{flag}", wish.start, wish.grain.word(), wish.role.word())
    };
    wishes.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn check(rows: &[(&str, &str)], read: impl Fn(&str) -> Vec<Wish>) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let got = show(&read(text));
        if got != *expected {
            wrong += &format!("{text:?}\n  expected {expected}\n  got      {got}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn japanese_days() {
    check(
        &[
            ("明日(28日)でお願いします", "2026-08-28 day wish !"),
            ("9月の第3土曜日にお願いします", "2026-09-19 day wish"),
            ("第2土曜でお願いします", "2026-09-12 day wish"),
            ("毎月第2土曜は通えます", ""),
            ("来週、できれば火曜でお願いします", "2026-08-24~2026-08-30 week mention; 2026-08-25 day wish"),
            ("8/27でお願いします", "2026-08-27 day wish"),
            ("８／２７でお願いします", "2026-08-27 day wish"),
            ("8月27日(木)に予約したいです", "2026-08-27 day wish"),
            ("8月27日（水）に予約したいです", "2026-08-27 day wish !"),
            ("2026年8月27日を希望します", "2026-08-27 day wish"),
            ("2026/09/03希望", "2026-09-03 day wish"),
            ("2026-09-03希望", "2026-09-03 day wish"),
            ("令和8年9月3日に伺いたいです", "2026-09-03 day wish"),
            ("令和八年九月三日に伺いたいです", "2026-09-03 day wish"),
            ("八月二十七日は空いていますか", "2026-08-27 day wish"),
            ("27日は空いていますか", "2026-08-27 day wish"),
            ("5日に予約できますか", "2026-09-05 day wish"),
            ("19日に予約できますか", "2026-08-19 day wish"),
            ("1/5に予約できますか", "2027-01-05 day wish"),
            ("8月18日に予約したい", "2027-08-18 day wish"),
            ("9月の12日は空きがありますか", "2026-09-12 day wish"),
            ("今日の予約は可能ですか", "2026-08-19 day wish"),
            ("本日伺えますか？空いていますか", "2026-08-19 day wish"),
            ("明日空いてますか", "2026-08-20 day wish"),
            ("あさってお願いできますか", "2026-08-21 day wish"),
            ("しあさってでお願いします", "2026-08-22 day wish"),
            ("来週の火曜でお願いします", "2026-08-25 day wish"),
            ("再来週の火曜でお願いします", "2026-09-01 day wish"),
            ("今週の金曜日は空いていますか", "2026-08-21 day wish"),
            ("金曜希望です", "2026-08-21 day wish"),
            ("水曜日希望です", "2026-08-26 day wish"),
            ("今度の日曜に伺いたい", "2026-08-23 day wish"),
            ("次の土曜日に伺いたい", "2026-08-22 day wish"),
            ("今週末に予約できますか", "2026-08-22~2026-08-23 day wish"),
            ("来週末に予約できますか", "2026-08-29~2026-08-30 day wish"),
            ("来週の土日で空いていますか", "2026-08-29~2026-08-30 day wish"),
            ("週明けに予約したいです", "2026-08-24 day wish"),
            ("来月3日に予約したいです", "2026-09-03 day wish"),
            ("来月の3日に予約したいです", "2026-09-03 day wish"),
            ("来月の第2火曜に予約したいです", "2026-09-08 day wish"),
            ("3日後に予約したいです", "2026-08-22 day wish"),
            ("一週間後に予約したいです", "2026-08-26 day wish"),
            ("2週間後に予約したいです", "2026-09-02 day wish"),
            ("来週予約したいです", "2026-08-24~2026-08-30 week wish"),
            ("来月予約したいです", "2026-09-01~2026-09-30 month wish"),
            ("敬老の日に伺いたいです", "2026-09-21 day wish"),
            ("クリスマスに予約したい", "2026-12-25 day wish"),
            ("元日に予約したい", "2027-01-01 day wish"),
            ("明日(20日)でお願いします", "2026-08-20 day wish"),
            ("来週土曜 8/29でお願いします", "2026-08-29 day wish"),
            ("27日水曜日でお願いします", "2026-08-27 day wish !"),
            ("2月29日に予約したい", "2028-02-29 day wish"),
            ("2月30日に予約したい", ""),
            ("13/45に予約したい", ""),
            ("令和元年5月1日に伺いました", "2019-05-01 day past"),
            ("来年1月5日に予約したい", "2027-01-05 day wish"),
            ("今年の10/5に予約したい", "2026-10-05 day wish"),
            ("にちようびに予約したい", "2026-08-23 day wish"),
            ("今週か来週の土曜に予約したい", "2026-08-22 day wish; 2026-08-29 day wish"),
            ("明日一日空いています", "2026-08-20 day wish"),
            ("27日以降で予約したい", "2026-08-27 day wish"),
        ],
        whole,
    );
}

#[test]
fn japanese_times() {
    check(
        &[
            ("23（日）14時でお願いします", "2026-08-23T14:00 hour wish"),
            (
                "18時か18時半で明日お願いできますか",
                "2026-08-20T18:00 hour wish; 2026-08-20T18:30 minute wish",
            ),
            (
                "土曜でも日曜でも大丈夫です。午前中がいいです",
                "2026-08-22T09:00~2026-08-22T12:00 part wish; 2026-08-23T09:00~2026-08-23T12:00 part wish",
            ),
            ("8/27 14時でお願いします", "2026-08-27T14:00 hour wish"),
            ("8/27の14:00でお願いします", "2026-08-27T14:00 minute wish"),
            ("8/27　１４：３０でお願いします", "2026-08-27T14:30 minute wish"),
            ("8月27日午後2時半でお願いします", "2026-08-27T14:30 minute wish"),
            ("8月27日午後二時でお願いします", "2026-08-27T14:00 hour wish"),
            ("8月27日の2時頃でお願いします", "2026-08-27T14:00 hour wish"),
            ("明日3時に伺いたいです", "2026-08-20T15:00 hour wish"),
            ("明日の朝6時に伺いたいです", "2026-08-20T06:00 hour wish"),
            ("明日の午前3時に伺いたいです", "2026-08-20T03:00 hour wish"),
            ("明日の7時に伺いたいです", "2026-08-20T07:00 hour wish"),
            ("明日の夜7時に伺いたいです", "2026-08-20T19:00 hour wish"),
            ("明日の夕方5時半に伺いたいです", "2026-08-20T17:30 minute wish"),
            ("お昼の12時、明日で空いていますか", "2026-08-20 day wish"),
            ("明日のお昼の12時は空いていますか", "2026-08-20T12:00 hour wish"),
            ("明日の13時20分でお願いします", "2026-08-20T13:20 minute wish"),
            ("明日15時以降でお願いします", "2026-08-20T15:00 hour wish"),
            ("明日15時から空いていますか", "2026-08-20T15:00 hour wish"),
            ("8/27の10時〜12時で希望", "2026-08-27T10:00~2026-08-27T12:00 hour wish"),
            ("8/27 10:00-12:00で希望", "2026-08-27T10:00~2026-08-27T12:00 minute wish"),
            ("8/27の10~12時で希望", "2026-08-27T10:00~2026-08-27T12:00 hour wish"),
            ("8/27の13時から15時の間で希望", "2026-08-27T13:00~2026-08-27T15:00 hour wish"),
            ("8/27の11時頃から2時頃まで可能です", "2026-08-27T11:00~2026-08-27T14:00 hour wish"),
            ("8/27の午後1時から7時で希望", "2026-08-27T13:00~2026-08-27T19:00 hour wish"),
            ("8/27の朝一で希望", "2026-08-27T09:00 hour wish"),
            ("8/27午前中希望", "2026-08-27T09:00~2026-08-27T12:00 part wish"),
            ("8/27の午後希望", "2026-08-27T12:00~2026-08-27T17:00 part wish"),
            ("8/27の夕方希望", "2026-08-27T16:00~2026-08-27T19:00 part wish"),
            ("8/27の夕方以降希望", "2026-08-27T16:00 part wish"),
            ("8/27の夜希望", "2026-08-27T18:00~2026-08-27T21:00 part wish"),
            ("今夜空いてますか", "2026-08-19T18:00~2026-08-19T21:00 part wish"),
            ("明日のお昼頃お願いします", "2026-08-20T11:30~2026-08-20T13:30 part wish"),
            ("明日の正午にお願いします", "2026-08-20T12:00 hour wish"),
            ("明日の午前中（10時〜11時）にお願いします", "2026-08-20T10:00~2026-08-20T11:00 hour wish"),
            ("明日PM3:00でお願いします", "2026-08-20T15:00 minute wish"),
            ("今日、今から行けますか", "2026-08-19 day wish"),
            ("8/27、14時でお願いします", "2026-08-27T14:00 hour wish"),
            ("8/27の14時30でお願いします", "2026-08-27T14:30 minute wish"),
            ("8/27の午後八時十分でお願いします", "2026-08-27T20:10 minute wish"),
            ("8/27の午後イチでお願いします", "2026-08-27T13:00 hour wish"),
            ("8/27の14時台でお願いします", "2026-08-27T14:00 hour wish"),
            ("8/27(木)14:00～15:00でお願いします", "2026-08-27T14:00~2026-08-27T15:00 minute wish"),
            ("２０２６年８月２７日（木曜日）１４時００分を希望", "2026-08-27T14:00 minute wish"),
            ("8/25 火 11:00でお願いします", "2026-08-25T11:00 minute wish"),
            ("8/25 水 11:00でお願いします", "2026-08-25T11:00 minute wish !"),
            ("8/27は14時が希望です", "2026-08-27T14:00 hour wish"),
            ("8/27なら14時以降が希望です", "2026-08-27T14:00 hour wish"),
            ("8/27(木・祝)の10時希望", "2026-08-27T10:00 hour wish"),
        ],
        whole,
    );
}

#[test]
fn japanese_composition() {
    check(
        &[
            (
                "27日か28日の10時〜12時でお願いします",
                "2026-08-27T10:00~2026-08-27T12:00 hour wish; 2026-08-28T10:00~2026-08-28T12:00 hour wish",
            ),
            (
                "27日または28日の午後でお願いします",
                "2026-08-27T12:00~2026-08-27T17:00 part wish; 2026-08-28T12:00~2026-08-28T17:00 part wish",
            ),
            (
                "27日、28日の午後でお願いします",
                "2026-08-27 day wish; 2026-08-28T12:00~2026-08-28T17:00 part wish",
            ),
            (
                "27、28日の午後でお願いします",
                "2026-08-27T12:00~2026-08-27T17:00 part wish; 2026-08-28T12:00~2026-08-28T17:00 part wish",
            ),
            ("8/27、28、29でお願いします", "2026-08-27 day wish; 2026-08-28 day wish; 2026-08-29 day wish"),
            ("9/27、28、29でお願いします", "2026-09-27 day wish; 2026-09-28 day wish; 2026-09-29 day wish"),
            ("8/27.28.29でお願いします", "2026-08-27 day wish; 2026-08-28 day wish; 2026-08-29 day wish"),
            (
                "27日（木）・28日（金）の午後希望",
                "2026-08-27T12:00~2026-08-27T17:00 part wish; 2026-08-28T12:00~2026-08-28T17:00 part wish",
            ),
            ("27日13時/15時を希望", "2026-08-27T13:00 hour wish; 2026-08-27T15:00 hour wish"),
            (
                "25日の10時以降、26日の午前中、27日は終日可能です",
                "2026-08-25T10:00 hour wish; 2026-08-26T09:00~2026-08-26T12:00 part wish; 2026-08-27 day wish",
            ),
            ("8/30か1日でお願いします", "2026-08-30 day wish; 2026-09-01 day wish"),
            ("9月10日か20日でお願いします", "2026-09-10 day wish; 2026-09-20 day wish"),
            ("27日の10時か14時でお願いします", "2026-08-27T10:00 hour wish; 2026-08-27T14:00 hour wish"),
            (
                "27日か28日の10時か14時でお願いします",
                "2026-08-27T10:00 hour wish; 2026-08-27T14:00 hour wish; 2026-08-28T10:00 hour wish; 2026-08-28T14:00 hour wish",
            ),
            (
                "27日10時、28日14時で空きはありますか",
                "2026-08-27T10:00 hour wish; 2026-08-28T14:00 hour wish",
            ),
            ("①8/27 10時②8/28 14時でお願いします", "2026-08-27T10:00 hour wish; 2026-08-28T14:00 hour wish"),
            ("来週の火曜か水曜でお願いします", "2026-08-25 day wish; 2026-08-26 day wish"),
            ("来週の月曜から水曜でお願いします", "2026-08-24~2026-08-26 day wish"),
            (
                "来週の月曜19時か火曜19時でお願いします",
                "2026-08-24T19:00 hour wish; 2026-08-25T19:00 hour wish",
            ),
            (
                "土曜と日曜どちらかの午前希望",
                "2026-08-22T09:00~2026-08-22T12:00 part wish; 2026-08-23T09:00~2026-08-23T12:00 part wish",
            ),
            ("9/1〜9/3で希望", "2026-09-01~2026-09-03 day wish"),
            ("9/1〜3で希望", "2026-09-01~2026-09-03 day wish"),
            ("9/1から9/3の18時以降で希望", "2026-09-01T18:00~2026-09-03T18:00 hour wish"),
            ("今週末の午前で希望", "2026-08-22T09:00~2026-08-23T12:00 part wish"),
            ("8/27を希望します。時間は14時以降でお願いします。", "2026-08-27T14:00 hour wish"),
            (
                "8/27か8/28を希望します。時間は14時でお願いします。",
                "2026-08-27T14:00 hour wish; 2026-08-28T14:00 hour wish",
            ),
            (
                "第一希望 8/27 10:00\n第二希望 8/28 14:00",
                "2026-08-27T10:00 minute wish; 2026-08-28T14:00 minute wish",
            ),
            (
                "第1希望日：8/27\n第1希望時間：14時\n第2希望日：8/28\n第2希望時間：15時",
                "2026-08-27T14:00 hour wish; 2026-08-28T15:00 hour wish",
            ),
            ("予約希望です\n8月27日\n14時", "2026-08-27T14:00 hour wish"),
        ],
        whole,
    );
}

#[test]
fn japanese_roles() {
    check(
        &[
            (
                "29日11時の予約を30日の同じ時間に変更できますか",
                "2026-08-29T11:00 hour current_booking; 2026-08-30T11:00 hour wish",
            ),
            (
                "29日 午前\n30日 終日\n31日 NG\nで調整お願いします",
                "2026-08-29T09:00~2026-08-29T12:00 part wish; 2026-08-30 day wish; 2026-08-31 day excluded",
            ),
            (
                "予約変更希望　8/20 15:00→8/21 16:00",
                "2026-08-20T15:00 minute current_booking; 2026-08-21T16:00 minute wish",
            ),
            ("8/20を8/21に変更希望です", "2026-08-20 day current_booking; 2026-08-21 day wish"),
            ("22日がだめなら23日でお願いします", "2026-08-22 day wish; 2026-08-23 day wish"),
            (
                "20日の15:00で予約の山田ですが、16:00に変更できますか",
                "2026-08-20T15:00 minute current_booking; 2026-08-20T16:00 minute wish",
            ),
            (
                "先週の日曜にぎっくり腰になりました。今日の18時以降で診てもらえますか",
                "2026-08-16 day past; 2026-08-19T18:00 hour wish",
            ),
            (
                "27日の予約を28日の同じ時間に変更お願いできますか",
                "2026-08-27 day current_booking; 2026-08-28 day wish",
            ),
            (
                "27日の予約と28日の予約を変更したい",
                "2026-08-27 day current_booking; 2026-08-28 day current_booking",
            ),
            (
                "10日から14日まで旅行のため、15日以降の午前中を希望します",
                "2026-09-10~2026-09-14 day excluded; 2026-09-15T09:00~2026-09-15T12:00 part wish",
            ),
            (
                "明日、明後日は出張で不在です。23日以降でお願いします",
                "2026-08-20 day excluded; 2026-08-21 day excluded; 2026-08-23 day wish",
            ),
            (
                "8/22の10時に予約しようとしましたが満席でした。8/23はどうですか",
                "2026-08-22T10:00 hour mention; 2026-08-23 day wish",
            ),
            ("8月25日の10時に、先ほど教えていただいた横浜の店までです", "2026-08-25T10:00 hour wish"),
            ("8/28は不可です", "2026-08-28 day excluded"),
            ("月曜はNGです", "2026-08-24 day excluded"),
            ("27日以外でお願いします", "2026-08-27 day excluded"),
            ("27日は都合が悪いです", "2026-08-27 day excluded"),
            ("27日は大丈夫ですが28日は無理です", "2026-08-27 day wish; 2026-08-28 day excluded"),
            ("27日、28日は行けません", "2026-08-27 day excluded; 2026-08-28 day excluded"),
            ("27日の14時は無理でしょうか", "2026-08-27T14:00 hour wish"),
            ("昨日伺いました", "2026-08-18 day past"),
            ("8月10日に伺いました", "2026-08-10 day past"),
            ("10日に購入した商品です", "2026-08-10 day past"),
            ("月曜に施術を受けた者です", "2026-08-17 day past"),
            ("先週の土曜に伺いました", "2026-08-15 day past"),
            ("3日前から腰が痛いです", "2026-08-16 day past"),
            ("27日の14時に予約しています", "2026-08-27T14:00 hour current_booking"),
            ("27日の14時の予約をキャンセルしてください", "2026-08-27T14:00 hour current_booking"),
            ("27日の予約を取り消したいです", "2026-08-27 day current_booking"),
            ("27日の予約を変更したいです", "2026-08-27 day current_booking"),
            (
                "27日の14時の予約を28日の15時に変更したいです",
                "2026-08-27T14:00 hour current_booking; 2026-08-28T15:00 hour wish",
            ),
            (
                "27日14時から28日15時に変更できますか",
                "2026-08-27T14:00 hour current_booking; 2026-08-28T15:00 hour wish",
            ),
            ("27日から28日に変更できますか", "2026-08-27 day current_booking; 2026-08-28 day wish"),
            (
                "27日の11時を12時に変更お願いします",
                "2026-08-27T11:00 hour current_booking; 2026-08-27T12:00 hour wish",
            ),
            (
                "27日の11時から12時に変更お願いします",
                "2026-08-27T11:00 hour current_booking; 2026-08-27T12:00 hour wish",
            ),
            (
                "27日の11時に予約しています。12時に変更できますか",
                "2026-08-27T11:00 hour current_booking; 2026-08-27T12:00 hour wish",
            ),
            (
                "27日が難しくなりました。28日でお願いできますか",
                "2026-08-27 day current_booking; 2026-08-28 day wish",
            ),
            ("明日の10時以降にお電話ください", "2026-08-20T10:00 hour callback"),
            ("明日の午前中に折り返しお願いします", "2026-08-20T09:00~2026-08-20T12:00 part callback"),
            ("明日が納期です", "2026-08-20 day mention"),
            ("日曜日も営業していますか", "2026-08-23 day mention"),
            ("8/27までに届きますか", "2026-08-27 day mention"),
            ("8/27の14時に予約したいのでご連絡ください", "2026-08-27T14:00 hour wish"),
            ("本日30分ほど遅れます", "2026-08-19 day current_booking"),
            ("今日行けなくなりました", "2026-08-19 day current_booking"),
            ("8/27の14時に予約をして\nいただけますか", "2026-08-27T14:00 hour wish"),
            ("8/27の14時に\n予約をお願いします", "2026-08-27T14:00 hour wish"),
        ],
        whole,
    );
}

#[test]
fn japanese_parts_of_a_date_in_a_mail() {
    check(
        &[
            ("8/3に申し込んで代金も払ったのに何も来ません", "2026-08-03 day past"),
            ("8月5日に施術してもらってから腰が軽いです", "2026-08-05 day past"),
            ("七月二十日にお世話になりました山本です", "2026-07-20 day past"),
            ("先週の木曜に転んで膝を打ちまして", "2026-08-13 day past"),
            ("12日に電話で問い合わせたら折り返すと言われました", "2026-08-12 day past"),
            (
                "前回8/7と同じ先生で、26日の11時にお願いします",
                "2026-08-07 day past; 2026-08-26T11:00 hour wish",
            ),
            (
                "この前の日曜は助かりました。来週の日曜も同じ時間で入れてもらえますか",
                "2026-08-16 day past; 2026-08-30 day wish",
            ),
            (
                "9月3日が母の誕生日なので、その前に間に合うように8月30日の10時で予約したいです",
                "2026-09-03 day mention; 2026-08-30T10:00 hour wish",
            ),
            (
                "22日に東京に着きます。23日の午前中で空きはありますか",
                "2026-08-22 day mention; 2026-08-23T09:00~2026-08-23T12:00 part wish",
            ),
            ("回数券の有効期限が8月31日です。使えますか", "2026-08-31 day mention"),
            (
                "試験が9/5にあるので、9/6の午後に伺いたいです",
                "2026-09-05 day mention; 2026-09-06T12:00~2026-09-06T17:00 part wish",
            ),
            (
                "27日は子どもの運動会なので、28日の10時でお願いします",
                "2026-08-27 day mention; 2026-08-28T10:00 hour wish",
            ),
            ("27日は仕事が休みなので14時に伺います", "2026-08-27T14:00 hour wish"),
            ("来週また連絡します", "2026-08-24~2026-08-30 week mention"),
            ("金曜までに見積もりをください", "2026-08-21 day mention"),
            ("月曜の朝までに直してください", "2026-08-24T09:00~2026-08-24T12:00 part mention"),
            ("今週中に返事をいただけると助かります", "2026-08-17~2026-08-23 week mention"),
            (
                "29日の15時に予約したいです。電話は平日の12時から13時にお願いします",
                "2026-08-29T15:00 hour wish",
            ),
            ("電話に出られるのは明日の18時以降です", "2026-08-20T18:00 hour callback"),
            (
                "連絡は明日の12時か18時以降だと助かります",
                "2026-08-20T12:00 hour callback; 2026-08-20T18:00 hour callback",
            ),
            (
                "明後日の10時に診ていただけますでしょうかお返事は電話でけっこうです",
                "2026-08-21T10:00 hour wish",
            ),
            ("折り返しのお電話は本日17時以降でお願いします", "2026-08-19T17:00 hour callback"),
            ("25日の10時に予約をとったんですが、行けなくなりました", "2026-08-25T10:00 hour current_booking"),
            (
                "25日の13時さ頼んでらったども、15時にずらしてけねが",
                "2026-08-25T13:00 hour current_booking; 2026-08-25T15:00 hour wish",
            ),
            (
                "25日の14時でとってもろてるんやけど、26日の14時に変えてもらわれへん?",
                "2026-08-25T14:00 hour current_booking; 2026-08-26T14:00 hour wish",
            ),
            ("明日の14時の分は見送らせてください", "2026-08-20T14:00 hour current_booking"),
            (
                "24日15時の予約をキャンセルしてください。31日の15時のほうはそのままでお願いします",
                "2026-08-24T15:00 hour current_booking; 2026-08-31T15:00 hour current_booking",
            ),
            ("予約している25日の10時ですが、20分ほど遅れそうです", "2026-08-25T10:00 hour current_booking"),
            (
                "お願いしていた25日の10時を、26日の同じ時間にしてもらえますか",
                "2026-08-25T10:00 hour current_booking; 2026-08-26T10:00 hour wish",
            ),
            (
                "予約が25日の14時に入っているのですが、16時に遅らせることはできますか",
                "2026-08-25T14:00 hour current_booking; 2026-08-25T16:00 hour wish",
            ),
            (
                "25日の9時半を11時に遅らせることはできますか",
                "2026-08-25T09:30 minute current_booking; 2026-08-25T11:00 hour wish",
            ),
            (
                "25日の11時で予約している山田です。同じ日の15時に変えていただけますか。難しければ翌日の15時でも大丈夫です",
                "2026-08-25T11:00 hour current_booking; 2026-08-25T15:00 hour wish; 2026-08-26T15:00 hour wish",
            ),
            (
                "予約を24日の10時から26日の18時に変更してほしいです",
                "2026-08-24T10:00 hour current_booking; 2026-08-26T18:00 hour wish",
            ),
            (
                "24日か25日の午前でお願いします。NGな日は26日と27日です",
                "2026-08-24T09:00~2026-08-24T12:00 part wish; 2026-08-25T09:00~2026-08-25T12:00 part wish; 2026-08-26 day excluded; 2026-08-27 day excluded",
            ),
            ("都合が悪いのは24日です", "2026-08-24 day excluded"),
            (
                "24日ではなく31日の10時でお願いしたはずです",
                "2026-08-24 day excluded; 2026-08-31T10:00 hour wish",
            ),
            (
                "24日は行かれへんけど、25日の昼からやったら行けます",
                "2026-08-24 day excluded; 2026-08-25T11:30 part wish",
            ),
            ("明日の11時に行ってもええ?", "2026-08-20T11:00 hour wish"),
            ("23日の10時さ予約してけろ", "2026-08-23T10:00 hour wish"),
            ("23日の16時で頼むわ", "2026-08-23T16:00 hour wish"),
            ("23日の16時、入れるやろか", "2026-08-23T16:00 hour wish"),
            ("23日の16時に予約ばしたかとですが", "2026-08-23T16:00 hour wish"),
            ("23日の16時に行こうと思うんだけど混んでる?", "2026-08-23T16:00 hour wish"),
            ("23日の16時って空いとる?", "2026-08-23T16:00 hour wish"),
            ("23日の16時に2名で", "2026-08-23T16:00 hour wish"),
            ("23日の16時に夫婦でうかがわせてください", "2026-08-23T16:00 hour wish"),
            ("23日、仕事が早く終わるので18時からお願いできますか", "2026-08-23T18:00 hour wish"),
            (
                "11/20は開いていますか？開いていたら13時からお願いしたいです",
                "2026-11-20 day mention; 2026-11-20T13:00 hour wish",
            ),
            (
                "金曜の20時って来週ならいけます?",
                "2026-08-28T20:00 hour wish; 2026-08-24~2026-08-30 week mention",
            ),
            ("では13日の14時でお願いします", "2026-09-13T14:00 hour wish"),
            ("ご提案の24日14時で結構です", "2026-08-24T14:00 hour wish"),
            ("24日14時、承知しました。よろしくお願いします", "2026-08-24T14:00 hour wish"),
            ("出発地は駅前で、24日の10時に予約してください", "2026-08-24T10:00 hour wish"),
            ("24日の10時に、駅前店を集合場所にして予約をお願いします", "2026-08-24T10:00 hour wish"),
        ],
        whole,
    );
}

#[test]
fn parts_of_a_date_in_other_languages() {
    check(
        &[
            (
                "I land in Tokyo on Monday. Could I get a session on Tuesday at 3pm?",
                "2026-08-24 day mention; 2026-08-25T15:00 hour wish",
            ),
            ("We need the quotation by 4 September.", "2026-09-04 day mention"),
            ("My voucher expires on September 30.", "2026-09-30 day mention"),
            (
                "I hurt my back on Sunday. Is there anything tomorrow at 10am?",
                "2026-08-16 day past; 2026-08-20T10:00 hour wish",
            ),
            (
                "Friday no longer works for me. Could we do Tuesday at 9am instead?",
                "2026-08-21 day excluded; 2026-08-25T09:00 hour wish",
            ),
            ("I'll have to give up tomorrow at 11 am.", "2026-08-20T11:00 hour current_booking"),
            ("If that is taken, Friday at 10:30 would also work.", "2026-08-21T10:30 minute wish"),
            ("Please ring me tomorrow after 6pm.", "2026-08-20T18:00 hour callback"),
            (
                "Saturday at noon is fine. I'm away on Sunday and Monday.",
                "2026-08-22T12:00 hour wish; 2026-08-23 day excluded; 2026-08-24 day excluded",
            ),
            (
                "My birthday is on August 28 and I'd like to book for August 27 at 5pm.",
                "2026-08-28 day mention; 2026-08-27T17:00 hour wish",
            ),
            ("Nie mogę przyjść w piątek, proszę o odwołanie wizyty.", "2026-08-21 day excluded"),
            (
                "Przylatuję w poniedziałek. Czy jest coś wolnego we wtorek o 15?",
                "2026-08-24 day mention; 2026-08-25T15:00 hour wish",
            ),
            ("Proszę dzwonić jutro po 18.", "2026-08-20T18:00 hour callback"),
            ("Jak nie, to może być w niedzielę po 13.", "2026-08-23T13:00 hour wish"),
            (
                "原来约的8月24日上午11点，想改到8月25日下午4点半",
                "2026-08-24T11:00 hour current_booking; 2026-08-25T16:30 minute wish",
            ),
            ("8月24日到日本，想预约8月25日下午3点", "2026-08-24 day mention; 2026-08-25T15:00 hour wish"),
            ("优惠券8月31日到期，还能用吗", "2026-08-31 day mention"),
            (
                "24日、25日不行，26日上午也可以",
                "2026-08-24 day excluded; 2026-08-25 day excluded; 2026-08-26T09:00~2026-08-26T12:00 part wish",
            ),
        ],
        whole,
    );
}

/// Whether the writing itself says that a date is wanted, or the role is only what nothing speaks against.
#[test]
fn what_is_wanted_in_so_many_words() {
    for (text, expected) in [
        ("27日の14時を希望します", true),
        ("27日の14時でお願いします", true),
        ("27日の14時に伺いたいです", true),
        ("27日の14時", false),
        ("27日は雨らしいです", false),
        ("Could I come in on Friday?", true),
        ("The Friday one, to be exact", false),
    ] {
        let said: Vec<bool> = whole(text).iter().map(|wish| wish.explicit).collect();
        assert_eq!(said, [expected], "{text}");
    }
    assert!(form("希望日=27日").iter().all(|wish| wish.explicit));
}

#[test]
fn not_a_date() {
    check(
        &[
            ("電話は090-1234-5678です", ""),
            ("電話は03-5551-2222です", ""),
            ("045(555)1234までお願いします", ""),
            ("〒231-0001 横浜市中区1-2-3", ""),
            ("60分コースでお願いします", ""),
            ("90分で5,000円のコースを希望します", ""),
            ("35歳です。3人で伺いたいです", ""),
            ("注文番号 20260827-12 について", ""),
            ("2時間くらいかかりますか", ""),
            ("3か月分まとめて買いたいです", ""),
            ("営業時間は10:00-19:00ですか", ""),
            ("何時まで開いていますか", ""),
            ("平日の20時以降で予約できますか", ""),
            ("毎週火曜でも良いですか", ""),
            ("2、3日で届きますか", ""),
            ("ver 3.10.2を使っています", ""),
            ("夜も眠れません", ""),
            ("今後ともよろしくお願いします", ""),
            ("1/2の量でお願いします", "2027-01-02 day wish"),
            ("14時でお願いします", ""),
            ("土日は空いていますか", ""),
        ],
        whole,
    );
}

#[test]
fn forms() {
    check(
        &[
            ("希望日=8/27\n希望時間=14時", "2026-08-27T14:00 hour wish"),
            (
                "第一希望日=8/27\n第一希望時間=14時\n第二希望日=8/28\n第二希望時間=15時",
                "2026-08-27T14:00 hour wish; 2026-08-28T15:00 hour wish",
            ),
            (
                "第一希望日=8/27\n第二希望日=8/28\n第一希望時間=14時\n第二希望時間=15時",
                "2026-08-27T14:00 hour wish; 2026-08-28T15:00 hour wish",
            ),
            ("希望日時①=8/27 10:00\n希望日時②=", "2026-08-27T10:00 minute wish"),
            ("希望時間=14時\n希望日=8/27", "2026-08-27T14:00 hour wish"),
            ("ご連絡希望時間=明日の15時\n内容=肩こりです", "2026-08-20T15:00 hour callback"),
            ("生年月日=1980/08/27", "1980-08-27 day past"),
            ("希望日=2026年8月27日 (木)\n時間帯=午前", "2026-08-27T09:00~2026-08-27T12:00 part wish"),
        ],
        form,
    );
}

#[test]
fn english() {
    check(
        &[
            (
                "My appointment is on Monday at 10:00. Can I move it to Tuesday?",
                "2026-08-24T10:00 minute current_booking; 2026-08-25 day wish",
            ),
            (
                "I need to reschedule my Friday 3pm appointment to Monday 24 August at 4pm.",
                "2026-08-21T15:00 hour current_booking; 2026-08-24T16:00 hour wish",
            ),
            ("Could I come next month on the 5th?", "2026-09-05 day wish"),
            (
                "Anything next week, ideally Tuesday or Wednesday morning?",
                "2026-08-24~2026-08-30 week mention; 2026-08-25T09:00~2026-08-25T12:00 part wish; 2026-08-26T09:00~2026-08-26T12:00 part wish",
            ),
            (
                "First choice: Sept 3 at 10am. Second choice: Sept 4 at 2pm.",
                "2026-09-03T10:00 hour wish; 2026-09-04T14:00 hour wish",
            ),
            (
                "Sorry, I can't make it tomorrow at 5. Is the day after tomorrow okay?",
                "2026-08-20T17:00 hour current_booking; 2026-08-21 day wish",
            ),
            ("I would like to book on August 27 at 2pm.", "2026-08-27T14:00 hour wish"),
            ("I would like to book on Aug. 27th at 2:30 pm.", "2026-08-27T14:30 minute wish"),
            ("Could I come on 27 August at 10 am?", "2026-08-27T10:00 hour wish"),
            ("Could I come on the 27th?", "2026-08-27 day wish"),
            ("Is Friday at 3 available?", "2026-08-21T15:00 hour wish"),
            ("Is Wednesday possible?", "2026-08-26 day wish"),
            ("Is next Tuesday possible?", "2026-08-25 day wish"),
            ("Is Tuesday next week possible?", "2026-08-25 day wish"),
            ("Do you have anything tomorrow morning?", "2026-08-20T09:00~2026-08-20T12:00 part wish"),
            ("Do you have anything tonight?", "2026-08-19T18:00~2026-08-19T21:00 part wish"),
            ("Can I come at 2pm on Friday?", "2026-08-21T14:00 hour wish"),
            (
                "Friday or Saturday afternoon would be great",
                "2026-08-21T12:00~2026-08-21T17:00 part wish; 2026-08-22T12:00~2026-08-22T17:00 part wish",
            ),
            (
                "Friday at 10am or Saturday at 3pm works for me.",
                "2026-08-21T10:00 hour wish; 2026-08-22T15:00 hour wish",
            ),
            ("Friday between 2 and 4 pm, please", "2026-08-21T14:00~2026-08-21T16:00 hour wish"),
            ("Friday after 5pm, please", "2026-08-21T17:00 hour wish"),
            ("Friday, August 28 at 11:00 please", "2026-08-28T11:00 minute wish"),
            ("Thursday, August 28 at 11:00 please", "2026-08-28T11:00 minute wish !"),
            ("I can't come on Monday, but Tuesday works.", "2026-08-24 day excluded; 2026-08-25 day wish"),
            ("Please cancel my appointment next Thursday.", "2026-08-27 day current_booking"),
            (
                "I'd like to move my appointment from Friday to Monday.",
                "2026-08-21 day current_booking; 2026-08-24 day wish",
            ),
            ("Please call me back tomorrow after 3pm.", "2026-08-20T15:00 hour callback"),
            ("I visited your clinic on August 3.", "2026-08-03 day past"),
            ("Are you open on Sunday?", "2026-08-23 day mention"),
            ("Could I come Aug 27 or 28 at 3pm?", "2026-08-27T15:00 hour wish; 2026-08-28T15:00 hour wish"),
            ("Is Tuesday the 25th possible?", "2026-08-25 day wish"),
            ("Could I come on Friday from 10 to 12?", "2026-08-21T10:00~2026-08-21T12:00 hour wish"),
            (
                "Any day except Monday works, ideally Friday before noon",
                "2026-08-24 day excluded; 2026-08-21T09:00~2026-08-21T12:00 hour wish",
            ),
            ("in 3 days, please", "2026-08-22 day wish"),
            ("How much is a 90 minute session?", ""),
            ("I may come with 2 friends", ""),
            ("We have had 24/7 pain", ""),
        ],
        whole,
    );
}

#[test]
fn polish() {
    check(
        &[
            (
                "Chciałabym przełożyć wizytę z piątku na poniedziałek o 16.",
                "2026-08-21 day current_booking; 2026-08-24T16:00 hour wish",
            ),
            (
                "Pasuje mi sobota 22.08 między 10:00 a 12:00 albo niedziela rano.",
                "2026-08-22T10:00~2026-08-22T12:00 minute wish; 2026-08-23T09:00~2026-08-23T12:00 part wish",
            ),
            ("Za tydzień w środę o 15, jeśli można.", "2026-08-26T15:00 hour wish"),
            ("Chciałbym umówić się na 27 sierpnia o 14:00.", "2026-08-27T14:00 minute wish"),
            ("Chciałabym zarezerwować wizytę na 27 sierpnia o 14.", "2026-08-27T14:00 hour wish"),
            ("Czy jest wolny termin w piątek po południu?", "2026-08-21T12:00~2026-08-21T17:00 part wish"),
            ("Czy jest wolny termin w piatek rano?", "2026-08-21T09:00~2026-08-21T12:00 part wish"),
            ("Proszę o wizytę jutro o 15.30", "2026-08-20T15:30 minute wish"),
            ("Czy pojutrze po 17 jest możliwe?", "2026-08-21T17:00 hour wish"),
            (
                "Proszę o termin we wtorek lub w środę wieczorem",
                "2026-08-25T18:00~2026-08-25T21:00 part wish; 2026-08-26T18:00~2026-08-26T21:00 part wish",
            ),
            ("Chcę przyjść w przyszły wtorek", "2026-08-25 day wish"),
            ("Proszę o termin 27.08.2026 o godz. 10", "2026-08-27T10:00 hour wish"),
            ("Chciałbym termin na 27.08", "2026-08-27 day wish"),
            ("Proszę o termin w piątek między 10 a 12", "2026-08-21T10:00~2026-08-21T12:00 hour wish"),
            ("Proszę o termin w piątek od 10 do 12", "2026-08-21T10:00~2026-08-21T12:00 hour wish"),
            ("Proszę o termin o 14:30 w czwartek", "2026-08-20T14:30 minute wish"),
            ("Niestety nie mogę w poniedziałek.", "2026-08-24 day excluded"),
            ("Muszę odwołać piątek.", "2026-08-21 day current_booking"),
            ("Wczoraj kupiłem karnet.", "2026-08-18 day past"),
        ],
        whole,
    );
}

#[test]
fn chinese() {
    check(
        &[
            (
                "我已经预约了明天下午3点，想改到后天同一时间，可以吗？",
                "2026-08-20T15:00 hour current_booking; 2026-08-21T15:00 hour wish",
            ),
            (
                "二十七号或者二十八号的十点半都可以",
                "2026-08-27T10:30 minute wish; 2026-08-28T10:30 minute wish",
            ),
            ("请问8月25日（周二）晚上7点以后还有空位吗？", "2026-08-25T19:00 hour wish"),
            ("想预约这周六下午2点到4点之间", "2026-08-22T14:00~2026-08-22T16:00 hour wish"),
            ("我想预约下周二上午10点，可以吗？", "2026-08-25T10:00 hour wish"),
            ("我想预约8月27号下午3点", "2026-08-27T15:00 hour wish"),
            ("明天下午三点半有空吗", "2026-08-20T15:30 minute wish"),
            ("想预约后天晚上", "2026-08-21T18:00~2026-08-21T21:00 part wish"),
            (
                "周五或周六下午可以吗",
                "2026-08-21T12:00~2026-08-21T17:00 part wish; 2026-08-22T12:00~2026-08-22T17:00 part wish",
            ),
            ("請問星期六有空位嗎", "2026-08-22 day wish"),
            ("我要取消周五的预约", "2026-08-21 day current_booking"),
            ("周一不行", "2026-08-24 day excluded"),
            ("周日营业吗", "2026-08-23 day mention"),
        ],
        whole,
    );
}

#[test]
fn the_words_shown_are_those_of_the_mail() {
    for (text, expected) in [
        ("希望は８月２７日（木）の１４：００〜です。", vec!["８月２７日（木）の１４：００〜"]),
        ("20日か22日の18時以降でお願いします", vec!["20日", "22日の18時以降"]),
        ("今度の日曜、お昼頃にお願いします", vec!["今度の日曜、お昼頃"]),
    ] {
        let got: Vec<String> = whole(text).into_iter().map(|wish| wish.text).collect();
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn choices_count_from_one_and_a_written_rank_wins() {
    for (text, expected) in [
        ("8/27か8/28でお願いします", vec![1, 2]),
        ("8/26は不可、8/27か8/28でお願いします", vec![1, 1, 2]),
        ("第二希望 8/28\n第一希望 8/27", vec![2, 1]),
    ] {
        let got: Vec<u32> = whole(text).into_iter().map(|wish| wish.choice).collect();
        assert_eq!(got, expected, "{text}");
    }
}

/// As [`show`], for mentions: `start[~end] grain`, with `+` for an open end, `-` for an end only, `*` for what comes
/// back, `?` for roughly.
fn mentioned(text: &str) -> String {
    let one = |mention: &Mention| {
        let end = mention.end.map(|end| format!("~{end}")).unwrap_or_default();
        let bound = match mention.bound {
            Bound::At => "",
            Bound::From => "+",
            Bound::Until => "-",
        };
        let back = if mention.recurring { "*" } else { "" };
        format!("{}{end} {}{bound}{back}", mention.start, mention.grain.word())
    };
    mentions(text, &anchor(), &LEXICON).iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn every_expression_is_mentioned() {
    let rows = [
        ("受付は15時です", "2026-08-19T15:00 hour"),
        ("9時半に電話しました", "2026-08-20T09:30 minute"),
        ("8月30日に伺います。時間は11:40で", "2026-08-30T11:40 minute"),
        ("今から2時間後", "2026-08-19T12:00 minute"),
        ("40分前に着きました", "2026-08-19T09:20 minute"),
        ("2か月と3日後", "2026-10-22 day"),
        ("半年前に通っていました", "2026-02-19 day"),
        ("3週間後の金曜", "2026-09-11 day"),
        ("過去2週間", "2026-08-05~2026-08-18 day"),
        ("今後5日間", "2026-08-20~2026-08-25 day"),
        ("4日以内に", "2026-08-19~2026-08-23 day"),
        ("2025年", "2025-01-01~2025-12-31 year"),
        ("来年の6月", "2027-06-01~2027-06-30 month"),
        ("令和10年", "2028-01-01~2028-12-31 year"),
        ("R8.9.14に", "2026-09-14 day"),
        ("26/9/14", "2026-09-14 day"),
        ("2026/10", "2026-10-01~2026-10-31 month"),
        ("第3四半期", "2026-07-01~2026-09-30 quarter"),
        ("9月上旬", "2026-09-01~2026-09-10 week"),
        ("来月末", "2026-09-24~2026-09-30 week"),
        ("10月半ば", "2026-10-11~2026-10-20 week"),
        ("来月の最終土曜", "2026-09-26 day"),
        ("11月の第2週", "2026-11-09~2026-11-15 week"),
        ("9月7日の週", "2026-09-07~2026-09-13 week"),
        ("12月から2月まで", "2026-12-01~2027-02-28 month"),
        ("2026年11月20日から12月3日まで", "2026-11-20~2026-12-03 day"),
        ("21日13時から22日10時まで", "2026-08-21T13:00~2026-08-22T10:00 hour"),
        ("22時から1時", "2026-08-19T22:00~2026-08-20T01:00 hour"),
        ("深夜1時", "2026-08-20T01:00 hour"),
        ("17時5分30秒", "2026-08-19T17:05 second"),
        ("9/3以降", "2026-09-03 day+"),
        ("9/3まで", "2026-09-03 day-"),
        ("平日の19時以降", "2026-08-19T19:00 hour+*"),
        ("毎週金曜", "2026-08-21 day*"),
        ("火・木の夜", "2026-08-25T18:00~2026-08-25T21:00 part*; 2026-08-20T18:00~2026-08-20T21:00 part*"),
        ("来週の火・木", "2026-08-25 day; 2026-08-27 day"),
        ("木に", "2026-08-20 day"),
        ("春分の日", "2027-03-21 day"),
        ("三連休に", "2026-09-19~2026-09-23 day"),
        ("連休明け", "2026-09-24 day"),
        ("年末年始", "2026-12-29~2027-01-03 day"),
        ("1/2の縮尺を3個", "2027-01-02 day"),
        ("10/20回のうち", ""),
        ("90分で6,000円", ""),
        ("思います。今里です", ""),
    ];
    let wrong: String = rows
        .iter()
        .map(|(text, expected)| (text, expected, mentioned(text)))
        .filter(|(_, expected, got)| **expected != got)
        .map(|(text, expected, got)| format!("{text:?}\n  expected {expected}\n  got      {got}\n"))
        .collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn japanese_as_it_is_typed() {
    check(
        &[
            ("0829 1400でお願いします", "2026-08-29T14:00 minute wish"),
            ("8/2916時40分でお願いします", "2026-08-29T16:40 minute wish"),
            ("8月29日14持でお願いします", "2026-08-29T14:00 hour wish"),
            ("8/29 1４;00でお願いします", "2026-08-29T14:00 minute wish"),
            ("8がつ29にち 10じはんにおねがいします", "2026-08-29T10:30 minute wish"),
            ("土よう 10じ あいてますか", "2026-08-22T10:00 hour wish"),
            ("希望は2026-08-29T14:30です", "2026-08-29T14:30 minute wish"),
            ("22日(土)、23日(日)どこか1日お願いします", "2026-08-22 day wish; 2026-08-23 day wish"),
        ],
        whole,
    );
}

#[test]
fn what_is_no_wish() {
    check(
        &[
            (
                "26日の10時でお願いします。電話は明日の12時以降にください",
                "2026-08-26T10:00 hour wish; 2026-08-20T12:00 hour callback",
            ),
            ("前回8/5と同じ先生で、28日にお願いします", "2026-08-05 day past; 2026-08-28 day wish"),
            ("22日ではなくて29日の10時でお願いします", "2026-08-22 day excluded; 2026-08-29T10:00 hour wish"),
            ("24日の朝までに直してください", "2026-08-24T09:00~2026-08-24T12:00 part mention"),
            ("今日中に直してください", "2026-08-19 day mention"),
            ("今日中に診てもらえますか", "2026-08-19 day wish"),
            (
                "9月は4日、11日なら行けます",
                "2026-09-01~2026-09-30 month mention; 2026-09-04 day wish; 2026-09-11 day wish",
            ),
            ("25日の15時はそのままでお願いします", "2026-08-25T15:00 hour current_booking"),
            ("25日の分は見送らせてください", "2026-08-25 day current_booking"),
            ("見つかれば25日に取りに伺います", "2026-08-25 day mention"),
            (
                "8月26日11時に予約しています。翌日の15時に変更できますか",
                "2026-08-26T11:00 hour current_booking; 2026-08-27T15:00 hour wish",
            ),
            (
                "23日は開いてますか？開いてたら13時から予約したいです",
                "2026-08-23 day mention; 2026-08-23T13:00 hour wish",
            ),
            ("28日にお願いします。平日の夜なら他でも", "2026-08-28 day wish"),
        ],
        whole,
    );
}

/// An answer to slots on the table, which are 27 August at 14:00 and 28 August at 10:00, or the first alone.
fn answered(text: &str, slots: usize) -> Vec<Wish> {
    let at = |day, hour| Offered {
        start: Moment::At(date(2026, 8, day).at(hour, 0, 0, 0)),
        end: None,
        grain: Grain::Hour,
    };
    let offered = [at(27, 14), at(28, 10)];
    let whole = Passage { span: Span { start: 0, end: text.len() }, label: None };
    answer(text, &[whole], &anchor(), &LEXICON, offered.get(..slots).unwrap_or(&offered))
}

#[test]
fn answers_to_what_was_offered() {
    check(
        &[
            ("15時でお願いします", "2026-08-27T15:00 hour wish"),
            ("ではその時間でお願いします", "2026-08-27T14:00 hour wish"),
            (
                "その時間は難しいので、16時だと助かります",
                "2026-08-27T14:00 hour excluded; 2026-08-27T16:00 hour wish",
            ),
            ("1時間遅らせていただけますか", "2026-08-27T15:00 hour wish"),
            ("30分早めてもらえますか", "2026-08-27T13:30 minute wish"),
            ("27日でお願いします", "2026-08-27T14:00 hour wish"),
            ("29日にできますか", "2026-08-29 day wish"),
            ("ありがとうございます", ""),
        ],
        |text| answered(text, 1),
    );
    check(
        &[
            ("2番目でお願いします", "2026-08-28T10:00 hour wish"),
            ("②でお願いします", "2026-08-28T10:00 hour wish"),
            ("第2希望でお願いします", "2026-08-28T10:00 hour wish"),
            ("早い方でお願いします", "2026-08-27T14:00 hour wish"),
            ("遅い方でお願いします", "2026-08-28T10:00 hour wish"),
            ("どちらでも大丈夫です", "2026-08-27T14:00 hour wish; 2026-08-28T10:00 hour wish"),
            ("10時でお願いします", "2026-08-28T10:00 hour wish"),
            ("28日でお願いします", "2026-08-28T10:00 hour wish"),
            // Which of the two is not said.
            ("その時間でお願いします", ""),
            ("16時でお願いします", ""),
        ],
        |text| answered(text, 2),
    );
    check(
        &[
            ("その時間でお願いします", ""),
            (
                "27日14時の予約を1時間遅らせてもらえますか",
                "2026-08-27T14:00 hour current_booking; 2026-08-27T15:00 hour wish",
            ),
        ],
        whole,
    );
}

#[test]
fn hostile_text_is_read_in_one_pass() {
    for piece in [
        "〜",
        "か",
        "1",
        "8/27、",
        "14時",
        "27日。14時。",
        "、 ",
        "第1希望",
        "(",
        "来週の",
        "2時から",
        "木曜",
        "10:00-",
        "Monday or ",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let wishes = whole(&text);
        assert!(wishes.len() <= text.len());
    }
    let spans = [(5, 2, None), (1, 2, None), (0, 999, None)];
    assert!(read_at("二十七日です", &spans).is_empty());
}

proptest! {
    #[test]
    fn any_text_yields_sound_wishes(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("8/27".to_owned()), Just("27日".to_owned()), Just("か".to_owned()), Just("、".to_owned()),
                Just("14時".to_owned()), Just("午後".to_owned()), Just("から".to_owned()), Just("来週の".to_owned()),
                Just("火曜".to_owned()), Just("(".to_owned()), Just("木)".to_owned()), Just("①".to_owned()),
                Just("に変更".to_owned()), Just("第二希望".to_owned()), Just("9999年".to_owned()), Just("\n".to_owned()),
                Just(" at 3pm on Friday ".to_owned()), Just("2月29日".to_owned()), Just("3652日後".to_owned()),
                any::<String>(),
            ],
            0..12,
        ),
    ) {
        let text = pieces.concat();
        for wish in whole(&text) {
            prop_assert_eq!(text.get(wish.span.start..wish.span.end), Some(wish.text.as_str()));
            prop_assert!(wish.choice >= 1);
        }
    }
}
