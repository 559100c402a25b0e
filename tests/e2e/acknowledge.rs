//! Customers are told that their mail has come: what the mail says and carries, who never gets one, and that two desks
//! facing each other fall silent.

use std::fs;
use std::path::Path;

use madoguchi::mime;

use crate::support::dkim::Signer;
use crate::support::dovecot::Dovecot;
use crate::support::office::{DESK, Daemon, Office, form, letter};
use crate::support::postfix::{Postfix, Setup, send};
use crate::support::smtp_sink::{Act, At};
use crate::support::story::{HANAKO, Post, SATO, SUZUKI, Story, TANAKA, holds, instant, receivers, to};

const QUESTION: &str = "領収書は発行できますか。";

/// An office that acknowledges.
async fn telling() -> Story {
    let story = Story::open().await;
    story.office.edit("enabled = false\n", "enabled = true\n");
    story.at("27 09:50");
    story
}

/// Hanako writes herself, on 8/27 at 11:00 by her clock.
fn writes(story: &Story, id: &str, subject: &str, extra: &str, words: &str) {
    story.office.deliver(&letter(HANAKO, DESK, subject, id, extra, words));
}

fn told(posts: &[Post]) -> Vec<&Post> {
    posts.iter().filter(|post| post.to.ends_with("customer.example")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_hears_by_when_and_nothing_of_what_was_written() {
    let story = telling().await;
    writes(&story, "h1@customer.example", "receipt for Yamada", "", QUESTION);
    let posts = story.at("27 11:06");
    let mail = to(&posts, HANAKO);
    // Four hours of business from 11:06, lunch not counted: the same day at 16:06, and so by ten past.
    holds(&mail.text, &["JITANBODY整体院", "8月27日(木) 16:10", "03-1234-5678", "自動で送信しています"]);
    for (name, expected) in [
        ("Auto-Submitted", Some("auto-replied")),
        ("X-Auto-Response-Suppress", Some("All")),
        ("In-Reply-To", Some("<h1@customer.example>")),
        ("Reply-To", Some("<reservation1@jitanbody.example>")),
        ("Precedence", None),
    ] {
        assert_eq!(mail.header(name).as_deref(), expected, "{name}");
    }
    assert!(mail.id.starts_with("<ack.") && mail.id.ends_with("@jitanbody.example>"), "{}", mail.id);
    let sent = story.sink.delivered();
    let envelope = sent.iter().find(|sent| sent.to == [HANAKO]).unwrap();
    assert_eq!(envelope.from, "", "what nobody wrote need not come back");
    let case = story.case()["case"].as_str().unwrap().to_owned();
    for word in ["Yamada", "receipt", "領収書", "Re:", &case] {
        assert!(!format!("{}{}", mail.subject, mail.text).contains(word), "{word}");
    }
    assert_eq!(story.state(), "asked", "an acknowledgement answers nothing");

    // Once, whatever is run again; and not for what is written after it.
    writes(&story, "h2@customer.example", "one more thing", "", "領収書は二枚お願いします。");
    assert_eq!(told(&story.at("27 11:10")).len(), 0);
    // Another matter, another case: the address has had its mail for today.
    story.office.deliver(&form(
        "f9@web.example",
        "Thu, 27 Aug 2026 11:20:00 +0900",
        "",
        "",
        HANAKO,
        "駐車場はありますか。",
    ));
    assert_eq!(told(&story.at("27 11:25")).len(), 0);
    // Whoever answers it is in the same matter.
    writes(
        &story,
        "h3@customer.example",
        "Re: 受付",
        &format!("In-Reply-To: {}\n", mail.id),
        "分かりました。",
    );
    story.at("27 11:40");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_acknowledged_in_the_customers_language_and_not_as_an_answer() {
    let story = telling().await;
    story.office.edit("case_number = false", "case_number = true");
    let words = "Good morning, do you issue receipts? I would like to have one for my company. Thank you.";
    story.office.deliver(&form(
        "f1@web.example",
        "Thu, 27 Aug 2026 17:30:00 +0900",
        "Ann Lee",
        "",
        "ann@customer.example",
        words,
    ));
    story.hanako_asks(QUESTION);
    let posts = story.at("27 17:36");
    let mail = to(&posts, "ann@customer.example");
    // Business ends at six: the rest of the four hours is on Friday, after lunch.
    holds(&mail.text, &["answer you by Fri 28 Aug 13:40", "Your reference: "]);
    assert_eq!((mail.header("In-Reply-To"), mail.header("References")), (None, None));
    holds(&to(&posts, HANAKO).text, &["8月28日(金) 13:40", "受付番号 "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_form_that_somebody_vouches_for_reaches_the_customer() {
    let story = Story::open().await;
    story.office.edit("enabled = false\n", "enabled = true\n");
    story.office.edit("auth = \"none\"", "auth = \"dkim\"\nresolver = \"zone:zone\"");
    let signer = Signer::new("jitanbody.example", "form", 1);
    fs::write(story.office.dir.path().join("zone"), signer.zone()).unwrap();
    story.at("27 09:50");
    let fills_in = |number: u32, by: Option<&Signer>| {
        let (id, address) = (format!("f{number}@web.example"), format!("c{number}@customer.example"));
        let mail = form(&id, "Thu, 27 Aug 2026 11:00:00 +0900", "山田 花子", "", &address, QUESTION);
        story.office.deliver(&by.map_or(mail.clone(), |by| by.sign(&mail).replace("\r\n", "\n")));
    };
    fills_in(1, None);
    fills_in(2, Some(&Signer::new("jitanbody.example", "form", 2)));
    fills_in(3, Some(&Signer::new("evil.example", "form", 1)));
    fills_in(4, Some(&signer));
    let posts = story.at("27 11:05");
    let told: Vec<&str> = told(&posts).iter().map(|post| post.to.as_str()).collect();
    assert_eq!(told, ["c4@customer.example"], "every form is worked, one is acknowledged");
    assert_eq!(story.says(&["cases", "--json"]).lines().count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_from_which_mail_came_back_is_never_told_again() {
    let story = telling().await;
    story.hanako_asks(QUESTION);
    let told_first = to(&story.at("27 11:05"), HANAKO).id.clone();
    let report = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.customer.example\nTo: {DESK}\nSubject: Undelivered\n\
         Date: Thu, 27 Aug 2026 11:06:00 +0900\nMessage-ID: <dsn1@mx.customer.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nno such user\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.customer.example\n\n\
         Final-Recipient: rfc822; {HANAKO}\nAction: failed\nStatus: 5.1.1\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {told_first}\n\n--b--\n"
    );
    story.office.deliver(&report);
    let log = story.office.work(&instant("27 11:10"));
    holds(&log, &["A mail of ours came back."]);
    assert_eq!(story.state(), "asked", "the case goes on");
    story.posted();
    // Two days later the budget is there again, and the address is not.
    let date = "Sat, 29 Aug 2026 11:00:00 +0900";
    story.office.deliver(&form("f2@web.example", date, "", "", "taro@customer.example", QUESTION));
    story.office.deliver(&form(
        "f3@web.example",
        date,
        "",
        "",
        &HANAKO.to_uppercase(),
        "駐車場は何台分ありますか。",
    ));
    story.office.edit("window = \"14d\"", "window = \"1d\"");
    let log = story.office.work(&instant("29 11:05"));
    let posts = story.posted();
    holds(&log, &["why=\"budget of the address\""]);
    assert_eq!(told(&posts).len(), 1, "{:?}", receivers(&posts));
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_strangers_and_old_mail_get_none() {
    let story = telling().await;
    for (number, extra) in [
        "Auto-Submitted: auto-generated\n",
        "Precedence: bulk\n",
        "X-Loop: somebody@elsewhere.example\n",
        "X-Madoguchi-Ref: reply.C-1\n",
        "List-Id: <list.customer.example>\n",
        "X-Auto-Response-Suppress: All\n",
    ]
    .iter()
    .enumerate()
    {
        let from = format!("person{number}@customer.example");
        let mail = letter(&from, DESK, "問い合わせ", &format!("m{number}@customer.example"), extra, QUESTION);
        story.office.deliver(&mail);
    }
    // Nobody reads what goes there; the form of a robot that is not ours; mail that was copied from elsewhere.
    for (from, id) in [("no-reply@customer.example", "n1"), ("robot@elsewhere.example", "n2")] {
        let words = format!("お名前：山田\nメールアドレス：hana@customer.example\n内容：{QUESTION}");
        story.office.deliver(&letter(from, DESK, "お問い合わせ", &format!("{id}@x.example"), "", &words));
    }
    let old = letter("old@customer.example", DESK, "質問", "old@customer.example", "", QUESTION);
    story.office.deliver(&old.replace("27 Aug 2026 11:00", "25 Aug 2026 11:00"));
    let posts = story.at("27 11:05");
    assert_eq!(told(&posts).len(), 0, "{:?}", receivers(&posts));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_leave_now_leaves_soon_or_never() {
    let story = telling().await;
    let refuse = || (0..9).for_each(|_| story.sink.play(At::Rcpt, Act::Reply("451 4.3.0 try again later")));
    writes(&story, "h1@customer.example", "receipt", "", QUESTION);
    refuse();
    assert_eq!(told(&story.at("27 11:05")).len(), 0);
    story.sink.behave();
    assert_eq!(told(&story.at("27 11:10")).len(), 1);

    story.office.deliver(&letter("taro@customer.example", DESK, "質問", "t1@customer.example", "", QUESTION));
    refuse();
    assert_eq!(told(&story.at("27 11:20")).len(), 0);
    story.sink.behave();
    let late = story.at("27 12:25");
    assert!(!late.is_empty() && told(&late).is_empty(), "{:?}", receivers(&late));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ending_that_nobody_saw_is_no_reason_to_say_it_twice() {
    let story = telling().await;
    writes(&story, "h1@customer.example", "receipt", "", QUESTION);
    (0..9).for_each(|_| story.sink.play(At::Dot, Act::DeliverAndCut));
    story.at("27 11:05");
    story.sink.behave();
    story.at("27 11:10");
    story.at("27 11:40");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_went_out_it_is_never_sent_again() {
    let story = telling().await;
    writes(&story, "h1@customer.example", "receipt", "", QUESTION);
    (0..9).for_each(|_| story.sink.play(At::Dot, Act::DeliverAndHang));
    let daemon = story.office.start(&["--at", &instant("27 11:05")]);
    // Two requests and the acknowledgement lie at the server, which says nothing.
    story.sink.wait_for(3).await;
    assert_eq!(story.mails_to(HANAKO), 1);
    drop(daemon);
    story.sink.behave();
    story.at("27 11:10");
    story.at("27 11:40");
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_brings_silence_and_the_operator_hears_of_it() {
    let story = telling().await;
    story.office.edit("storm = { mails = 100,", "storm = { mails = 4,");
    for number in 0..8 {
        let from = format!("p{number}@customer.example");
        let id = format!("p{number}@customer.example");
        story.office.deliver(&letter(&from, DESK, "質問", &id, "", &format!("{QUESTION}{number}")));
    }
    let mut daemon = story.office.start(&["--at", &instant("27 11:05")]);
    daemon.wait_for("Told the operator of a storm.");
    daemon.stop();
    let posts = story.posted();
    assert!(told(&posts).len() < 4, "{:?}", receivers(&posts));
    assert_eq!(posts.iter().filter(|post| post.subject.contains("受付メールを止めました")).count(), 1);
}

/// Templates of its own, and an acknowledgement that could be anybody's mail.
fn say_it_like_a_person(office: &Office) {
    let (shipped, own) =
        (Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), office.dir.path().join("own"));
    fs::create_dir(&own).unwrap();
    for file in fs::read_dir(&shipped).unwrap().map(|file| file.unwrap().path()) {
        fs::copy(&file, own.join(file.file_name().unwrap())).unwrap();
    }
    let words = "---\nsubject = \"予約の件\"\npurpose = \"acknowledgement\"\n---\n領収書を{{ answer_by }}までに発行できますか。\n";
    fs::write(own.join("acknowledgement.txt"), words).unwrap();
    office.edit(
        &format!("templates = \"{}\"", shipped.display()),
        &format!("templates = \"{}\"", own.display()),
    );
}

/// Two desks on one machine, each of which takes the other for a customer.
struct Neighbours {
    ours: Office,
    theirs: Office,
    postfix: Postfix,
}

const THEIRS: &str = "kamome@kamome.example";

impl Neighbours {
    /// `strip`: a server on the way removes every field by which machines know each other, and their words do not say it
    /// either.
    fn build(mail: &Path, strip: bool) -> Self {
        let location = format!("mail_location = maildir:{}/%n", mail.display());
        let here = Dovecot::start_for(&["reservation1", "sato", "suzuki", "tanaka"], &location);
        let there = Dovecot::start_for(&["kamome"], &location);
        let checks = mail.join("header_checks");
        fs::write(
            &checks,
            "/^(Auto-Submitted|X-Auto-Response-Suppress|X-Madoguchi-Ref|Precedence):/ IGNORE\n",
        )
        .unwrap();
        let strip =
            if strip { format!("header_checks = regexp:{}\n", checks.display()) } else { String::new() };
        let postfix = Postfix::start_with(&Setup {
            users: &[
                DESK,
                THEIRS,
                "p1@customer.example",
                "p2@customer.example",
                "p3@customer.example",
                SATO,
                SUZUKI,
                TANAKA,
                "it@jitanbody.example",
                "it@kamome.example",
            ],
            mail_root: Some(mail),
            owner: Some(here.owner()),
            extra: &format!("{strip}smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination"),
        })
        .unwrap_or_else(|why| panic!("{why}"));
        let ours = Office::with(here, postfix.port, "");
        let theirs = Office::with(there, postfix.port, "");
        theirs.edit("jitanbody.example", "kamome.example");
        theirs.edit("reservation1", "kamome");
        fs::write(theirs.dir.path().join("secrets/imap"), "pass-kamome").unwrap();
        for office in [&ours, &theirs] {
            if !strip.is_empty() {
                say_it_like_a_person(office);
            }
            office.edit("enabled = false\n", "enabled = true\n");
            office.edit("per_address = \"1/1d\"", "per_address = \"50/1d\"");
        }
        Self { ours, theirs, postfix }
    }

    fn send(&self, from: &str, to: &str, mail: &str) {
        send(self.postfix.port, from, to, mail);
    }

    /// Mails of one desk in the mailbox of the other.
    fn said(&self, at: &str, by: &str) -> usize {
        let from = |mail: &Vec<u8>| {
            let letter = mime::letter(mail).unwrap();
            letter.from.iter().any(|from| from.address == by)
                && letter.message_id.is_some_and(|id| !id.as_str().starts_with("forged"))
        };
        self.postfix.mails(at).iter().filter(|mail| from(mail)).count()
    }

    /// A customer writes to a desk and hears of it: everything before has been worked off.
    fn probe(&self, daemon: &mut Daemon, to: &str, number: usize) {
        let from = format!("p{number}@customer.example");
        let id = format!("probe.{from}");
        self.send(&from, to, &letter(&from, to, "質問", &id, "", QUESTION));
        self.postfix.wait_for(&format!("p{number}"), 1).unwrap();
        daemon.wait_for("Told a customer that a mail has come.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_desks_facing_each_other_fall_silent() {
    // Which fields get lost on the way, and to whom somebody writes in the other's name.
    for (strip, forged, expected) in [
        (false, vec![(THEIRS, DESK)], (1, 0)),
        // Nothing but the empty envelope sender is left to know it by.
        (true, vec![(THEIRS, DESK)], (1, 0)),
        (true, vec![(THEIRS, DESK), (DESK, THEIRS)], (1, 1)),
    ] {
        let mail = tempfile::Builder::new().prefix("madoguchi-mail-").tempdir().unwrap();
        let town = Neighbours::build(mail.path(), strip);
        let at = ["--at", &instant("27 11:00")];
        let (mut ours, mut theirs) = (town.ours.start(&at), town.theirs.start(&at));
        for (from, to) in &forged {
            let id = format!("forged.{}@elsewhere.example", to.split('@').next().unwrap());
            town.send(from, to, &letter(from, to, "質問", &id, "", QUESTION));
        }
        ours.wait_for("Told a customer that a mail has come.");
        town.postfix.wait_for("kamome", 1).unwrap();
        town.probe(&mut theirs, THEIRS, 1);
        town.probe(&mut ours, DESK, 2);
        town.probe(&mut theirs, THEIRS, 3);
        let (ours, theirs) = (ours.stop(), theirs.stop());
        let said = (town.said("kamome", DESK), town.said("reservation1", THEIRS));
        assert_eq!(said, expected, "stripped: {strip}, forged: {forged:?}\n{ours}\n{theirs}");
    }
}
