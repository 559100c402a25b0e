//! Workflow W4 on real servers: a complaint from the customer's mail to the report that ends it, with people who have no
//! account; and what happens when nobody moves.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::office::{DESK, form, header, letter};
use crate::support::story::{HANAKO, Post, REPORTS, SATO, SUZUKI, Story, TANAKA, holds, receivers, to};

const QUALITY: &str = "hinshitsu@works.example";
const PURCHASE: &str = "kobai@works.example";
const DIRECTOR: &str = "yakuin@works.example";
const SELLER: &str = "hanbai@works.example";
const PLANT: &str = "plant@kiln.example";
const MANAGER: &str = "bucho@works.example";

/// People without any account, one type, and the topic that opens it.
const COMPLAINTS: &str = r#"
[[contact]]
name = "営業部長"
address = "bucho@works.example"
[[contact]]
name = "品質"
address = "hinshitsu@works.example"
[[contact]]
name = "購買"
address = "kobai@works.example"
[[contact]]
name = "役員"
address = "yakuin@works.example"
[[contact]]
name = "販売 山本"
address = "hanbai@works.example"
[[contact]]
name = "窯元"
address = "plant@kiln.example"

[complaint]
[[complaint.type]]
name = "品質"
topics = ["complaint"]
people = ["営業部長", "品質", "購買", "役員"]
responsible = "品質"
manager = "営業部長"
seller = "販売 山本"
"#;

const WORDS: &str = "届いた皿が割れていました。責任を取ってください。\n注文番号：A-1001\n商品：九谷焼の皿\n発生日：8月26日\n\
    要求 1：代わりの皿を送ってほしい\n要求 2：原因を知りたい";

async fn open() -> Story {
    let story = Story::open().await;
    let config = fs::read_to_string(story.office.config()).unwrap();
    fs::write(story.office.config(), config + COMPLAINTS).unwrap();
    story
}

/// Compares with a file; `UPDATE_EXPECT=1` writes it.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/golden").join(name);
    expect_test::expect_file![path].assert_eq(text);
}

/// What goes out without numbers that differ from run to run.
fn steady(text: &str, case: &Value) -> String {
    let number = case["case"].as_str().unwrap();
    text.replace(number, "XXXXXXXXXX")
}

