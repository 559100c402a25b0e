//! One day on every kind of server: the same story, the same ending, however the server keeps its marks.
//!
//! What the demonstration (`scripts/demo`) plays, in small: a wish to book, a question from the chat, a matter for the
//! shop, a booking by telephone, an answer of the customer, and the night report.

use crate::support::cyrus::Cyrus;
use crate::support::dovecot::Dovecot;
use crate::support::gmail::Gmail;
use crate::support::office::{DESK, form, letter};
use crate::support::server::MailServer;
use crate::support::story::{HANAKO, IKEBUKURO, REPORTS, SATO, SUZUKI, Story, TANAKA, holds, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";
const QUESTION: &str = "領収書は発行できますか。";
const SYMPTOM: &str = "池袋院でヘルニアの施術は受けられますか。足のしびれがあります。";
const TOMORROW: &str = "明日の18時に池袋院へ行きたいです。";

const JIRO: &str = "jiro@customer.example";
const SABURO: &str = "saburo@customer.example";
const SHIRO: &str = "shiro@customer.example";

/// The whole day over one server.
async fn a_day<S: MailServer>() {
    let story = Story::over(S::start_for(&["reservation1"])).await;
    let seen = |id: &str, folder: &str, marks: &[&str]| {
        let sight = story.office.sight(id);
        assert_eq!((sight.folder.as_str(), sight.marks.join(" ")), (folder, marks.join(" ")), "{id}");
    };
    let fills_in = |number: u32, name: &str, address: &str, words: &str| {
        let id = format!("form{number}@web.example");
        let date = "Thu, 27 Aug 2026 10:00:00 +0900";
        story.office.deliver(&form(&id, date, name, "03-9876-5432", address, words));
    };

    story.hanako_asks(WISH);
    fills_in(2, "鈴木 次郎", JIRO, QUESTION);
    fills_in(3, "高橋 三郎", SABURO, SYMPTOM);
    fills_in(4, "田中 四郎", SHIRO, TOMORROW);
    story.office.deliver(&letter(
        "news@shop.example",
        DESK,
        "お得な情報",
        "n1@shop.example",
        "List-Id: <news.shop.example>\nPrecedence: bulk\n",
        "今月のお知らせです。",
    ));
    let asked = story.at("27 10:05");
    let about = |agent: &str, name: &str| {
        let found: Vec<_> =
            asked.iter().filter(|post| post.to == agent && post.text.contains(name)).collect();
        assert_eq!(found.len(), 1, "{agent} about {name}");
        found[0].clone()
    };
    for number in 1..=4 {
        seen(&format!("form{number}@web.example"), "INBOX", &["$Asked", "$Chat"]);
    }
    seen("n1@shop.example", "INBOX", &[]);
    assert_eq!(
        story
            .sink
            .delivered()
            .iter()
            .filter(|mail| mail.to.iter().any(|to| to.ends_with("customer.example")))
            .count(),
        0
    );

    story.answer(&about(SATO, "山田 花子"), SATO, "OK");
    story.answer(&about(SUZUKI, "山田 花子"), SUZUKI, "OK");
    story.answer(&about(SUZUKI, "鈴木 次郎"), SUZUKI, "承認します");
    story.answer(&about(SATO, "高橋 三郎"), SATO, "店舗");
    story.answer(&about(SATO, "田中 四郎"), SATO, "OK");
    let out = story.at("27 10:20");
    for customer in [HANAKO, JIRO, SHIRO] {
        assert_eq!(story.mails_to(customer), 1, "{customer}");
    }
    holds(&to(&out, IKEBUKURO).text, &["対応します", "足のしびれ"]);
    seen("form1@web.example", "Archive", &["$AwaitingReply", "$Chat"]);
    seen("form2@web.example", "Archive", &["$Chat", "$Handled"]);
    seen("form3@web.example", "INBOX", &["$AskedShop", "$Chat"]);
    seen("form4@web.example", "Archive", &["$AwaitingReply", "$Chat"]);
    assert!(story.at("27 10:30").is_empty(), "a restart sends nothing again");

    // Somebody booked Shiro by telephone and takes the mark off; Hanako answers in the thread.
    story.office.server.unmark_by_hand("reservation1", "form4@web.example", "$AwaitingReply");
    let sent = to(&out, HANAKO).id.clone();
    let thread = format!("In-Reply-To: {sent}\nReferences: {sent}\n");
    story.office.deliver(&letter(
        HANAKO,
        DESK,
        "Re: ご予約",
        "c1@customer.example",
        &thread,
        "15時でもお願いできますか。",
    ));
    let again = story.at("27 13:00");
    holds(&to(&again, SATO).text, &["続きのメール", "15時でもお願いできますか。"]);
    seen("c1@customer.example", "INBOX", &["$Asked"]);
    seen("form1@web.example", "Archive", &["$Chat", "$Handled"]);
    let states = story.says(&["cases", "--all", "--json"]);
    for (name, state) in
        [("山田", "at_desk"), ("鈴木", "answered"), ("高橋", "at_shop"), ("田中", "converted")]
    {
        let line =
            states.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {states}"));
        holds(line, &[&format!("\"state\":\"{state}\"")]);
    }

    let night = story.at("27 22:05");
    holds(&to(&night, REPORTS).text, &["予約に至らなかったメール", "鈴木 次郎 様", "山田 花子 様"]);
    assert!(!to(&night, REPORTS).text.contains("田中 四郎"), "{}", to(&night, REPORTS).text);
    for customer in [HANAKO, JIRO, SHIRO] {
        assert_eq!(story.mails_to(customer), 1, "{customer}");
    }
    assert_eq!(story.mails_to(SABURO), 0);
    assert!(
        story
            .sink
            .delivered()
            .iter()
            .all(|mail| mail.to.iter().all(|to| to != TANAKA || to.contains("agents")))
    );

    let said = story.office.server.said();
    assert!(said.contains("UID FETCH"), "the server's log is there");
    for forbidden in ["EXPUNGE", "\\DELETED", "+FLAGS (\\SEEN", "+FLAGS.SILENT (\\SEEN", " BODY["] {
        assert!(!said.contains(forbidden), "the program said {forbidden}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_dovecot() {
    a_day::<Dovecot>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_cyrus() {
    a_day::<Cyrus>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_gmail() {
    a_day::<Gmail>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stars_on_gmail_say_once_what_the_marks_say() {
    for (star, state) in [("green-check", "taken_over"), ("purple-star", "at_shop")] {
        let story = Story::over(Gmail::start_for(&["reservation1"])).await;
        story.hanako_asks(WISH);
        story.at("27 10:05");
        let gmail = &story.office.server;
        let id = gmail.of("reservation1", "form1@web.example").unwrap().id;
        gmail.human("reservation1").star(id, star);
        let told: Vec<_> = story.at("27 10:10").into_iter().map(|post| post.to).collect();
        assert_eq!(told.is_empty(), state == "taken_over", "{star}: the staff are asked: {told:?}");
        assert!(story.state().starts_with(state), "{star}: {}", story.state());
        // The star is still there, and has had its say.
        assert!(story.at("27 10:20").is_empty(), "{star}");
        assert!(story.state().starts_with(state), "{star}: {}", story.state());
    }
}
