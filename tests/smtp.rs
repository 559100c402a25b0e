//! Every stage of handing over a mail, and every way it can end, against a scripted server.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop at once"
)]

use std::cell::Cell;
use std::time::Duration;

use madoguchi::credentials::Credentials;
use madoguchi::secret::Secret;
use madoguchi::smtp::{Login, Outcome, Parcel, Security, Server, Smtp, Stage, Timeouts};
use madoguchi::triage::id::Address;

#[path = "support/smtp_sink.rs"]
mod smtp_sink;

use smtp_sink::{Act, At, Protection, Sink};

const MAIL: &[u8] = b"Subject: x\r\n\r\n.dot first\r\nlast line\r\n";

fn server(sink: &Sink, security: Security) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port: sink.addr.port(),
        security,
        ca_file: None,
        login: None,
        hello: Some("desk.test".to_owned()),
        timeouts: Timeouts::default(),
    }
}

/// Sends [`MAIL`]; also says whether the hook ran.
async fn send(server: Server, hook: Result<(), ()>) -> (Outcome, bool) {
    let (from, to) = (Address::parse("desk@corp.test").unwrap(), Address::parse("c@example.com").unwrap());
    let ran = Cell::new(false);
    let smtp = Smtp::new(server).unwrap();
    let parcel = Parcel { from: Some(&from), to: std::slice::from_ref(&to), bytes: MAIL };
    let outcome = smtp
        .send(parcel, || {
            ran.set(true);
            async move { hook }
        })
        .await;
    (outcome, ran.get())
}

fn refused(stage: Stage, code: u16, enhanced: Option<&str>) -> Outcome {
    Outcome::Refused { stage, code, enhanced: enhanced.map(ToOwned::to_owned), permanent: code >= 500 }
}

#[tokio::test]
async fn a_mail_arrives_byte_for_byte() {
    let sink = Sink::plain().await;
    let (outcome, hooked) = send(server(&sink, Security::Plain), Ok(())).await;
    assert_eq!((outcome, hooked), (Outcome::Sent { code: 250 }, true));
    let mails = sink.delivered();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].bytes, MAIL);
    assert_eq!(
        (mails[0].from.as_str(), mails[0].to.join(",")),
        ("desk@corp.test", "c@example.com".to_owned())
    );
}

#[tokio::test]
async fn a_refusal_is_certain_at_every_stage() {
    for (at, reply, expected, hooked) in [
        (At::Greeting, "554 5.3.2 no service", refused(Stage::Greeting, 554, Some("5.3.2")), false),
        (At::Ehlo, "421 4.3.2 later", refused(Stage::Greeting, 421, Some("4.3.2")), false),
        (At::Mail, "451 4.3.0 later", refused(Stage::Mail, 451, Some("4.3.0")), false),
        (At::Mail, "550 5.4.5 Daily limit", refused(Stage::Mail, 550, Some("5.4.5")), false),
        (At::Rcpt, "450 4.2.0 greylisted", refused(Stage::Rcpt, 450, Some("4.2.0")), false),
        (At::Rcpt, "550 5.1.1 no such user", refused(Stage::Rcpt, 550, Some("5.1.1")), false),
        (At::Data, "451 try later", refused(Stage::Data, 451, None), false),
        (At::Data, "554 no", refused(Stage::Data, 554, None), false),
        (At::Dot, "452 4.3.1 disk full", refused(Stage::Dot, 452, Some("4.3.1")), true),
        (At::Dot, "554 5.6.0 content", refused(Stage::Dot, 554, Some("5.6.0")), true),
    ] {
        let sink = Sink::plain().await;
        sink.play(at, Act::Reply(reply));
        assert_eq!(send(server(&sink, Security::Plain), Ok(())).await, (expected, hooked), "{at:?} {reply}");
        assert!(sink.delivered().is_empty(), "{at:?}");
    }
}

