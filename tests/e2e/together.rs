//! Several people about one case: an approval taken back, two who must approve, the record of who decided.

use crate::support::office::answer_from;
use crate::support::story::{HANAKO, IKEBUKURO, Post, SATO, SUZUKI, Story, TANAKA, holds, receivers, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// Hanako's wish, asked at 10:05 by an office with these changes of its config.
async fn asked(changes: &[(&str, &str)]) -> (Story, Vec<Post>) {
    let story = Story::open().await;
    for (from, to) in changes {
        story.office.edit(from, to);
    }
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    (story, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_taken_back_before_the_mail_leaves() {
    let (story, asked) = asked(&[("undo = \"none\"", "undo = \"30m\"")]).await;
    story.answer(to(&asked, SATO), SATO, "OK");
    let approved = story.at("27 10:20");
    assert_eq!(receivers(&approved), [SATO], "the mail waits, and the approver knows");
    holds(&to(&approved, SATO).text, &["取消"]);
    assert_eq!(story.state(), "sending");

    story.answer(to(&approved, SATO), SATO, "取消");
    let back = story.at("27 10:30");
    assert_eq!(receivers(&back), [SATO, SUZUKI]);
    assert_eq!(story.state(), "asked");
    assert!(story.at("27 11:30").is_empty(), "what was taken back never leaves");

    story.answer(to(&back, SUZUKI), SUZUKI, "OK");
    assert_eq!(receivers(&story.at("27 11:40")), [SUZUKI]);
    let out = story.at("27 12:20");
    assert!(receivers(&out).contains(&HANAKO), "{out:#?}");
    assert_eq!((story.mails_to(HANAKO), story.state().as_str()), (1, "awaiting_reply"));
    story.answer(to(&approved, SATO), SATO, "CANCEL");
    let late = story.at("27 12:30");
    holds(&to(&late, SATO).text, &["鈴木", "承認"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_writes_while_the_answer_waits_is_read_first() {
    let (story, asked) = asked(&[("undo = \"none\"", "undo = \"30m\"")]).await;
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    let again = crate::support::story::hanako("やはり30日にしてください。").replace("form1@", "form2@");
    story.office.deliver(&again.replace("10:00:00", "10:25:00"));
    let out = story.at("27 10:30");
    assert_eq!(story.mails_to(HANAKO), 0);
    assert_eq!(out.iter().filter(|post| post.to == SATO).count(), 2, "recalled, and asked anew: {out:#?}");
    assert!(story.at("27 11:30").iter().all(|post| post.to != HANAKO));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_approve_what_takes_two() {
    let (story, asked) =
        asked(&[("#two_people = [\"symptom\", \"complaint\"]", "two_people = [\"booking\"]")]).await;
    story.answer(to(&asked, SATO), SATO, "OK");
    let first = story.at("27 10:20");
    assert_eq!(receivers(&first), [SATO, SUZUKI]);
    holds(&to(&first, SATO).text, &["もう一人"]);
    story.answer(to(&first, SUZUKI), SATO, "OK");
    story.office.deliver(&answer_from(to(&asked, SATO).raw.as_bytes(), SATO, "承認"));
    story.at("27 10:30");
    assert_eq!(story.mails_to(HANAKO), 0, "one person twice is one person");
    story.answer(to(&first, SUZUKI), SUZUKI, "OK");
    story.at("27 10:40");
    assert_eq!(story.mails_to(HANAKO), 1);
    assert!(story.at("27 12:50").iter().all(|post| post.to != TANAKA));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_who_decided_and_its_head_proves_it() {
    let (story, asked) = asked(&[]).await;
    let number = to(&asked, SATO).subject.split("C-").nth(1).unwrap()[..10].to_owned();
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    let trail = story.says(&["audit", &format!("C-{number}")]);
    holds(&trail, &["承認 r1 -> sending", "sato@agents.example", "rehearsal", "arrived -> drafted"]);
    assert!(!trail.contains("山田") && !trail.contains(HANAKO), "{trail}");
    assert!(trail.lines().all(|line| line.chars().count() <= 80), "{trail}");

    let reports = story.at("28 22:05");
    let report = reports.iter().find(|post| post.text.contains("記録 ")).unwrap();
    let head = report.text.split("記録 ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    holds(&story.says(&["audit", "verify", "--head", &head]), &["head ", "is in the chain"]);
    holds(&story.says(&["audit", "verify", "--json"]), &["\"breaks\":[]"]);

    let other = head.replace(&head[head.len() - 4..], "ffff");
    let told = story.office.run(&["audit", "verify", "--head", &other]);
    assert_eq!(told.status.code(), Some(1), "{}", String::from_utf8_lossy(&told.stderr));
    assert_eq!(story.office.run(&["audit", "verify", "--head", "12"]).status.code(), Some(2));
    assert_eq!(story.office.run(&["audit", "C-0000000000"]).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_asked_and_their_word_is_a_note_whatever_it_says() {
    let (story, asked) = asked(&[]).await;
    story.answer(to(&asked, SATO), SATO, "確認 @鈴木 この時間で出してよいですか");
    let out = story.at("27 10:20");
    let question = to(&out, SUZUKI);
    holds(&question.text, &["佐藤", "この時間で出してよいですか", "山田 花子"]);

    story.answer(question, SUZUKI, "OK");
    let heard = story.at("27 10:30");
    assert_eq!((story.mails_to(HANAKO), story.state().as_str()), (0, "asked"), "a word is no approval");
    holds(&to(&heard, SATO).text, &["鈴木", "OK", "token: "]);

    story.answer(to(&heard, SATO), SATO, "OK");
    let sent = story.at("27 10:40");
    assert!(!to(&sent, HANAKO).text.contains("出してよいですか"), "questions stay in the house");
    story.answer(question, SUZUKI, "遅くなりました、よいと思います");
    let late = story.at("27 10:50");
    holds(&to(&late, SATO).text, &["鈴木", "遅くなりました、よいと思います"]);
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_answers_in_its_own_words_and_the_desk_reads_them() {
    let story = Story::open().await;
    story.hanako_asks("8月29日の14時に池袋院を予約したいのですが、空いていますか。");
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "店舗");
    let out = story.at("27 10:20");
    story.answer(to(&out, IKEBUKURO), IKEBUKURO, "29日は14時が空いています。担当は山本です。");
    let heard = story.at("27 10:30");
    for agent in [SATO, SUZUKI] {
        holds(&to(&heard, agent).text, &["29日は14時が空いています。"]);
    }
    assert_eq!((story.mails_to(HANAKO), story.state().as_str()), (0, "at_shop"));
    story.answer(to(&out, IKEBUKURO), IKEBUKURO, "対応します");
    story.at("27 10:40");
    assert_eq!(story.state(), "referred");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_away_is_not_asked_until_they_speak_again() {
    let (story, asked) = asked(&[]).await;
    let raw = to(&asked, SUZUKI).raw.clone();
    let away = answer_from(raw.as_bytes(), SUZUKI, "本日は休暇をいただいております。")
        .replace("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version");
    story.office.deliver(&away);
    assert!(story.at("27 10:20").is_empty(), "the others have it");
    let second = |id: &str| {
        let mail = crate::support::story::hanako(WISH).replace("form1@", id);
        mail.replace("山田 花子", "林 次郎").replace(HANAKO, &format!("{id}customer.example"))
    };
    story.office.deliver(&second("form2@"));
    assert_eq!(receivers(&story.at("27 10:30")), [SATO]);
    story.answer(to(&asked, SUZUKI), SUZUKI, "メモ 戻りました");
    story.at("27 10:40");
    story.office.deliver(&second("form3@"));
    assert_eq!(receivers(&story.at("27 10:50")), [SATO, SUZUKI]);
}
