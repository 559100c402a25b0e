//! The same hand-over against a real Postfix: mails arrive unchanged, strangers are refused, an unsent one is gone.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop at once"
)]

use madoguchi::render::{Envelope, Outgoing, customer_mail};
use madoguchi::smtp::{Outcome, Parcel, Security, Server, Smtp, Stage, Timeouts};
use madoguchi::triage::id::{Address, MessageId};

#[path = "support/postfix.rs"]
mod postfix;

use postfix::Postfix;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[tokio::test]
async fn postfix_takes_delivers_and_refuses() {
    let postfix =
        Postfix::start(&["hanako@example.test", "desk@corp.test"]).unwrap_or_else(|why| panic!("{why}"));
    let smtp = Smtp::new(Server {
        host: "127.0.0.1".to_owned(),
        port: postfix.port,
        security: Security::Plain,
        ca_file: None,
        login: None,
        hello: Some("desk.test".to_owned()),
        timeouts: Timeouts::default(),
    })
    .unwrap();
    assert_eq!(smtp.probe().await, Ok(()));

    let (from, to) = (address("desk@corp.test"), address("hanako+news@example.test"));
    let id = MessageId::parse("c1.1@corp.test").unwrap();
    let date = "2026-08-26T10:15:00+09:00[Asia/Tokyo]".parse().unwrap();
    let body = "山田様\n\n.\n..点から始まる行\nFrom ここから\n";
    let mail = customer_mail(&Outgoing {
        envelope: Envelope {
            from: &from,
            from_name: "整体院",
            reply_to: None,
            message_id: &id,
            in_reply_to: None,
            references: &[],
            date: &date,
            reference: "C-1",
        },
        to: &to,
        subject: "お問い合わせありがとうございます",
        body,
    })
    .unwrap();
    let send = async |to: &Address, hook: Result<(), ()>| {
        smtp.send(
            Parcel { from: Some(&from), to: std::slice::from_ref(to), bytes: &mail },
            || async move { hook },
        )
        .await
    };

    assert_eq!(send(&to, Ok(())).await, Outcome::Sent { code: 250 });
    let delivered = postfix.wait_for("hanako@example.test", 1).unwrap();
    let read = mail_parser::MessageParser::default().parse(&delivered[0]).unwrap();
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), body);
    assert_eq!(read.message_id(), Some("c1.1@corp.test"));

    let stranger = send(&address("nobody@example.test"), Ok(())).await;
    assert!(
        matches!(stranger, Outcome::Refused { stage: Stage::Rcpt, code: 550, permanent: true, .. }),
        "{stranger:?}"
    );
    let abroad = send(&address("x@elsewhere.example"), Ok(())).await;
    assert!(
        matches!(abroad, Outcome::Refused { stage: Stage::Rcpt, code: 554, permanent: true, .. }),
        "{abroad:?}"
    );
    let stopped = send(&to, Err(())).await;
    assert!(matches!(stopped, Outcome::NotSent { stage: Stage::Hook, .. }), "{stopped:?}");

    // A second mail proves that the stopped one was not merely late.
    assert_eq!(send(&address("desk@corp.test"), Ok(())).await, Outcome::Sent { code: 250 });
    postfix.wait_for("desk@corp.test", 1).unwrap();
    assert_eq!(postfix.mails("hanako@example.test").len(), 1);
}
