//! Workflow W5: a premium customer's mail goes to the one who knows and has room, people are warned and told once, the case
//! is moved by mail and reckoned anew, and what the supervisors take over is called back before all others.

use std::fs;

use serde_json::Value;

use crate::support::dovecot::Dovecot;
use crate::support::office::{Office, form};
use crate::support::story::{HANAKO, Post, SATO, SUZUKI, Story, TANAKA, Town, holds, instant, receivers, to};

const TAKAHASHI: &str = "takahashi@agents.example";
const JIRO: &str = "jiro@customer.example";
const SABURO: &str = "saburo@customer.example";

const CRASHES: &str = "アプリが起動しません。エラーが表示されます。バージョンは3.2です。";
const FAILS: &str = "アプリで印刷ができません。エラーが出ます。バージョンは3.1です。";
const LATE: &str = "注文番号 A-1234 の商品がまだ届きません。配送状況を教えてください。";

/// Two queues with people who know different things, and levels by tier.
const LEVELS: &str = r#"
[[agent]]
name = "高橋"
address = "takahashi@agents.example"
skills = ["技術"]
shifts = ["mon-fri 09:00-18:00"]

[[queue]]
name = "技術"
topics = ["support"]
skills = ["技術"]
mention = ["田中"]

[[queue]]
name = "注文窓口"
topics = ["order", "purchase"]
skills = ["注文"]

[level.alerts]
warn = "15m"
group = "10m"
per_hour = 3

[[level.first_response]]
within = "4h"

[[level.first_response]]
tier = "premium"
within = "1h"

[[level.resolution]]
within = "20h"

[[level.resolution]]
tier = "premium"
type = "support"
within = "6h"

[[level.resolution]]
tier = "premium"
type = "order"
within = "4h"
"#;

const CUSTOMERS: &str = "顧客番号,氏名,メールアドレス,ランク\n\
    K-1,山田 花子,hanako@customer.example,プレミアム\n\
    K-2,鈴木 次郎,jiro@customer.example,スタンダード\n\
    K-3,高橋 三郎,saburo@customer.example,プレミアム\n";

/// Gives the people of the documented config what they know.
fn staff(office: &Office) {
    office.edit("name = \"佐藤\"\n", "name = \"佐藤\"\nskills = [\"技術\"]\ncapacity = 1\n");
    office.edit("name = \"鈴木\"\n", "name = \"鈴木\"\nskills = [\"注文\"]\n");
    office.edit("agents = [\"佐藤\", \"鈴木\"]", "agents = [\"佐藤\", \"鈴木\", \"高橋\"]");
    let list = office.dir.path().join("customers.csv");
    fs::write(&list, CUSTOMERS).unwrap();
    office.work(&instant("27 09:50"));
    let taken = office.run(&["customers", "import", list.to_str().unwrap()]);
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
}

/// Everything on one machine, with real servers.
fn town() -> Story<Dovecot, Town> {
    let story = Story::in_town(&[TAKAHASHI, JIRO, SABURO], LEVELS);
    staff(&story.office);
    story
}

/// A customer fills in the form.
fn fill_in(town: &Story<Dovecot, Town>, number: u32, name: &str, address: &str, words: &str) {
    let date = "Thu, 27 Aug 2026 10:00:00 +0900";
    let mail = form(&format!("form{number}@web.example"), date, name, "", address, words);
    town.deliver("form@jitanbody.example", &mail);
}

/// Works at a minute of August 2026: exactly these people get a mail each.
fn at(town: &Story<Dovecot, Town>, day_and_time: &str, expected: &[&str]) -> Vec<Post> {
    let posts = town.at(day_and_time);
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(receivers(&posts), expected, "at {day_and_time}: {posts:#?}");
    posts
}

