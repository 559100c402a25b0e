//! Our own check of DKIM and DMARC through its front door: the examples of the standards, what honest servers send, and
//! what forgers make of it. The mails are signed by `support/dkim.rs`, which shares no code with the library that verifies.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop at once"
)]

#[path = "support/dkim.rs"]
#[allow(dead_code, unreachable_pub, reason = "other tests use the rest")]
mod dkim;

use dkim::{Says, Signer};
use jiff::Timestamp;
use madoguchi::auth::zone::Zone;
use madoguchi::auth::{Authenticator, Checks};
use madoguchi::triage::approval::{Judgement, Mode};
use madoguchi::triage::id::Address;

const NOW: i64 = 1_788_000_000; // 2026-08-29

const MAIL: &str = "From: Sato <sato@corp.test>\r\nTo: desk@corp.test\r\nSubject: Re: D-1\r\n\
    Date: Sat, 29 Aug 2026 10:00:00 +0900\r\nMessage-ID: <1@corp.test>\r\n\
    In-Reply-To: <ask@corp.test>\r\nReferences: <ask@corp.test>\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\nOK\r\n\r\n> Please approve.\r\n> token: 123\r\n";

/// What becomes of a mail from `from` at `now`: `pass <domain> <selector> [open fields]`, a reason, or `wait`.
async fn verdict(mail: &str, from: &str, zone: &str, now: i64) -> String {
    let checks = Checks { mode: Mode::Dkim, authserv_id: None, dns: Box::new(Zone::Text(zone.to_owned())) };
    let from = Address::parse(from).unwrap();
    let now = Timestamp::from_second(now).unwrap();
    match Authenticator::new(checks).judge(mail.as_bytes(), &from, now).await {
        Judgement::Accepted { proof, open } => {
            let words = proof.words();
            let value = |name| words.iter().find(|(n, _)| *n == name).unwrap().1;
            assert_eq!(value("mode"), "dkim");
            let open = if open.is_empty() { String::new() } else { format!(" {open:?}") };
            format!("pass {} {}{open}", value("domain"), value("selector"))
        }
        Judgement::Refused(doubt) => doubt.word().to_owned(),
        Judgement::Wait(why) => format!("wait {why:?}"),
    }
}

/// RFC 8463, appendix A: one mail, an Ed25519 and an RSA signature.
const RFC_8463: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
    d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
    subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
    b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n\
    DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n \
    q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : from : subject : date;\r\n \
    bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n \
    DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n\
    From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n\
    Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
    Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\nHi.\r\n\r\n\
    We lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

#[tokio::test]
async fn the_example_of_rfc_8463() {
    let brisbane = "brisbane._domainkey.football.example.com TXT \"v=DKIM1; k=ed25519; \" \"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n";
    let test = "test._domainkey.football.example.com TXT \"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\"\n";
    let (joe, then) = ("joe@football.example.com", 1_528_637_909);
    let changed = RFC_8463.replace("hungry", "thirsty");
    for (mail, zone, now, expected) in [
        (RFC_8463, brisbane, then, "pass football.example.com brisbane"),
        (RFC_8463, test, then, "pass football.example.com test"),
        (RFC_8463, "", then, "dkim_no_key"),
        (RFC_8463, "* FAIL\n", then, "wait ServerFailed"),
        (&changed, brisbane, then, "dkim_body"),
        (RFC_8463, brisbane, then + 8 * 86_400, "dkim_old"),
        (RFC_8463, brisbane, then - 7_200, "dkim_future"),
    ] {
        assert_eq!(verdict(mail, joe, zone, now).await, expected, "{zone} {now}");
    }
}