/// The mails to somebody among these whose text holds a word.
fn about<'p>(posts: &'p [Post], address: &str, word: &str) -> &'p Post {
    let found: Vec<&Post> =
        posts.iter().filter(|post| post.to == address && post.text.contains(word)).collect();
    assert_eq!(found.len(), 1, "{word} to {address}: {posts:#?}");
    found[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_goes_from_the_mail_to_the_report() {
    let people = [QUALITY, PURCHASE, DIRECTOR, SELLER, PLANT, MANAGER];
    let story = Story::in_town(&people, COMPLAINTS);
    let mail = format!("今日中にお返事がない場合は、消費生活センターに相談します。{WORDS}");
    let date = "Thu, 27 Aug 2026 10:00:00 +0900";
    let mail = form("form1@web.example", date, "山田 花子", "090-1234-5678", HANAKO, &mail);
    story.deliver("form@jitanbody.example", &mail);
    // Everybody is told at once, and the desk is asked about the first answer as ever.
    let posts = story.at("27 10:05");
    assert_eq!(receivers(&posts), [MANAGER, SELLER, QUALITY, PURCHASE, SATO, SUZUKI, DIRECTOR]);
    let case = story.case();
    assert_eq!(case["complaint"]["severity"], "urgent");
    assert_eq!(case["complaint"]["waits_for"], "proposal");
    let told = to(&posts, QUALITY);
    holds(
        &told.text,
        &["苦情を受け付けました", "注文番号: A-1001", "1. 代わりの皿を送ってほしい", "案 内容"],
    );
    assert!(told.text.starts_with("【至急】"), "{}", told.text);
    // Two business days after Thursday the 27th.
    holds(&told.text, &["対応の完了: 8月29日(土) 14:00", "原因と対策: 9月4日(金) 18:00"]);

    // The first answer leaves while the complaint goes on.
    story.answer(to(&posts, SATO), SATO, "OK");
    story.at("27 10:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("complaint", 1));

    // The solution, split into two tasks; one of the people has no account and no place in the config's desk.
    story.answer(
        told,
        QUALITY,
        "案\n要求 1: 新しい皿を8月28日に発送します。\n要求 2: 調査の結果をこの書面でお知らせします。\n\n窯元には内緒の値引きを頼む\n\
         作業 @窯元 8/28 皿を1枚焼き直して送る\n作業 @購買 8/29 梱包材を調べる",
    );
    let posts = story.at("27 11:00");
    let task = about(&posts, PLANT, "作業 1 をお願いします").clone();
    // Somebody who only has a task gets the task, and nothing of the customer's.
    holds(&task.text, &["1. 窯元 8月28日(金)まで: 皿を1枚焼き直して送る", "期限: 8月28日(金)まで"]);
    for word in ["内緒", HANAKO, "A-1001", "九谷焼", "割れて", "代わりの皿", "山田"] {
        assert!(!task.text.contains(word), "{word}: {}", task.text);
    }
    let second = about(&posts, PURCHASE, "作業 2 をお願いします").clone();
    let named = about(&posts, DIRECTOR, "対応案と作業");
    holds(&named.text, &["1. 窯元 8月28日(金)まで: 皿を1枚焼き直して送る", "異議 理由"]);

    // The plant objects, and the responsible person decides again.
    story.answer(&task, PLANT, "異議 焼き直すには一週間かかります");
    let posts = story.at("27 13:00");
    let objected = about(&posts, QUALITY, "異議がありました").clone();
    holds(&objected.text, &["窯元 さん（作業 1）: 焼き直すには一週間かかります"]);
    assert_eq!(story.case()["complaint"]["waits_for"], "objection");
    story.answer(&objected, QUALITY, "作業 @窯元 8/28 在庫の皿を送る");
    let posts = story.at("27 14:00");
    about(&posts, PLANT, "作業 1 は取りやめです");
    let third = about(&posts, PLANT, "作業 3 をお願いします").clone();

    // A task's mail decides nothing but its task.
    story.answer(&third, PLANT, "原因 窯の温度が低かった");
    let posts = story.at("27 14:10");
    holds(&to(&posts, PLANT).text, &["受け付けられませんでした"]);
    assert_eq!(story.case()["complaint"]["cause"], Value::Null);

    // Nobody moves: the reminder reaches whoever owes the task, then the others.
    let posts = story.at("29 00:30");
    about(&posts, PLANT, "期限を過ぎています: 作業 3");
    assert!(!receivers(&posts).contains(&HANAKO));
    let posts = story.at("29 08:00");
    about(&posts, MANAGER, "待っている相手: 窯元");
    let listed: Value = serde_json::from_str(&story.says(&["complaints", "--json"])).unwrap();
    assert_eq!((listed["who"].as_str(), listed["reminders"].as_u64()), (Some("窯元"), Some(2)));

    // Both tasks are closed by mail; the seller and the sales manager hear of it.
    story.answer(&third, PLANT, "済 在庫の皿を宅配便で送りました。伝票 1234");
    let posts = story.at("29 09:00");
    for reader in [SELLER, MANAGER, QUALITY] {
        holds(
            &about(&posts, reader, "作業 3 が終わりました").text,
            &["窯元 さん: 在庫の皿を宅配便で送りました"],
        );
    }
    story.answer(&second, PURCHASE, "済 緩衝材が半分の厚さでした");
    let posts = story.at("29 09:30");
    let lead = about(&posts, QUALITY, "作業 2 が終わりました").clone();
    holds(&story.says(&["complaints"]), &["2/2", "explanation", "not sent"]);
    let night = story.says(&["report", "night", "--date", "2026-08-29", "--dry-run"]);
    golden("complaints-open.txt", &steady(&section(&night), &story.case()));

    // Cause and prevention are the responsible person's; the manager approves them, and nobody else.
    story.answer(
        &lead,
        QUALITY,
        "原因 緩衝材が薄く、輸送中の衝撃を受け止められませんでした。\n対策 緩衝材を二重にし、出荷の前に確かめます。",
    );
    let posts = story.at("29 10:00");
    let asked = about(&posts, MANAGER, "原因と対策の承認をお願いします").clone();
    story.answer(&asked, QUALITY, "OK");
    story.at("29 10:05");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("complaint", 1));
    story.answer(&asked, MANAGER, "承認");
    let posts = story.at("29 10:10");
    about(&posts, QUALITY, "原因と対策が承認されました");

    // The report is a draft like any other: shown, approved, sent once.
    let draft = to(&posts, SATO).clone();
    holds(&draft.text, &["ご指摘の件についてのご報告", "新しい皿を8月28日に発送します。"]);
    for word in ["取り下げました", "本日中"] {
        assert!(!draft.text.contains(word), "the first answer was sent two days ago: {}", draft.text);
    }
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("asked", 1));
    story.answer(&draft, SATO, "OK");
    let posts = story.at("29 10:30");
    let report = to(&posts, HANAKO);
    golden("complaint-report.txt", &format!("{}\n\n{}", report.subject, report.text));
    for word in ["窯元", "内緒", "伝票", "購買", "半分の厚さ", "hinshitsu", "token", "C-"] {
        assert!(!report.text.contains(word), "{word}: {}", report.text);
    }
    for reader in [QUALITY, MANAGER, SELLER, PURCHASE, DIRECTOR] {
        let told = about(&posts, reader, "対策報告をお客様へ送りました");
        assert!(!told.text.contains("至急"), "nothing is left to do: {}", told.text);
    }

    // It is over, once, and says so everywhere.
    let case = story.case();
    assert_eq!((case["state"].as_str(), story.mails_to(HANAKO)), (Some("closed"), 2));
    assert_eq!(
        (&case["complaint"]["report"], &case["complaint"]["approved"]),
        (&"sent".into(), &true.into())
    );
    assert_eq!(case["complaint"]["tasks_done"], 2);
    holds(&story.says(&["complaints", "--all"]), &["sent"]);
    // What came with a token of somebody else's lies where it was refused.
    let shelves = story.office.shelves().await;
    holds(&shelves, &["INBOX\n  <hinshitsu.", "<form1@web.example> $Chat $Handled"]);
    assert_eq!(shelves.split("Archive").next().unwrap().lines().count(), 2, "{shelves}");
    story.answer(&third, PLANT, "済 もう一度");
    let posts = story.at("29 11:00");
    holds(&to(&posts, PLANT).text, &["対応中の苦情はありません"]);
    let posts = story.at("29 22:05");
    golden("complaints-sent.txt", &steady(&section(&to(&posts, REPORTS).text), &case));
    assert_eq!(story.mails_to(HANAKO), 2);
}

