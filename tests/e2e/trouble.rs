//! What goes wrong: it is said clearly, and nothing is lost and nothing is doubled.

use std::fs;

use madoguchi::imap::Security;

use crate::support::dialogue::{Dialogue, opened, signed_in};
use crate::support::dovecot::Dovecot;
use crate::support::office::{DESK, SmallDisk, letter};
use crate::support::smtp_sink::{Act, At};
use crate::support::story::{HANAKO, SATO, SUZUKI, Story, TANAKA, holds, instant, receivers, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// Hanako's wish, approved by Sato at 10:10; the next run sends it.
async fn approved() -> Story {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_mail_is_marked_left_in_the_inbox_and_told_once() {
    let story = Story::open().await;
    story.office.server.deliver("reservation1", b"\r\nno header at all\r\n");
    story.hanako_asks(WISH);
    let out = story.at("27 10:05");
    assert_eq!(receivers(&out), [SATO, SUZUKI, TANAKA], "the other mail goes its way");
    holds(&to(&out, TANAKA).text, &["読み取れな", "要確認"]);
    holds(&story.office.shelves().await, &["INBOX\n   $TriagePoison\n"]);
    assert_eq!(story.at("27 10:06").len(), 0, "told once");
    story.answer(to(&out, TANAKA), TANAKA, "完了");
    story.at("27 10:30");
    assert!(!story.office.shelves().await.contains("$TriagePoison"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_sending_server_delays_and_doubles_nothing() {
    let story = approved().await;
    story.sink.play(At::Rcpt, Act::Reply("451 4.3.0 try again later"));
    assert_eq!(story.at("27 10:10").len(), 0);
    assert_eq!(story.state(), "sending");
    assert_eq!(receivers(&story.at("27 10:12")), [HANAKO, SATO]);
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_comes_back_and_only_a_person_sends_again() {
    let story = approved().await;
    story.sink.play(At::Rcpt, Act::Reply("550 5.1.1 no such user"));
    let out = story.at("27 10:10");
    let request = to(&out, SATO);
    holds(&request.text, &["断られ", "再送"]);
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("at_desk", 0));
    story.answer(request, SATO, "再送");
    story.at("27 10:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ending_nobody_saw_is_looked_for_and_then_asked_never_repeated() {
    let story = approved().await;
    story.sink.play(At::Dot, Act::DeliverAndCut);
    assert_eq!(receivers(&story.at("27 10:10")), [HANAKO], "it had arrived, but we cannot know");
    assert_eq!(story.state(), "unknown");
    story.at("27 10:11");
    story.at("27 10:13");
    let asked = story.at("27 10:25");
    holds(&to(&asked, SATO).text, &["自動で送り直すことはありません"]);
    story.answer(to(&asked, SATO), SATO, "送らない");
    story.at("27 10:30");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_ending_found_in_sent_is_a_good_one() {
    let story = approved().await;
    story.sink.play(At::Dot, Act::DeliverAndCut);
    let out = story.at("27 10:10");
    // The provider files sent mail by itself: the copy is there although the line broke.
    story.office.server.deliver("reservation1", to(&out, HANAKO).raw.as_bytes());
    story.office.move_to("INBOX", to(&out, HANAKO).id.trim_matches(['<', '>']), "Sent");
    assert_eq!(receivers(&story.at("27 10:11")), [SATO], "what came of it is asked as after any sending");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_named_and_mended_without_loss() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let secret = story.office.dir.path().join("secrets/imap");
    fs::write(&secret, "wrong").unwrap();
    // Told the time: after closing time of this day a night report would be due.
    let at = instant("27 10:00");
    for command in [&["run", "--once", "--at", &at][..], &["check"][..]] {
        let output = story.office.run(command);
        assert_eq!(output.status.code(), Some(5), "{command:?}");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        holds(&said, &["reservation1", "user name or password"]);
        assert!(!said.contains("wrong"), "a secret is never shown: {said}");
    }
    fs::write(&secret, "pass-reservation1").unwrap();
    assert_eq!(receivers(&story.at("27 10:05")), [SATO, SUZUKI]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bad_and_bye_of_the_server_are_named_by_command() {
    let story = Story::open().await;
    let mut port = story.office.server.port;
    let enough = || signed_in("IDLE UIDPLUS MOVE");
    let search = "C: UID SEARCH\n";
    for (answer, code, said) in [
        ("S: $ NO [UNAVAILABLE] not now\nW:\n", 4, "the server refused UID SEARCH (NO [UNAVAILABLE])"),
        ("S: $ BAD what\nW:\n", 4, "the server does not understand UID SEARCH (BAD)"),
        ("S: * BYE going down\n", 4, "UID SEARCH"),
    ] {
        let sent = opened("EXAMINE", "Sent", 8, 1);
        let script = format!("{}{sent}{}{search}{answer}", enough(), opened("EXAMINE", "INBOX", 7, 2));
        let server = Dialogue::start([script]).await.account(Security::Plain).port;
        story.office.edit(&format!("port = {port}\n"), &format!("port = {server}\n"));
        port = server;
        let at = instant("27 10:00");
        let output = story.office.run(&["run", "--once", "--at", &at, "--since", "2026-01-01"]);
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{log}");
        holds(&log, &["mailbox reservation1", said]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mailbox_costs_the_draft_but_not_the_answer() {
    let quota =
        "mail_plugins = quota\nplugin {\n  quota = maildir:User quota\n  quota_rule = *:storage=2K\n}";
    let story = Story::over(Dovecot::start_for(&["reservation1"], quota)).await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    assert_eq!(receivers(&asked), [SATO, SUZUKI]);
    holds(&story.office.shelves().await, &["Drafts\nSent\n"]);
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_with_a_reason_and_goes_on_when_there_is_room() {
    let story = Story::open().await;
    let Some(disk) = SmallDisk::mount(48) else {
        println!("skipped: no right to mount a small tmpfs");
        return;
    };
    let store = format!("dir = \"{}\"", disk.path().join("state").display());
    story.office.edit("dir = \"state\"", &store);
    story.at("27 10:00");
    fs::write(disk.path().join("filler"), vec![0; 48 << 20]).unwrap_err();
    story.hanako_asks(WISH);
    let at = instant("27 10:05");
    let output = story.office.run(&["run", "--once", "--at", &at]);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{log}");
    holds(&log, &["disk"]);
    assert_eq!(story.posted().len(), 0, "nothing leaves that is not written down");
    fs::remove_file(disk.path().join("filler")).unwrap();
    assert_eq!(receivers(&story.at("27 10:10")), [SATO, SUZUKI]);
}

#[tokio::test(flavor = "multi_thread")]
async fn machine_mail_is_left_alone() {
    let story = Story::open().await;
    let newsletter = letter(
        "news@shop.example",
        DESK,
        "8/29 SALE",
        "news1@shop.example",
        "List-Unsubscribe: <https://shop.example/u>\nPrecedence: bulk\n",
        "8月29日の14時からセールです。ご予約はこちら。",
    );
    let away = letter(
        HANAKO,
        DESK,
        "Auto: away",
        "away1@customer.example",
        "Auto-Submitted: auto-replied\n",
        "8月29日まで不在にしております。",
    );
    story.office.deliver(&newsletter);
    story.office.deliver(&away);
    assert_eq!(story.at("27 10:05").len(), 0, "nobody is bothered");
    holds(
        &story.office.shelves().await,
        &["INBOX\n  <away1@customer.example>\n  <news1@shop.example>\nArchive\n"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_works_with_the_right_authority_and_stops_with_a_reason_otherwise() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let dovecot = &story.office.server;
    let plain = format!("tls = \"none\"\nport = {}\n", dovecot.port);
    let plain = plain.replace("\nport", "\n# Default: by `tls`.\nport");
    story.office.edit(&plain, &format!("tls = \"implicit\"\nport = {}\n", dovecot.tls_port));
    let at = instant("27 10:00");
    let strange = story.office.run(&["run", "--once", "--at", &at, "--since", "2026-01-01"]);
    let log = String::from_utf8_lossy(&strange.stderr).into_owned();
    assert_eq!(strange.status.code(), Some(4), "{log}");
    holds(&log, &["mailbox reservation1", "no secure connection"]);
    let port = format!("port = {}\n", dovecot.tls_port);
    story.office.edit(&port, &format!("{port}ca = \"{}\"\n", dovecot.ca_file().display()));
    assert_eq!(receivers(&story.at("27 10:05")), [SATO, SUZUKI]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_sending_server_away_everything_waits_in_the_outbox() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let port = story.sink.addr.port();
    // The discard port: nobody listens there.
    story.office.edit(&format!("port = {port}\n"), "port = 9\n");
    story.at("27 10:05");
    let status = story.office.run(&["status"]);
    holds(&String::from_utf8_lossy(&status.stdout), &["daemon    not running", "outbox    ask 2"]);
    let check = story.office.run(&["check"]);
    assert_eq!(check.status.code(), Some(4));
    holds(
        &String::from_utf8_lossy(&check.stdout),
        &["ok      mailbox reservation1", "FAILED  smtp localhost:9"],
    );
    story.office.edit("port = 9\n", &format!("port = {port}\n"));
    assert_eq!(receivers(&story.at("27 10:10")), [SATO, SUZUKI]);
    assert_eq!(story.at("27 10:15").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_look_like_a_token_are_a_customers_own() {
    let story = Story::open().await;
    story.hanako_asks("アプリに「token: expired」と表示されます。予約できていますか。");
    story.at("27 10:05");
    assert_eq!(story.state(), "asked");
}