#[tokio::test]
async fn what_honest_servers_send() {
    let signer = Signer::new("corp.test", "s1", 1);
    let zone = signer.zone();
    let says = |fields| Says { fields, made: Some(NOW - 60), ..Says::default() };
    let gmail = "to:subject:message-id:date:from:in-reply-to:references:mime-version:from:to:cc:subject:date:message-id:reply-to";
    let exchange = "From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck";
    for (what, mail, zone, expected) in [
        ("signed", signer.sign(MAIL), zone.clone(), "pass corp.test s1"),
        (
            "RSA",
            Signer::rsa("corp.test", "r1").sign(MAIL),
            Signer::rsa("corp.test", "r1").zone(),
            "pass corp.test r1",
        ),
        ("as Gmail signs", signer.sign_as(MAIL, &says(gmail)), zone.clone(), "pass corp.test s1"),
        (
            "as Exchange signs: what carries the token is open",
            signer.sign_as(MAIL, &says(exchange)),
            zone.clone(),
            "pass corp.test s1 [To, InReplyTo, References]",
        ),
        (
            "what servers add on the way",
            format!("Delivered-To: desk@corp.test\r\nReceived: by mx\r\n{}", signer.sign(MAIL)),
            zone.clone(),
            "pass corp.test s1 [DeliveredTo]",
        ),
        (
            "a provider's signature beside it",
            Signer::new("mailer.test", "k", 9).sign(&signer.sign(MAIL)),
            zone.clone(),
            "pass corp.test s1",
        ),
        (
            "a broken one beside a good one",
            format!("DKIM-Signature: v=1; d=corp.test; s=x; a=rsa-sha256\r\n{}", signer.sign(MAIL)),
            zone.clone(),
            "pass corp.test s1",
        ),
        (
            "a signature that is still good",
            signer.sign_as(MAIL, &Says { ends: Some(NOW + 60), ..says(gmail) }),
            zone.clone(),
            "pass corp.test s1",
        ),
        (
            "a subdomain that the record allows",
            Signer::new("mail.corp.test", "s1", 1).sign(MAIL),
            format!(
                "{}_dmarc.corp.test TXT \"v=DMARC1; p=none\"\n",
                Signer::new("mail.corp.test", "s1", 1).zone()
            ),
            "pass mail.corp.test s1",
        ),
        (
            "upper case in the sender's domain",
            signer.sign(&MAIL.replace("sato@corp.test", "Sato@CORP.test")),
            zone.clone(),
            "pass corp.test s1",
        ),
    ] {
        assert_eq!(verdict(&mail, "sato@corp.test", &zone, NOW).await, expected, "{what}");
    }
}