/// The part of a night report that is about complaints.
fn section(report: &str) -> String {
    let from = report.find("■苦情").unwrap_or_else(|| panic!("{report}"));
    let part = &report[from..];
    part[..part.find("\n記録").unwrap_or(part.len())].trim_end().to_owned() + "\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_opens_one_and_hears_at_once_what_is_missing() {
    let story = open().await;
    story.hanako_asks("領収書の宛名を変えられますか。");
    let asked = story.at("27 10:05");
    assert!(story.case()["complaint"].is_null());
    story.answer(to(&asked, SATO), SATO, "苦情 品質 通常\n注文番号: B-2\n販売担当: 販売 山本");
    let posts = story.at("27 10:20");
    assert_eq!(receivers(&posts), [MANAGER, SELLER, QUALITY, PURCHASE, SATO, DIRECTOR]);
    let missing = to(&posts, SATO);
    holds(&missing.text, &["記入項目が足りません", "商品", "発生日", "要求", "注文番号: B-2"]);
    // An open complaint is ended by no ordinary word.
    story.answer(to(&asked, SATO), SATO, "完了");
    holds(&to(&story.at("27 10:30"), SATO).text, &["苦情対応中のため「完了」では終了できません"]);
    // The deadline of the missing fields reaches the desk, and the rest completes it.
    let posts = story.at("28 18:30");
    holds(&about(&posts, SUZUKI, "期限を過ぎています: 記入項目").text, &["待っている相手: 担当者全員"]);
    story.answer(missing, SATO, "苦情\n商品: 椀\n発生日: 8/25\n要求: 交換");
    let posts = story.at("29 09:00");
    holds(&about(&posts, QUALITY, "苦情を受け付けました").text, &["商品: 椀", "1. 交換"]);
    assert_eq!(story.case()["complaint"]["waits_for"], "proposal");
    // A further demand is one more, and everybody hears of it.
    story.answer(missing, SATO, "苦情 至急\n要求: お詫び状");
    let posts = story.at("29 09:10");
    holds(
        &about(&posts, QUALITY, "苦情の種類、緊急度、要求のどれかが変わりました").text,
        &["種類: 品質 至急", "1. 交換\n2. お詫び状", "対応の完了: 8月29日(土) 14:00"],
    );
    // The manager ends it: no report, and everybody knows why.
    story.answer(
        about(&story_posts(&story), MANAGER, "苦情の種類、緊急度、要求のどれかが変わりました"),
        MANAGER,
        "苦情終了 お客様が取り下げました",
    );
    let posts = story.at("29 10:00");
    holds(&about(&posts, QUALITY, "報告なしで終了しました").text, &["理由: お客様が取り下げました"]);
    assert_eq!(story.case()["complaint"]["report"], "none");
    assert_eq!(story.mails_to(HANAKO), 0);
    assert!(receivers(&posts).iter().all(|reader| *reader != TANAKA));
}