#[tokio::test]
async fn a_cut_before_the_mail_is_certain_and_after_it_unknown() {
    for (at, act, stage, delivered) in [
        (At::Greeting, Act::Cut, Some(Stage::Greeting), 0),
        (At::Ehlo, Act::Cut, Some(Stage::Greeting), 0),
        (At::Mail, Act::Cut, Some(Stage::Mail), 0),
        (At::Rcpt, Act::Cut, Some(Stage::Rcpt), 0),
        (At::Data, Act::Cut, Some(Stage::Data), 0),
        (At::Data, Act::Reply("250 what?"), Some(Stage::Data), 0),
        (At::Body, Act::Cut, None, 0),
        (At::Dot, Act::Cut, None, 0),
        (At::Dot, Act::DeliverAndCut, None, 1),
        (At::Dot, Act::Reply("no number"), None, 0),
    ] {
        let sink = Sink::plain().await;
        sink.play(at, act.clone());
        let (outcome, hooked) = send(server(&sink, Security::Plain), Ok(())).await;
        match (&outcome, stage) {
            (Outcome::NotSent { stage: seen, .. }, Some(stage)) => assert_eq!(*seen, stage, "{at:?} {act:?}"),
            (Outcome::Unknown { .. }, None) => {}
            other => panic!("{at:?} {act:?}: {other:?}"),
        }
        assert_eq!(hooked, stage.is_none(), "{at:?} {act:?}");
        assert_eq!(sink.delivered().len(), delivered, "{at:?} {act:?}");
    }
}

#[tokio::test]
async fn silence_ends_with_the_stage_that_was_waited_for() {
    for (at, act, stage) in [
        (At::Greeting, Act::Hang, Some(Stage::Greeting)),
        (At::Ehlo, Act::Hang, Some(Stage::Greeting)),
        (At::Mail, Act::Hang, Some(Stage::Mail)),
        (At::Rcpt, Act::Hang, Some(Stage::Rcpt)),
        (At::Data, Act::Hang, Some(Stage::Data)),
        (At::Body, Act::Hang, None),
        (At::Dot, Act::Hang, None),
        (At::Dot, Act::DeliverAndHang, None),
    ] {
        let sink = Sink::plain().await;
        sink.play(at, act.clone());
        let mut server = server(&sink, Security::Plain);
        let short = Duration::from_millis(300);
        server.timeouts =
            Timeouts { greeting: short, command: short, data: short, after_dot: short, ..server.timeouts };
        let (outcome, hooked) = send(server, Ok(())).await;
        match (&outcome, stage) {
            (Outcome::NotSent { stage: seen, .. }, Some(stage)) => assert_eq!(*seen, stage, "{at:?}"),
            (Outcome::Unknown { .. }, None) => {}
            other => panic!("{at:?} {act:?}: {other:?}"),
        }
        assert_eq!(hooked, stage.is_none(), "{at:?}");
    }
}

#[tokio::test]
async fn without_the_hook_no_byte_goes_out() {
    let sink = Sink::plain().await;
    let (outcome, hooked) = send(server(&sink, Security::Plain), Err(())).await;
    assert!(matches!(outcome, Outcome::NotSent { stage: Stage::Hook, .. }), "{outcome:?}");
    assert!(hooked && sink.delivered().is_empty());
}

#[tokio::test]
async fn nobody_listening_is_certain() {
    let sink = Sink::plain().await;
    let mut server = server(&sink, Security::Plain);
    drop(sink);
    server.port = 9; // discard: nothing listens on it here
    let (outcome, hooked) = send(server, Ok(())).await;
    assert!(matches!(outcome, Outcome::NotSent { stage: Stage::Connect, .. }), "{outcome:?}");
    assert!(!hooked);
}

