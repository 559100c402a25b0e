//! The whole way with nothing scripted: Postfix delivers the form, the requests, the answers, the customer's mail
//! and the report into Dovecot's Maildirs, the daemon sleeps in IDLE, and a second IMAP client looks.

use std::path::Path;

use crate::support::dovecot::Dovecot;
use crate::support::office::{DESK, Office, answer_from, form};
use crate::support::postfix::{Postfix, Setup, send};
use crate::support::story::{HANAKO, Post, REPORTS, SATO, SUZUKI, TANAKA, hanako, holds, instant};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// Office, Postfix and everybody's mailbox on one machine.
struct Town {
    office: Office,
    postfix: Postfix,
}

impl Town {
    fn build(mail: &Path) -> Self {
        // The folder is made with Postfix; Dovecot serves what Postfix delivers.
        let extra = format!("mail_location = maildir:{}/%n", mail.display());
        let users = ["reservation1", "hanako", "sato", "suzuki", "tanaka", "booking-report"];
        let dovecot = Dovecot::start_for(&users, &extra);
        let postfix = Postfix::start_with(&Setup {
            users: &[DESK, HANAKO, SATO, SUZUKI, TANAKA, REPORTS],
            mail_root: Some(mail),
            owner: Some(dovecot.owner()),
            // What Postfix cannot deliver it takes first and sends back, as relays on the way do.
            extra: "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination",
        })
        .unwrap_or_else(|why| panic!("{why}"));
        let office = Office::with(dovecot, postfix.port, "");
        Self { office, postfix }
    }

    fn send(&self, from: &str, to: &str, mail: &str) {
        send(self.postfix.port, from, to, mail);
    }

    /// The form's robot sends what a customer typed.
    fn fill_in(&self, form: &str) {
        self.send("form@jitanbody.example", DESK, form);
    }

    /// Somebody answers a request to the plus-address it names.
    fn answer(&self, request: &Post, from: &str, words: &str) {
        let mail = answer_from(request.raw.as_bytes(), from, words);
        self.send(from, &request.header("Reply-To").unwrap(), &mail);
    }

    /// The only mail somebody has.
    fn only(&self, user: &str) -> Post {
        self.request_about(user, "", 1)
    }

    /// The mail that names this, when somebody has this many mails.
    fn request_about(&self, user: &str, about: &str, count: usize) -> Post {
        let mails = self.postfix.wait_for(user, count).unwrap();
        assert_eq!(mails.len(), count, "mails of {user}");
        let mut posts = mails.iter().map(|mail| Post::of(&[user.to_owned()], mail));
        posts.find(|post| post.text.contains(about)).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wish_to_book_from_the_form_to_the_report() {
    let mail = tempfile::Builder::new().prefix("madoguchi-mail-").tempdir().unwrap();
    let town = Town::build(mail.path());
    let mut daemon = town.office.start(&["--at", &instant("27 10:00")]);

    town.fill_in(&hanako(WISH));
    let (request, _) = (town.only(SATO), town.only(SUZUKI));
    assert!(
        request.header("Reply-To").unwrap().contains("reservation1+"),
        "{:?}",
        request.header("Reply-To")
    );
    daemon.wait_for_all(&["effect=\"mark\" number", "effect=\"save_draft\" number"]);
    holds(&town.office.shelves().await, &["<form1@web.example> $Asked $Chat", "<draft."]);

    town.answer(&request, SATO, "OK");
    let sent = town.only(HANAKO);
    holds(&sent.text, &["山田 花子様", "8月29日(土) 14:00", "お待たせして申し訳ございません。"]);
    let settled = |effect| format!("effect=\"{effect}\" number");
    let (mark, filed, retired) = (settled("mark"), settled("file_sent"), settled("retire_draft"));
    // Two marks: the customer's mail and Sato's answer.
    daemon.wait_for_all(&[&mark, &mark, &filed, &retired]);
    let shelves = town.office.shelves().await;
    holds(
        &shelves,
        &["INBOX\nArchive\n", "<form1@web.example> $AwaitingReply $Chat", "Drafts\nSent\n  <reply."],
    );
    assert!(!shelves.split("Sent\n").next().unwrap().contains("\\Seen"), "unread stays unread: {shelves}");
    daemon.stop();

    // The night of the next day: the report comes at once, the label goes.
    let mut daemon = town.office.start(&["--at", &instant("28 22:01")]);
    daemon.wait_for("date=2026-08-28 outcome=sent");
    daemon.wait_for("effect=\"mark\"");
    let reports: Vec<Vec<u8>> = town.postfix.wait_for(REPORTS, 2).unwrap();
    let report = reports.iter().map(|mail| Post::of(&[], mail)).find(|post| post.subject.contains("8/28"));
    holds(&report.unwrap().text, &["<8/28予約に至らなかったメール>", "山田 花子"]);
    holds(&town.office.shelves().await, &["<form1@web.example> $Chat $Handled"]);
    daemon.stop();
    assert_eq!(town.postfix.mails(HANAKO).len(), 1, "exactly one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_comes_back_takes_the_case_back_to_the_desk() {
    let mail = tempfile::Builder::new().prefix("madoguchi-mail-").tempdir().unwrap();
    let town = Town::build(mail.path());
    let daemon = town.office.start(&["--at", &instant("27 10:00")]);
    let date = "Thu, 27 Aug 2026 10:00:00 +0900";
    // One is refused at once; the other is taken and comes back as a delivery report.
    for (at_work, (id, address)) in
        [("refused", "typo@customer.example"), ("bounced", "hanako@nowhere.example")].iter().enumerate()
    {
        let form = form(&format!("{id}@web.example"), date, "山田 花子", "", address, WISH);
        town.fill_in(&form);
        // Sato has heard of every case before: one request, and one refusal or return.
        let request = town.request_about(SATO, address, 2 * at_work + 1);
        town.answer(&request, SATO, "OK");
        town.postfix.wait_for(SATO, 2 * at_work + 2).unwrap();
    }
    let cases = town.office.run(&["cases", "--json"]);
    let cases = String::from_utf8(cases.stdout).unwrap();
    assert_eq!(cases.matches("\"at_desk\"").count(), 2, "{cases}");
    daemon.stop();
}