#[tokio::test]
async fn signatures_that_prove_nothing() {
    let signer = Signer::new("corp.test", "s1", 1);
    let good = signer.sign(MAIL);
    let zone = signer.zone();
    let relaxed = "_dmarc.corp.test TXT \"v=DMARC1; p=none\"\n";
    let strict = "_dmarc.corp.test TXT \"v=DMARC1; p=none; adkim=s\"\n";
    let of = |domain| Signer::new(domain, "s1", 1);
    let as_ = |says: Says<'_>| signer.sign_as(MAIL, &says);
    let fields = |fields| as_(Says { fields, ..Says::default() });
    let key = |record: &str| format!("s1._domainkey.corp.test TXT \"{record}\"\n");
    let mut public = signer.public();
    let record = signer.record();
    let rows: Vec<(&str, String, String, &str)> = vec![
        // Nothing, or not from there.
        ("unsigned", MAIL.into(), zone.clone(), "dkim_unsigned"),
        ("ARC alone", good.replace("DKIM-Signature", "ARC-Message-Signature"), zone.clone(), "dkim_unsigned"),
        (
            "another name for the field",
            good.replace("DKIM-Signature", "X-DKIM-Signature"),
            zone.clone(),
            "dkim_unsigned",
        ),
        ("another domain", of("evil.test").sign(MAIL), of("evil.test").zone(), "dkim_unaligned"),
        (
            "a longer name",
            of("corp.test.evil.test").sign(MAIL),
            of("corp.test.evil.test").zone(),
            "dkim_unaligned",
        ),
        (
            "a name that ends alike",
            of("evilcorp.test").sign(MAIL),
            of("evilcorp.test").zone(),
            "dkim_unaligned",
        ),
        ("the last label", of("test").sign(MAIL), of("test").zone(), "dkim_unaligned"),
        ("a subdomain, no record", of("a.corp.test").sign(MAIL), of("a.corp.test").zone(), "dkim_unaligned"),
        (
            "a subdomain, strict",
            of("a.corp.test").sign(MAIL),
            of("a.corp.test").zone() + strict,
            "dkim_unaligned",
        ),
        ("a subdomain, no key", of("a.corp.test").sign(MAIL), relaxed.into(), "dkim_no_key"),
        (
            "a subdomain, DMARC unknown",
            of("a.corp.test").sign(MAIL),
            of("a.corp.test").zone() + "_dmarc.corp.test FAIL\n",
            "wait ServerFailed",
        ),
        ("another's key", Signer::new("corp.test", "s1", 2).sign(MAIL), zone.clone(), "dkim_broken"),
        // What a signature says.
        ("From not signed", fields("to:subject:date"), zone.clone(), "dkim_from_unsigned"),
        ("only X-From signed", fields("x-from:to"), zone.clone(), "dkim_from_unsigned"),
        ("a part of the body", as_(Says { length: Some(4), ..Says::default() }), zone.clone(), "dkim_length"),
        (
            "nothing of the body",
            as_(Says { length: Some(0), ..Says::default() }),
            zone.clone(),
            "dkim_length",
        ),
        ("expired", as_(Says { ends: Some(NOW - 1), ..Says::default() }), zone.clone(), "dkim_expired"),
        (
            "expired this second",
            as_(Says { ends: Some(NOW), ..Says::default() }),
            zone.clone(),
            "dkim_expired",
        ),
        (
            "ends before it began",
            as_(Says { made: Some(NOW), ends: Some(NOW - 9), ..Says::default() }),
            zone.clone(),
            "dkim_expired",
        ),
        ("old", as_(Says { made: Some(NOW - 8 * 86_400), ..Says::default() }), zone.clone(), "dkim_old"),
        (
            "of tomorrow",
            as_(Says { made: Some(NOW + 86_400), ..Says::default() }),
            zone.clone(),
            "dkim_future",
        ),
        (
            "rsa-sha1",
            as_(Says { algorithm: Some("rsa-sha1"), ..Says::default() }),
            zone.clone(),
            "dkim_algorithm",
        ),
        (
            "no algorithm",
            as_(Says { algorithm: Some("none"), ..Says::default() }),
            zone.clone(),
            "dkim_algorithm",
        ),
        (
            "a tag twice",
            as_(Says { more: " d=evil.test;", ..Says::default() }),
            zone.clone(),
            "dkim_malformed",
        ),
        (
            "signs for somebody else",
            as_(Says { more: " i=sato@evil.test;", ..Says::default() }),
            zone.clone(),
            "dkim_broken",
        ),
        (
            "a time that is none",
            as_(Says { more: " t=soon;", ..Says::default() }),
            zone.clone(),
            "dkim_malformed",
        ),
        ("version 2", good.replacen("v=1", "v=2", 1), zone.clone(), "dkim_malformed"),
        ("no version", good.replacen("v=1; ", "", 1), zone.clone(), "dkim_malformed"),
        (
            "no signature in it",
            {
                let (a, b) = good.split_once(" b=").unwrap();
                format!("{a} b=\r\n{}", b.split_once("\r\n").unwrap().1)
            },
            zone.clone(),
            "dkim_malformed",
        ),
        ("a selector with a slash", good.replacen("s=s1", "s=../s1", 1), zone.clone(), "dkim_malformed"),
        // What was changed on the way.
        ("body changed", good.replace("OK\r\n", "NG\r\n"), zone.clone(), "dkim_body"),
        ("body longer", format!("{good}more\r\n"), zone.clone(), "dkim_body"),
        ("subject changed", good.replace("D-1", "D-2"), zone.clone(), "dkim_broken"),
        ("To changed", good.replace("To: desk@", "To: desk+x@"), zone.clone(), "dkim_broken"),
        ("sender's name changed", good.replace("Sato <", "Suzuki <"), zone.clone(), "dkim_broken"),
        (
            "request changed",
            good.replace("<ask@corp.test>", "<other@corp.test>"),
            zone.clone(),
            "dkim_broken",
        ),
        ("a second From on top", format!("From: e@evil.test\r\n{good}"), zone.clone(), "dkim_doubled_field"),
        (
            "a second From below",
            good.replace("\r\n\r\nOK", "\r\nFrom: e@evil.test\r\n\r\nOK"),
            zone.clone(),
            "dkim_doubled_field",
        ),
        ("a second To", format!("To: desk+x@corp.test\r\n{good}"), zone.clone(), "dkim_doubled_field"),
        ("a second subject", format!("Subject: x\r\n{good}"), zone.clone(), "dkim_doubled_field"),
        (
            "a second content type",
            format!("Content-Type: text/html\r\n{good}"),
            zone.clone(),
            "dkim_doubled_field",
        ),
        (
            "Cc added, which was signed as absent",
            format!("Cc: desk+x@corp.test\r\n{good}"),
            zone.clone(),
            "dkim_broken",
        ),
        ("a field without a name", format!("evil\r\n{good}"), zone.clone(), "dkim_header"),
        (
            "a line of blanks in the header",
            good.replacen("Subject", " \t\r\nSubject", 1),
            zone.clone(),
            "dkim_header",
        ),
        // The key.
        ("no key", good.clone(), String::new(), "dkim_no_key"),
        ("taken back", good.clone(), key("v=DKIM1; k=ed25519; p="), "dkim_no_key"),
        ("for tests", good.clone(), key(&format!("{record}; t=y")), "dkim_testing"),
        ("for other services", good.clone(), key(&format!("{record}; s=tlsrpt")), "dkim_bad_key"),
        ("for other hashes", good.clone(), key(&format!("{record}; h=sha1")), "dkim_bad_key"),
        ("of another kind", good.clone(), key(&record.replace("ed25519", "rsa")), "dkim_bad_key"),
        ("of an unknown kind", good.clone(), key(&record.replace("ed25519", "x448")), "dkim_bad_key"),
        ("version 2 of a key", good.clone(), key(&record.replace("DKIM1", "DKIM2")), "dkim_bad_key"),
        ("a record that is none", good.clone(), key("hello"), "dkim_bad_key"),
        ("two keys", good.clone(), format!("{zone}{zone}"), "dkim_bad_key"),
        (
            "a short RSA key",
            good.clone(),
            key(
                "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALlc2U8Cg8vNRwLqqtDHXyUBVYqMTOrHFQlGt0Ql/BGQDnTJJZ0YH8FAXQwFmnyvVW5IrnfeqSNoxPZxm9ZqYBcCAwEAAQ==",
            ),
            "dkim_bad_key",
        ),
        (
            "a key cut short",
            good.clone(),
            key(&{
                public.truncate(8);
                format!("v=DKIM1; k=ed25519; p={public}")
            }),
            "dkim_broken",
        ),
        // DNS.
        ("DNS down", good.clone(), "* FAIL\n".into(), "wait ServerFailed"),
        ("DNS down for the key", good.clone(), "s1._domainkey.corp.test FAIL\n".into(), "wait ServerFailed"),
        (
            "DNS down and the body changed",
            good.replace("OK\r\n", "NG\r\n"),
            "* FAIL\n".into(),
            "wait ServerFailed",
        ),
        ("DNS down, but nothing to ask", MAIL.into(), "* FAIL\n".into(), "dkim_unsigned"),
        (
            "DNS down, but expired",
            as_(Says { ends: Some(NOW - 1), ..Says::default() }),
            "* FAIL\n".into(),
            "dkim_expired",
        ),
    ];
    let mut wrong = String::new();
    for (what, mail, zone, expected) in &rows {
        let verdict = verdict(mail, "sato@corp.test", zone, NOW).await;
        if verdict != *expected {
            wrong.push_str(&format!("{what}: {verdict}, expected {expected}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rows.len() >= 55);
}

/// Many signatures must not lead to many questions: four are tried, those of the sender's own domain first.
#[tokio::test]
async fn a_pile_of_signatures_is_not_worked_off() {
    let signer = Signer::new("corp.test", "good", 1);
    let pile = |count: u8, own_first: bool| {
        let mut mail = MAIL.to_owned();
        if !own_first {
            mail = signer.sign(&mail);
        }
        for n in 0..count {
            mail = Signer::new("corp.test", &format!("x{n}"), 2).sign(&mail);
        }
        if own_first { signer.sign(&mail) } else { mail }
    };
    let zone = signer.zone();
    for (count, own_first, expected) in [
        (3, false, "pass corp.test good"),
        (4, false, "dkim_no_key"),
        (12, true, "pass corp.test good"),
        (40, false, "dkim_no_key"),
    ] {
        let verdict = verdict(&pile(count, own_first), "sato@corp.test", &zone, NOW).await;
        assert_eq!(verdict, expected, "{count} {own_first}");
    }
}

/// The name server of the test: answers one question a packet, `None` with SERVFAIL, and never says anything about
/// names it does not know.
async fn name_server(records: Vec<(String, Option<String>)>) -> std::net::SocketAddr {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        loop {
            let Ok((length, from)) = socket.recv_from(&mut packet).await else { return };
            let question = &packet[12..length];
            let (mut name, mut at) = (String::new(), 0);
            while question[at] != 0 {
                let length = usize::from(question[at]);
                let label = String::from_utf8_lossy(&question[at + 1..at + 1 + length]);
                name.push_str(if name.is_empty() { "" } else { "." });
                name.push_str(&label.to_ascii_lowercase());
                at += 1 + length;
            }
            let question = &question[..at + 5];
            let record = records.iter().find(|(known, _)| *known == name).map(|(_, record)| record);
            let (code, count) = match record {
                Some(Some(_)) => (0, 1),
                Some(None) => (2, 0),
                None => (3, 0),
            };
            let mut answer = packet[..2].to_vec();
            answer.extend([0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
            answer.extend(question);
            if let Some(Some(text)) = record {
                let strings: Vec<&[u8]> = text.as_bytes().chunks(200).collect();
                let size = u16::try_from(text.len() + strings.len()).unwrap();
                answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
                answer.extend(size.to_be_bytes());
                for string in strings {
                    answer.push(u8::try_from(string.len()).unwrap());
                    answer.extend(string);
                }
            }
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn a_real_question_to_a_name_server() {
    use madoguchi::auth::dns::{Answer, System, Txt};
    use madoguchi::triage::approval::NotYet;
    let signer = Signer::rsa("corp.test", "r1");
    let server = name_server(vec![
        ("r1._domainkey.corp.test".into(), Some(signer.record())),
        ("down.test".into(), None),
    ])
    .await;
    let dns = System::at(vec![server]);
    assert_eq!(dns.txt("down.test").await, Answer::Unclear(NotYet::ServerFailed));
    assert_eq!(dns.txt("nothing.test").await, Answer::Nothing);
    assert_eq!(dns.txt("..").await, Answer::Nothing);
    let checks = Checks { mode: Mode::Dkim, authserv_id: None, dns: Box::new(dns) };
    let from = Address::parse("sato@corp.test").unwrap();
    let now = Timestamp::from_second(NOW).unwrap();
    let judgement = Authenticator::new(checks).judge(signer.sign(MAIL).as_bytes(), &from, now).await;
    assert!(judgement.proof().is_some(), "{judgement:?}");
}
