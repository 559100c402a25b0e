//! `backtest --mailbox` on a real Dovecot: what it reads, and that it leaves everything as it was.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a missing line fails the test")]

mod support;

use madoguchi::triage::id::MessageId;
use serde_json::Value;
use support::dovecot::Dovecot;
use support::office::{DESK, Office};

fn mail(id: &str, from: &str, to: &str, text: &str) -> String {
    let date = jiff::Zoned::now().strftime("%a, %d %b %Y %H:%M:%S %z");
    format!(
        "Date: {date}\nFrom: {from}\nTo: {to}\nSubject: {id}\nMessage-ID: <{id}@mails.example>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}

/// How often the clients said something to the server.
fn count(office: &Office, verb: &str) -> usize {
    office.server.said().matches(verb).count()
}

#[tokio::test]
async fn a_mailbox_is_compared_and_left_as_it_was() {
    let junk = "namespace inbox {\n  mailbox Junk {\n    auto = create\n    special_use = \\Junk\n  }\n}";
    let office = Office::with(Dovecot::start_for(&["reservation1"], junk), 1, "");
    office.deliver(&mail("price", "a@c.example", DESK, "料金を教えてください。"));
    office.deliver(&mail("slot", "b@c.example", DESK, "来月の5日の15時に予約したいです。"));
    office.deliver(&mail("towels", "news@shop.example", DESK, "新作タオルが入荷しました。"));
    office.deliver(&mail("casino", "win@shop.example", DESK, "すごい賞品が待っています。"));
    office.deliver(&mail("open", "d@c.example", DESK, "日曜も営業していますか。"));
    let mut desk = office.mailbox();
    let id = MessageId::parse("answer@jitanbody.example").unwrap();
    let answer = mail("answer", DESK, "a@c.example", "料金は一回六千円です。").replace('\n', "\r\n");
    desk.file_sent(answer.as_bytes(), &id).await.unwrap();
    desk.leave().await;
    office.flag("INBOX", "slot@mails.example", "+FLAGS", "$AwaitingReply");
    office.flag("INBOX", "towels@mails.example", "+FLAGS", "$Junk");
    office.move_to("INBOX", "slot@mails.example", "Archive");
    office.move_to("INBOX", "casino@mails.example", "Junk");
    // A machine sign more than is in force.
    let rules = office.dir.path().join("new");
    std::fs::create_dir(&rules).unwrap();
    for entry in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, rules.join(path.file_name().unwrap())).unwrap();
        }
    }
    let sign = "[[machine]]\nname = \"towels\"\nbecause = \"newsletter\"\nany = [\"入荷しました\"]\n";
    std::fs::write(rules.join("house.toml"), sign).unwrap();

    let before = office.shelves().await;
    let verbs = ["SELECT", "STORE", "APPEND", "MOVE", "COPY", "CREATE", "CLOSE", "EXPUNGE"];
    let said: Vec<usize> = verbs.iter().map(|verb| count(&office, verb)).collect();
    let arguments = [
        "backtest",
        "--mailbox",
        "reservation1",
        "--since",
        "30d",
        "--json",
        "--rules",
        rules.to_str().unwrap(),
    ];
    let output = office.run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let text = String::from_utf8(output.stdout).unwrap();
    let all: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = all.last().unwrap();
    for (key, expected) in
        [("mails", 5), ("answers", 1), ("changed", 1), ("known", 4), ("old_right", 2), ("new_right", 3)]
    {
        assert_eq!(summary[key], expected, "{key}: {text}");
    }
    assert_eq!(
        (all[0]["judged"].as_str(), all[0]["people"].as_str()),
        (Some("better"), Some("junk")),
        "{text}"
    );
    assert!(all[0]["mail"].as_str().unwrap().starts_with("INBOX "), "{text}");

    assert_eq!(office.shelves().await, before, "marks and folders are as they were");
    let after: Vec<usize> = verbs.iter().map(|verb| count(&office, verb)).collect();
    assert_eq!(after, said, "only looked: {verbs:?}");
    assert!(office.server.said().contains("EXAMINE") && office.server.said().contains("BODY.PEEK[]"));
    assert!(!office.server.said().contains(" BODY["));
    assert!(!office.dir.path().join("state").exists(), "nothing is remembered");
}