#[tokio::test]
async fn the_line_is_encrypted_and_the_login_checked() {
    let folder = tempfile::tempdir().unwrap();
    for (protection, security) in
        [(Protection::StartTls, Security::StartTls), (Protection::Implicit, Security::Implicit)]
    {
        let sink = Sink::start(protection, Some(("desk", "secret"))).await;
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, &sink.ca_pem).unwrap();
        let with = |ca: bool, password: Option<&str>| Server {
            ca_file: ca.then(|| folder.path().join("ca.pem")),
            login: password.map(|password| Login {
                user: "desk".to_owned(),
                credentials: Credentials::fixed(Secret::new(password.to_owned())),
            }),
            ..server(&sink, security)
        };
        assert_eq!(send(with(true, Some("secret")), Ok(())).await.0, Outcome::Sent { code: 250 });
        let mail = sink.delivered().remove(0);
        assert!(mail.encrypted && mail.user.as_deref() == Some("desk"), "{security:?}");

        let wrong = send(with(true, Some("wrong")), Ok(())).await.0;
        assert_eq!(wrong, refused(Stage::Auth, 535, Some("5.7.8")), "{security:?}");
        let missing = send(with(true, None), Ok(())).await.0;
        assert_eq!(missing, refused(Stage::Mail, 530, Some("5.7.0")), "{security:?}");
        let stranger = send(with(false, Some("secret")), Ok(())).await.0;
        assert!(matches!(stranger, Outcome::NotSent { stage: Stage::Tls, .. }), "{security:?} {stranger:?}");
        assert_eq!(Smtp::new(with(true, Some("secret"))).unwrap().probe().await, Ok(()));
        assert_eq!(sink.delivered().len(), 1, "{security:?}");
    }
}

#[tokio::test]
async fn a_server_without_starttls_is_not_spoken_to() {
    let sink = Sink::plain().await;
    let (outcome, _) = send(server(&sink, Security::StartTls), Ok(())).await;
    assert!(matches!(outcome, Outcome::NotSent { stage: Stage::Tls, .. }), "{outcome:?}");

    // A reply planted behind the 220 must not be heard inside the encrypted line.
    let sink = Sink::start(Protection::StartTls, None).await;
    sink.play(At::StartTls, Act::Reply("220 go ahead\r\n250-planted\r\n250 AUTH PLAIN"));
    let mut server = server(&sink, Security::StartTls);
    server.timeouts.greeting = Duration::from_secs(2);
    let (outcome, _) = send(server, Ok(())).await;
    assert!(matches!(outcome, Outcome::NotSent { stage: Stage::Tls, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_mail_that_could_be_read_as_two_is_not_sent() {
    let sink = Sink::plain().await;
    let smtp = Smtp::new(server(&sink, Security::Plain)).unwrap();
    let from = Address::parse("desk@corp.test").unwrap();
    let long = format!("Subject: {}\r\n", "x".repeat(1000));
    for bytes in [
        b"Subject: x\r\n\r\na\n.\nMAIL FROM:<x>\r\n".as_slice(),
        b"Subject: x\r\n\r\na\r.\r\n",
        b"Subject: x\r\n\r\nno end",
        "Subject: 窓口\r\n\r\n".as_bytes(),
        long.as_bytes(),
        b"",
    ] {
        let parcel = Parcel { from: Some(&from), to: std::slice::from_ref(&from), bytes };
        let outcome = smtp.send(parcel, || async { Ok::<(), ()>(()) }).await;
        let certain = matches!(outcome, Outcome::NotSent { stage: Stage::Mail, .. });
        assert_eq!(certain, !bytes.is_empty(), "{outcome:?}");
    }
    let quoted = Address::parse("foo..bar.@docomo.ne.jp").unwrap();
    let parcel = Parcel { from: Some(&from), to: std::slice::from_ref(&quoted), bytes: MAIL };
    assert_eq!(smtp.send(parcel, || async { Ok::<(), ()>(()) }).await, Outcome::Sent { code: 250 });
    assert_eq!(sink.delivered().pop().unwrap().to, ["\"foo..bar.\"@docomo.ne.jp"]);
}