fn lines(town: &Story<Dovecot, Town>, arguments: &[&str]) -> Vec<Value> {
    town.says(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The case of a customer, as `case --json` shows it.
fn case_of(town: &Story<Dovecot, Town>, name: &str) -> Value {
    let cases = lines(town, &["cases", "--all", "--json"]);
    let found = cases.iter().find(|case| case["name"] == name).unwrap_or_else(|| panic!("{cases:?}"));
    let id = found["case"].as_str().unwrap();
    lines(town, &["case", id, "--json"]).remove(0)
}

/// The minute of an instant of 8/27, `11:00`: the program takes its seconds to start.
fn minute(instant: &Value) -> &str {
    instant
        .as_str()
        .and_then(|at| at.strip_prefix("2026-08-27T"))
        .and_then(|at| at.get(..5))
        .unwrap_or("never")
}

#[tokio::test(flavor = "multi_thread")]
async fn premium_mail_is_shared_out_warned_of_moved_and_told_once() {
    let town = town();

    // Two know the products: one case each, although the first has room for one only. Tanaka hears that they came.
    fill_in(&town, 1, "山田 花子", HANAKO, CRASHES);
    fill_in(&town, 2, "鈴木 次郎", JIRO, FAILS);
    fill_in(&town, 3, "高橋 三郎", SABURO, LATE);
    let asked = at(&town, "27 10:00", &[SATO, TAKAHASHI, SUZUKI, TANAKA, TANAKA]);
    let request = to(&asked, SATO);
    holds(
        &request.text,
        &["山田 花子", "キュー: 技術", "プレミアムのお客様", "初回回答の期限: 8月27日(木) 11:00"],
    );
    holds(&to(&asked, TAKAHASHI).text, &["鈴木 次郎"]);
    holds(&to(&asked, SUZUKI).text, &["高橋 三郎"]);
    let told: Vec<&Post> = asked.iter().filter(|post| post.to == TANAKA).collect();
    assert!(told.iter().all(|post| post.text.contains("「技術」に新しい件が入りました")), "{told:#?}");
    let case = case_of(&town, "山田 花子");
    for (field, expected) in [("queue", "技術"), ("tier", "premium"), ("type", "support"), ("owner", SATO)]
    {
        assert_eq!(case[field], expected, "{field}");
    }
    assert_eq!(minute(&case["first_answer"]["by"]), "11:00");
    // Six hours of business from ten, the break not counted.
    assert_eq!(minute(&case["resolution"]["by"]), "17:00");
    assert_eq!(minute(&case_of(&town, "鈴木 次郎")["first_answer"]["by"]), "15:00");

    // A quarter of an hour before: whoever has it is warned, once.
    let warned = at(&town, "27 10:46", &[SATO, SUZUKI]);
    let mail = to(&warned, SATO);
    holds(&mail.subject, &["期限のお知らせ: まもなく 1 件"]);
    holds(&mail.text, &["まもなく期限の件", "山田 花子 様", "初回回答の期限 8月27日(木) 11:00"]);
    at(&town, "27 10:50", &[]);

    // The wrong queue: moved by mail, its people are asked, the clock is reckoned anew from the beginning.
    town.answer(request, SATO, "移動 注文窓口");
    let moved = at(&town, "27 10:55", &[SATO, SUZUKI]);
    holds(&to(&moved, SATO).text, &["キューを移しました"]);
    let fresh = to(&moved, SUZUKI);
    holds(&fresh.text, &["山田 花子", "キュー: 注文窓口", "token: "]);
    let case = case_of(&town, "山田 花子");
    for (field, expected) in
        [("queue", "注文窓口"), ("type", "order"), ("topic", "support"), ("owner", SUZUKI)]
    {
        assert_eq!(case[field], expected, "{field}");
    }
    assert_eq!(minute(&case["resolution"]["by"]), "15:00");
    assert_eq!(minute(&case["first_answer"]["by"]), "11:00");
    // The token of before decides nothing any more.
    town.answer(request, SATO, "OK");
    let late = at(&town, "27 10:58", &[SATO]);
    holds(&late[0].text, &["新しい案があります"]);

    // Both premium cases are late at eleven: one mail to whoever has them, one to the supervisor, both once.
    let breached = at(&town, "27 11:01", &[SUZUKI, TANAKA]);
    for who in [SUZUKI, TANAKA] {
        let mail = to(&breached, who);
        holds(&mail.subject, &["超過 2 件"]);
        holds(&mail.text, &["期限を過ぎた件", "山田 花子 様", "高橋 三郎 様"]);
        assert!(!mail.text.contains("鈴木 次郎"), "{}", mail.text);
        assert!(!mail.text.contains("token"), "{}", mail.text);
    }
    at(&town, "27 11:02", &[]);
    at(&town, "27 11:30", &[]);
    let case = case_of(&town, "山田 花子");
    assert_eq!(case["first_answer"]["standing"], "breached");
    let told = case["told"].as_array().unwrap();
    let breach = told.iter().find(|told| told["stage"] == "breach").unwrap();
    assert_eq!(breach["told"].as_array().unwrap().len(), 2, "{breach}");
    assert_eq!(breach["owed"].as_array().unwrap().len(), 0, "{breach}");

    let queues = lines(&town, &["queues", "--json"]);
    let orders = queues.iter().find(|queue| queue["queue"] == "注文窓口").unwrap();
    assert_eq!((&orders["waiting"], &orders["people"][0]["held"]), (&Value::from(2), &Value::from(2)));
    assert_eq!(minute(&orders["next_deadline"]), "11:00");

    // Answered, the customer has the word: its clock stands, and nothing of this reached the customer.
    town.answer(fresh, SUZUKI, "OK");
    let out = at(&town, "27 11:40", &[SUZUKI, HANAKO]);
    let sent = to(&out, HANAKO);
    for inside in ["技術", "注文窓口", "プレミアム", "期限", "佐藤", "token"] {
        assert!(!sent.raw.contains(inside) && !sent.text.contains(inside), "{inside} in {}", sent.text);
    }
    let case = case_of(&town, "山田 花子");
    assert_eq!((&case["state"], &case["resolution"]["standing"]), (&"answered".into(), &"paused".into()));
    // Two hours and twenty minutes of four are left: from ten to twenty to twelve is spent.
    let left = case["resolution"]["left_seconds"].as_i64().unwrap();
    assert!((8_300..=8_460).contains(&left), "{left}");
    let shelves = town.office.shelves().await;
    holds(&shelves, &["<form1@web.example> $Chat $Handled", "<form2@web.example> $Asked $Chat"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_supervisors_take_over_is_called_back_before_all_others() {
    let story = Story::open().await;
    let config = fs::read_to_string(story.office.config()).unwrap();
    fs::write(story.office.config(), config + LEVELS).unwrap();
    staff(&story.office);
    story.hanako_asks(CRASHES);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "引継 返金を希望。責任者と話したいとのこと");
    let over = story.at("27 10:10");
    assert_eq!(receivers(&over), [SATO, TANAKA]);
    holds(&to(&over, SATO).text, &["管理者へ引き継ぎました"]);
    let request = to(&over, TANAKA);
    holds(
        &request.text,
        &["佐藤 さんからの引継です: 返金を希望。責任者と話したいとのこと", "電話: 090-1234-5678", "token: "],
    );
    let out = story.office.run(&["callbacks"]);
    assert_eq!(out.status.code(), Some(1), "the customer has heard nothing yet");

    // The first answer: somebody calls back.
    story.answer(request, TANAKA, "電話済 本日中に折り返します");
    let first = story.at("27 10:30");
    let back = first.iter().find(|post| post.text.contains("token: ")).unwrap();
    holds(&back.subject, &["【優先折り返し】", "C-"]);
    holds(&back.text, &["【優先折り返し】引き継がれた件です", "一次回答をしています"]);
    let list = story.says(&["callbacks"]);
    holds(&list, &["山田 花子", "090-1234-5678", "08-27 10:10"]);
    assert!(list.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80), "{list}");
    holds(&story.says(&["queues"]), &["技術", "佐藤 0/1", "高橋 0/10"]);

    // A second case breaks its level: the supervisor's mail has the list in it.
    story.office.deliver(&form(
        "form2@web.example",
        "Thu, 27 Aug 2026 10:00:00 +0900",
        "高橋 三郎",
        "",
        SABURO,
        LATE,
    ));
    story.at("27 10:31");
    let late = story.at("27 11:35");
    holds(&to(&late, TANAKA).text, &["期限を過ぎた件", "高橋 三郎 様", "優先折り返し", "山田 花子 様"]);

    // Called back: off the list.
    story.answer(back, TANAKA, "電話済 返金で合意");
    story.at("27 11:50");
    assert_eq!(story.office.run(&["callbacks"]).status.code(), Some(1));
    assert_eq!(story.mails_to(HANAKO), 0, "all of it by telephone");
}