/// The newest mail to everybody, whatever was read before.
fn story_posts(story: &Story) -> Vec<Post> {
    let mut newest: Vec<Post> = Vec::new();
    for mail in story.sink.delivered() {
        let post = Post::of(&mail.to, &mail.bytes);
        newest.retain(|known| known.to != post.to);
        newest.push(post);
    }
    newest
}

/// A delivery report of her server about one mail of ours.
fn undelivered(about: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@customer.example\nTo: {DESK}\nSubject: Undelivered\n\
         Message-ID: <dsn.{}\nDate: Sun, 30 Aug 2026 10:31:00 +0900\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nNo such user.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.customer.example\n\n\
         Final-Recipient: rfc822; {HANAKO}\nAction: failed\nStatus: 5.1.1\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {about}\n\n--b--\n",
        about.trim_start_matches('<')
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_told_in_a_reply_ends_with_the_report_that_an_agent_sends_from_drafts() {
    let story = open().await;
    story.hanako_asks("領収書の宛名を変えられますか。");
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    let ours = to(&story.at("27 10:20"), HANAKO).id.clone();
    assert!(story.case()["complaint"].is_null());
    // Her reply tells it; what stands below her words is none of them.
    let below = format!("{WORDS}\n\nOn Thu, 27 Aug 2026 at 10:20, {DESK} wrote:\n> 要求 3：引用です");
    let reference = format!("In-Reply-To: {ours}\nReferences: {ours}\n");
    story.office.deliver(&letter(
        HANAKO,
        DESK,
        "Re: お問い合わせ",
        "r1@customer.example",
        &reference,
        &below,
    ));
    let posts = story.at("27 11:00");
    let told = to(&posts, QUALITY).clone();
    holds(&told.text, &["注文番号: A-1001", "1. 代わりの皿を送ってほしい", "2. 原因を知りたい"]);
    assert!(!told.text.contains("引用です"), "{}", told.text);
    story.answer(to(&posts, SATO), SATO, "電話済 お詫びしました");

    story.answer(
        &told,
        QUALITY,
        "案\n要求 1: 新しい皿を送ります。\n要求 2: この書面でお知らせします。\n作業 @購買 8/29 皿を送る",
    );
    let posts = story.at("27 12:00");
    story.answer(about(&posts, PURCHASE, "作業 1 をお願いします"), PURCHASE, "済 送りました");
    story.answer(&told, QUALITY, "原因 緩衝材が薄かったためです。\n対策 二重にします。");
    let posts = story.at("27 13:00");
    story.answer(about(&posts, MANAGER, "原因と対策の承認をお願いします"), MANAGER, "承認");
    let asked = story.at("27 14:00");
    holds(&to(&asked, SATO).text, &["ご指摘の件についてのご報告"]);

    // A mail program sends the draft: the customer has the report, and nobody is asked for it again.
    let draft = story.office.only_mail("Drafts").await;
    let report = header(&draft, "Message-ID").unwrap();
    story.office.delete("Drafts", "draft.");
    story.office.put("Sent", "\\Seen", &draft);
    let posts = story.at("27 14:20");
    about(&posts, QUALITY, "対策報告をお客様へ送りました");
    holds(&about(&posts, SATO, "手で返信済みです").text, &["お返事は要りません"]);
    let case = story.case();
    assert_eq!((case["state"].as_str(), &case["complaint"]["report"]), (Some("closed"), &"sent".into()));
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 15:00");
    assert_eq!(story.mails_to(HANAKO), 1, "the answer of the first day");

    // It comes back: she does not have it.
    story.office.deliver(&undelivered(&ours));
    story.at("27 16:00");
    assert_eq!(story.case()["complaint"]["report"], "sent", "another mail of the case came back");
    story.office.deliver(&undelivered(&report));
    let posts = story.at("27 17:00");
    assert!(receivers(&posts).contains(&SATO), "{posts:#?}");
    let case = story.case();
    assert_eq!((case["state"].as_str(), &case["complaint"]["report"]), (Some("at_desk"), &"unsent".into()));
}
