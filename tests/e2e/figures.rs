//! A day's figures (workflow W2): people confirm their own, the supervisor gets the sum, and nothing comes twice.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use mail_parser::{MessageParser, MimeHeaders};

use crate::support::office::form;
use crate::support::smtp_sink::{Act, At};
use crate::support::story::{Post, SATO, SUZUKI, Story, TANAKA, holds, receivers, to};

const ENABLE: (&str, &str) = ("#enabled = true\n# When people get", "enabled = true\n# When people get");

async fn open() -> Story {
    let story = Story::open().await;
    story.office.edit(ENABLE.0, ENABLE.1);
    story
}

/// Hanako's wish is answered by Sato in a quarter of an hour, an inquiry by Suzuki on the telephone in seven minutes.
async fn a_day() -> Story {
    let story = open().await;
    story.hanako_asks("8月29日の14時に新宿院を予約したいのですが、空いていますか。");
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    let sent = story.at("27 10:20");
    story.office.deliver(&form(
        "form2@web.example",
        "Thu, 27 Aug 2026 11:00:00 +0900",
        "鈴木 次郎",
        "03-9876-5432",
        "jiro@customer.example",
        "領収書は発行できますか。",
    ));
    let asked = story.at("27 11:05");
    story.answer(to(&asked, SUZUKI), SUZUKI, "電話済 発行できると案内");
    story.at("27 11:12");
    // It took longer than the machine can know.
    story.answer(to(&sent, SATO), SATO, "時間 25m");
    let told = story.at("27 11:20");
    holds(&to(&told, SATO).text, &["対応時間を直しました"]);
    story
}

