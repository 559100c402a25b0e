//! Who may say OK: answers with a good signature, with none, with a server's word, and while DNS is down.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::dkim::Signer;
use crate::support::office::answer_as;
use crate::support::story::{HANAKO, Post, SATO, Story, holds, instant, receivers, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// Who hears of trouble in the documented config.
const OPERATOR: &str = "it@jitanbody.example";

fn signer() -> Signer {
    Signer::new("agents.example", "key-of-august", 1)
}

/// An office that asks for this, with one open request. The zone publishes the agents' key.
async fn asked(auth: &str) -> (Story, Vec<Post>) {
    let story = Story::open().await;
    story.office.edit("auth = \"none\"", auth);
    publish(&story, &signer().zone());
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    (story, asked)
}

fn publish(story: &Story, zone: &str) {
    fs::write(story.office.dir.path().join("zone"), zone).unwrap();
}

/// Everything the journal holds.
fn journal(story: &Story) -> String {
    fn read(folder: &std::path::Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => read(&path, text),
                false => text.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap())),
            }
        }
    }
    let mut text = String::new();
    read(&story.office.dir.path().join("state"), &mut text);
    text
}

const OWN_CHECK: &str = "auth = \"dkim\"\nresolver = \"zone:zone\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_answer_approves_and_the_journal_keeps_the_proof() {
    let (story, asked) = asked(OWN_CHECK).await;
    let answer = answer_as("ok@agents.example", to(&asked, SATO).raw.as_bytes(), SATO, "OK");
    story.office.deliver(&signer().sign(&answer).replace("\r\n", "\n"));
    assert_eq!(receivers(&story.at("27 10:20")), [HANAKO, SATO]);
    holds(&journal(&story), &["key-of-august", "agents.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_answer_decides_nothing_is_answered_by_nobody_and_stays_where_it_is() {
    let (story, asked) = asked(OWN_CHECK).await;
    let request = to(&asked, SATO).raw.clone();
    let answer = |id: &str, words: &str| answer_as(id, request.as_bytes(), SATO, words);
    let signed = signer().sign(&answer("changed@agents.example", "NG")).replace("\r\n", "\n");
    for forged in [
        answer("unsigned@agents.example", "OK"),
        Signer::new("agents.example", "key-of-august", 2)
            .sign(&answer("key@agents.example", "OK"))
            .replace("\r\n", "\n"),
        Signer::new("evil.example", "key-of-august", 1)
            .sign(&answer("domain@agents.example", "OK"))
            .replace("\r\n", "\n"),
        signed.replace("\nNG\n", "\nOK\n"),
        format!(
            "Authentication-Results: mx.agents.example; dmarc=pass header.from=agents.example\n{}",
            answer("results@agents.example", "OK")
        ),
    ] {
        story.office.deliver(&forged);
    }
    let log = story.office.work(&instant("27 10:20"));
    assert!(story.posted().is_empty(), "a forger hears nothing");
    for why in ["dkim_unsigned", "dkim_broken", "dkim_unaligned", "dkim_body"] {
        holds(&log, &[why, "Refused an answer to a request."]);
    }
    assert!(!log.contains(SATO), "{log}");
    assert_eq!(story.state(), "asked");
    holds(&story.office.shelves().await, &["INBOX\n", "<unsigned@agents.example>"]);
    // The request stands, and its token is not used up.
    story.office.deliver(&signer().sign(&answer("ok@agents.example", "OK")).replace("\r\n", "\n"));
    assert_eq!(receivers(&story.at("27 10:30")), [HANAKO, SATO]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_dns_is_down_an_answer_waits_and_counts_afterwards() {
    let (story, asked) = asked(OWN_CHECK).await;
    let check = |story: &Story| String::from_utf8(story.office.run(&["check"]).stdout).unwrap();
    holds(&check(&story), &["ok      [approval] resolver"]);
    publish(&story, "* FAIL\n");
    holds(&check(&story), &["FAILED  [approval] resolver: DNS says nothing about agents.example"]);
    let answer = answer_as("ok@agents.example", to(&asked, SATO).raw.as_bytes(), SATO, "OK");
    story.office.deliver(&signer().sign(&answer).replace("\r\n", "\n"));
    let log = story.office.work(&instant("27 10:20"));
    holds(&log, &["the answer waits"]);
    assert!(story.at("27 10:25").is_empty(), "a restart changes nothing");
    assert_eq!(story.state(), "asked");
    publish(&story, &signer().zone());
    assert_eq!(receivers(&story.at("27 10:40")), [HANAKO, SATO]);
    assert_eq!(story.at("27 10:50").len(), 0);
    assert_eq!(story.mails_to(HANAKO), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_word_that_waits_is_heard_before_a_later_one() {
    let (story, asked) = asked(OWN_CHECK).await;
    let request = to(&asked, SATO).raw.clone();
    let deliver = |id: &str, words: &str| {
        let answer = answer_as(id, request.as_bytes(), SATO, words);
        story.office.deliver(&signer().sign(&answer).replace("\r\n", "\n"));
    };
    publish(&story, "* FAIL\n");
    deliver("no@agents.example", "NG");
    assert!(story.at("27 10:20").is_empty());
    publish(&story, &signer().zone());
    deliver("yes@agents.example", "OK");
    story.at("27 10:40");
    story.at("27 10:50");
    assert_eq!(story.mails_to(HANAKO), 0, "the first word was no");
    assert_eq!(story.state(), "at_desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiving_servers_word_counts_when_it_stands_on_top() {
    let (story, asked) = asked("auth = \"authserv\"\nauthserv_id = \"mx.jitanbody.example\"").await;
    let request = to(&asked, SATO).raw.clone();
    let good = "Authentication-Results: mx.jitanbody.example; dmarc=pass header.from=agents.example\n";
    let bad = "Authentication-Results: mx.jitanbody.example; dmarc=fail header.from=agents.example\n";
    let forged = answer_as("forged@agents.example", request.as_bytes(), SATO, "OK");
    story.office.deliver(&format!("{bad}{good}{forged}"));
    holds(&story.office.work(&instant("27 10:20")), &["results_not_pass"]);
    assert!(story.posted().is_empty());
    let genuine = answer_as("ok@agents.example", request.as_bytes(), SATO, "OK");
    story.office.deliver(&format!("{good}{bad}{genuine}"));
    assert_eq!(receivers(&story.at("27 10:30")), [HANAKO, SATO]);
    holds(&journal(&story), &["mx.jitanbody.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_our_own_sent_folder_is_vouched_for_by_the_account() {
    let (story, asked) = asked(OWN_CHECK).await;
    let answer = answer_as("own@agents.example", to(&asked, SATO).raw.as_bytes(), SATO, "OK");
    story.office.put("Sent", "\\Seen", &answer);
    story.office.deliver(&answer);
    assert_eq!(receivers(&story.at("27 10:20")), [HANAKO, SATO]);
    holds(&journal(&story), &["own_sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_hears_of_refused_answers_in_one_mail() {
    let (story, asked) = asked(OWN_CHECK).await;
    let request = to(&asked, SATO).raw.clone();
    for id in ["one@agents.example", "two@agents.example"] {
        story.office.deliver(&answer_as(id, request.as_bytes(), SATO, "OK"));
    }
    story.at("27 10:20");
    let mut daemon = story.office.start(&["--at", &instant("27 10:30")]);
    let told = "Told the operator of refused answers.";
    if !daemon.log.contains(told) {
        daemon.wait_for(told);
    }
    story.office.deliver(&answer_as("three@agents.example", request.as_bytes(), SATO, "OK"));
    daemon.wait_for("Refused an answer to a request.");
    daemon.stop();
    let posted = story.posted();
    assert_eq!(receivers(&posted), [OPERATOR], "{posted:#?}");
    assert_eq!(to(&posted, OPERATOR).subject, "[窓口] 拒否した返信 2件");
    holds(&to(&posted, OPERATOR).text, &["dkim_unsigned: 2件"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_outlives_a_change_of_the_key() {
    let (story, asked) = asked(OWN_CHECK).await;
    let secrets = story.office.dir.path().join("secrets");
    fs::rename(secrets.join("approval"), secrets.join("approval.old")).unwrap();
    fs::write(secrets.join("approval"), "another key of more than thirty-two bytes, made today").unwrap();
    fs::set_permissions(secrets.join("approval"), fs::Permissions::from_mode(0o600)).unwrap();
    story.office.edit("#previous_secret", "previous_secret");
    let answer = answer_as("ok@agents.example", to(&asked, SATO).raw.as_bytes(), SATO, "OK");
    story.office.deliver(&signer().sign(&answer).replace("\r\n", "\n"));
    assert_eq!(receivers(&story.at("27 10:20")), [HANAKO, SATO]);
}