/// The lines of a report that name a case.
fn cases(post: &Post) -> Vec<String> {
    post.text.lines().filter(|line| line.starts_with("C-")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_confirm_their_day_and_the_supervisor_gets_the_sum_once() {
    let story = a_day().await;
    assert_eq!(story.at("27 17:40").len(), 0, "not before its time");
    let asked = story.at("27 17:46");
    assert_eq!(receivers(&asked), [SATO, SUZUKI], "only who did something is asked");
    let (sato, suzuki) = (to(&asked, SATO), to(&asked, SUZUKI));
    holds(&sato.subject, &["[窓口]", "8月27日", "本日の件数・対応時間"]);
    holds(&sato.text, &["1件、合わせて25分です。", "25分 (訂正)", "山田 花子"]);
    holds(&suzuki.text, &["1件、合わせて7分です。", "7分 ・ 鈴木 次郎"]);
    assert_eq!(story.at("27 17:47").len(), 0, "once");

    story.answer(sato, SATO, "OK");
    let case = cases(suzuki)[0].split(' ').next().unwrap().to_owned();
    story.answer(suzuki, SUZUKI, &format!("時間 {case} 10分"));
    let told = story.at("27 17:55");
    holds(&to(&told, SATO).text, &["ご確認ありがとうございます", "このとおり記録しました"]);
    holds(&to(&told, SUZUKI).text, &["1件の時間を直しました", "1件、合わせて10分です。", "10分 (訂正)"]);
    let shelves = story.office.shelves().await;
    assert!(!shelves.contains("Re: [窓口]"), "answers leave the inbox:\n{shelves}");

    let summary = story.at("27 18:46");
    let summary = to(&summary, TANAKA);
    holds(&summary.text, &["2人で2件、合わせて35分です。", "全員が確認しました。", "17:55 訂正して確認"]);
    holds(&summary.raw, &["Content-ID: <figures.png>", "multipart/mixed"]);
    let mail = MessageParser::default().parse(summary.raw.as_bytes()).unwrap();
    let html = mail.body_html(0).unwrap();
    holds(&html, &["cid:figures.png", "alt=\"担当者別の件数と対応時間の棒グラフ", "佐藤 1件 25分。"]);
    assert!(html.len() < 20_000);
    let file = |end: &str| {
        mail.attachments()
            .find(|part| part.attachment_name().is_some_and(|name| name.ends_with(end)))
            .unwrap()
    };
    assert!(file(".png").contents().starts_with(b"\x89PNG"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file(".xlsx").contents())).unwrap();
    let people = book.worksheet_range("担当者別").unwrap();
    let counted: Vec<(String, String)> =
        people.rows().skip(1).map(|row| (row[0].to_string(), row[1].to_string())).collect();
    assert_eq!(
        counted,
        [("佐藤", "1"), ("鈴木", "1"), ("合計", "2")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    let named = book.worksheet_range("案件").unwrap();
    assert!(named.rows().any(|row| row[3] == "鈴木 次郎"));
    assert!(book.worksheet_formula("案件").unwrap().is_empty());
    for later in ["27 18:47", "27 20:00"] {
        assert_eq!(story.at(later).len(), 0, "once: {later}");
    }

    // The same figures by command, on the store itself.
    let shown = story.says(&["figures", "--day", "2026-08-27"]);
    holds(&shown, &["佐藤", "0:25", "0:10", "合計"]);
    let csv = story.says(&["figures", "--day", "2026-08-27", "--format", "csv", "--table", "cases"]);
    holds(&csv, &["\u{feff}\"日付\"", "\"0:25:00\",\"訂正\"", "\"鈴木 次郎\""]);
    let own = story.says(&["figures", "--week", "2026-W35", "--person", "鈴木", "--json"]);
    let own: serde_json::Value = serde_json::from_str(&own).unwrap();
    assert_eq!((own["handled"].as_u64(), own["seconds"].as_u64()), (Some(1), Some(600)));
    let file = story.office.dir.path().join("august.xlsx");
    story.says(&["figures", "--month", "2026-08", "--format", "xlsx", "--out", file.to_str().unwrap()]);
    assert!(Xlsx::new(Cursor::new(std::fs::read(file).unwrap())).is_ok());
    let nobody = story.office.run(&["figures", "--day", "2026-08-26"]);
    assert_eq!(nobody.status.code(), Some(1), "nobody handled anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_changes_nothing_and_is_said_so() {
    let story = a_day().await;
    let asked = story.at("27 17:46");
    let sato = to(&asked, SATO);
    let case = cases(to(&asked, SUZUKI))[0].split(' ').next().unwrap().to_owned();
    story.answer(sato, SATO, "OKですか?");
    holds(&to(&story.at("27 17:50"), SATO).text, &["読み取れませんでした", "OKですか?", "何もしていません"]);
    // A case of somebody else's.
    story.answer(sato, SATO, &format!("{case} 5m"));
    holds(&to(&story.at("27 17:52"), SATO).text, &["この日の案件にありません", &case]);
    // The words of a request mean nothing here, and a report of a colleague is nobody else's to confirm.
    story.answer(sato, SATO, "完了");
    holds(&to(&story.at("27 17:53"), SATO).text, &["読み取れない行: 完了"]);
    story.answer(sato, SUZUKI, "OK");
    assert_eq!(story.at("27 17:54").len(), 0, "a token of another person's is refused");
    let summary = story.at("27 18:46");
    let summary = to(&summary, TANAKA);
    holds(&summary.text, &["本人がまだ確認していません: 佐藤", "鈴木", "未確認", "合わせて32分"]);
    // Late is better than never, and says so.
    story.answer(to(&asked, SUZUKI), SUZUKI, "OK");
    holds(
        &to(&story.at("27 19:00"), SUZUKI).text,
        &["ご確認ありがとうございます", "集計はもう送られています"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_cut_is_told_and_not_repeated() {
    let story = a_day().await;
    story.sink.play(At::Dot, Act::Cut);
    let out = story.at("27 17:46");
    let asked: Vec<&Post> = out.iter().filter(|post| post.subject.contains("本日の件数")).collect();
    assert_eq!(asked.len(), 1, "the other was cut");
    let token = asked[0].id.split('-').next_back().unwrap().split('@').next().unwrap();
    assert!(
        !to(&out, TANAKA).raw.contains(token) && !to(&out, TANAKA).raw.contains("ask."),
        "no token leaves twice"
    );
    holds(&to(&out, TANAKA).text, &["届いたか分かりません", "madoguchi figures --day 2026-08-27"]);
    assert_eq!(story.at("27 17:50").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_slept_through_the_evening_asks_nobody_and_says_so() {
    let story = a_day().await;
    let late = story.at("27 19:30");
    assert_eq!(receivers(&late), [TANAKA]);
    holds(&to(&late, TANAKA).text, &["予定に遅れて", "依頼なし", "2人で2件"]);
    assert_eq!(story.at("29 19:30").iter().filter(|post| post.to == SATO).count(), 0);
}
