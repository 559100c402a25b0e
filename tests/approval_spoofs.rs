//! Every way we know to say OK in somebody's name: each is met by all locks together, in each mode, and none decides.
//!
//! Forgers are given the token. They own `evil.test`, with keys and a DMARC record in DNS, and can write any header.

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
use jiff::civil::date;
use madoguchi::answer::{Alarm, Heard, Request, Room, hear};
use madoguchi::auth::zone::Zone;
use madoguchi::auth::{Authenticator, Checks};
use madoguchi::mime;
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::{Doubt, Judgement, Mode, NotYet, agreed};
use madoguchi::triage::command::Command;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, Revision};

const MODES: [Mode; 3] = [Mode::Dkim, Mode::Authserv, Mode::Both];
const GOOD_RESULTS: &str = "Authentication-Results: mx.corp.test; dmarc=pass header.from=corp.test\n";

/// What stands in the place of `From: Sato <sato@corp.test>`. Whoever is shown, none is the agent's own line.
const FROMS: [&str; 36] = [
    // The display name.
    "From: \"sato@corp.test\" <e@evil.test>",
    "From: sato@corp.test <e@evil.test>",
    "From: \"Sato <sato@corp.test>\" <e@evil.test>",
    "From: =?utf-8?q?sato=40corp=2Etest?= <e@evil.test>",
    "From: =?utf-8?b?c2F0b0Bjb3JwLnRlc3Q=?= <e@evil.test>",
    "From: =?utf-8?q?sato=40corp.test=0A?= <e@evil.test>",
    "From: =?utf-8?q?=3Csato=40corp.test=3E?= <e@evil.test>",
    "From: Sato (sato@corp.test) <e@evil.test>",
    "From: \"Sato\" sato@corp.test <e@evil.test>",
    "From: \u{202e}tset.proc@otas\u{202c} <e@evil.test>",
    // Two of them.
    "From: sato@corp.test, e@evil.test",
    "From: e@evil.test, sato@corp.test",
    "From: <sato@corp.test> <e@evil.test>",
    "From: sato@corp.test\nFrom: e@evil.test",
    "From: e@evil.test\nFrom: sato@corp.test",
    "From: e@evil.test\nfrom : sato@corp.test",
    "From: e@evil.test\nFrom\t: sato@corp.test",
    "From: sato@corp.test:e@evil.test;",
    "From: agents: sato@corp.test;",
    // The address itself.
    "From: =?utf-8?q?sato=40corp.test?=",
    "From: =?utf-8?b?c2F0b0Bjb3JwLnRlc3Q=?=",
    "From: sato@corp.test@evil.test",
    "From: \"sato@corp.test\"@evil.test",
    "From: sato%corp.test@evil.test",
    "From: sato@corp.test.evil.test",
    "From: sato@evilcorp.test",
    "From: sato@mail.corp.test",
    "From: sato@c\u{3bf}rp.test",
    "From: sato@xn--crp-tmc.test",
    "From: sato@corp.test.",
    "From: <@evil.test:sato@corp.test>",
    "From: sato@[192.0.2.1]",
    "From: sato@corp\u{200b}.test",
    // Nobody, and others who may be somebody.
    "Sender: sato@corp.test\nReply-To: sato@corp.test",
    "From: e@evil.test\nSender: sato@corp.test\nReply-To: sato@corp.test",
    "From: e@evil.test\nResent-From: sato@corp.test",
];

/// One desk, one open request of the agent, another one whose token has leaked.
struct World {
    ring: Keyring,
    agent: Address,
    content: Content,
    open: Token,
    other: Token,
    zone: String,
}

impl World {
    fn new() -> Self {
        let ring = Keyring::new(Secret::new("spoofs".to_owned()), None);
        let agent = Address::parse("sato@corp.test").unwrap();
        let content = Content::of(&Address::parse("c@example.com").unwrap(), "s", "b");
        let issue = |byte| {
            let case = CaseId::of(Fingerprint::new([byte; 16]));
            ring.issue(&case, Revision::FIRST, content, &agent, "2026-08-30T00:00:00Z".parse().unwrap())
        };
        let mut zone = signer("corp.test").zone();
        for domain in ["evil.test", "corp.test.evil.test", "evilcorp.test", "mail.corp.test"] {
            zone += &signer(domain).zone();
        }
        zone += "_dmarc.evil.test TXT \"v=DMARC1; p=none\"\n_dmarc.evilcorp.test TXT \"v=DMARC1; p=none\"\n";
        Self { open: issue(1), other: issue(2), ring, agent, content, zone }
    }

    /// An approval as the agent's program writes it, with another line for From.
    fn mail(&self, from: &str) -> String {
        let open = &self.open;
        format!(
            "{from}\nTo: desk@corp.test\nSubject: Re: D-1\nDate: Sat, 29 Aug 2026 10:00:00 +0900\n\
             Message-ID: <1@corp.test>\nIn-Reply-To: <ask.{open}@corp.test>\n\
             References: <ask.{open}@corp.test>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\nOK\n\n> token: {open}\n"
        )
    }

    /// The same without a token in its text, as a button writes it.
    fn button(&self, to: &str) -> String {
        format!(
            "From: Sato <sato@corp.test>\nTo: {to}\nSubject: OK\nDate: Sat, 29 Aug 2026 10:00:00 +0900\n\
             Message-ID: <1@corp.test>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nOK\n"
        )
    }

    fn plus(&self, token: &Token) -> String {
        token.plus_address(&Address::parse("desk@corp.test").unwrap()).unwrap().to_string()
    }

    async fn hear(&self, mode: Mode, mail: &str) -> Heard {
        let mail = mail.replace("\r\n", "\n").replace('\n', "\r\n");
        let raw = mail.as_bytes();
        let dns = Box::new(Zone::Text(self.zone.clone()));
        let authserv_id = Some("mx.corp.test".to_owned());
        let auth = Authenticator::new(Checks { mode, authserv_id, dns });
        let now: Timestamp = "2026-08-29T01:30:00Z".parse().unwrap();
        let letter = mime::letter(raw).unwrap();
        let judgement = match agreed(&letter, raw) {
            Ok(from) => auth.judge(raw, &from, now).await,
            Err(_) => Judgement::Wait(NotYet::NotAsked),
        };
        let request = |token: &Token| {
            let known = [&self.open, &self.other].contains(&token);
            known.then_some(Request {
                content: Some(self.content),
                checks: 0,
                pieces: vec![],
                settled: false,
                day: false,
            })
        };
        let agents = [self.agent.clone()];
        let room = Room { agents: &agents, staff: &[], ring: &self.ring, now, today: date(2026, 8, 29) };
        hear(&letter, raw, room, &judgement, request)
    }
}

fn signer(domain: &str) -> Signer {
    let seed = if domain.ends_with("evil.test") { 9 } else { 1 };
    Signer::new(domain, "s1", seed)
}

fn approves(heard: &Heard) -> bool {
    matches!(heard, Heard::Command { command: Command::Approve, .. })
}

#[tokio::test]
async fn the_agents_own_answer_approves_in_every_mode() {
    let world = World::new();
    let own = world.mail("From: Sato <sato@corp.test>");
    for mail in [own, world.button(&world.plus(&world.open))] {
        let mail = format!("{GOOD_RESULTS}{}", signer("corp.test").sign(&mail));
        for mode in MODES {
            assert!(approves(&world.hear(mode, &mail).await), "{mode:?}");
        }
    }
}

#[tokio::test]
async fn no_line_for_from_and_no_proof_of_ones_own_makes_an_agent() {
    let world = World::new();
    let below = "Authentication-Results: mx.corp.test; dmarc=fail header.from=corp.test\n";
    let mut tried = 0;
    let lines = FROMS.iter().copied().chain(["From: Sato <sato@corp.test>", "From: SATO@CORP.TEST"]);
    for from in lines {
        let plain = world.mail(from);
        let is_agents_line = !FROMS.contains(&from);
        let evil = |mail: &str| signer("evil.test").sign(mail);
        let mut forged = vec![
            plain.clone(),
            evil(&plain),
            signer("corp.test.evil.test").sign(&plain),
            signer("evilcorp.test").sign(&plain),
            format!("{below}{GOOD_RESULTS}{plain}"),
            format!(
                "Authentication-Results: mx.evil.test; dmarc=pass header.from=corp.test\n{GOOD_RESULTS}{plain}"
            ),
            format!(
                "Authentication-Results: mx.corp.test; dmarc=pass header.from=evil.test\n{GOOD_RESULTS}{}",
                evil(&plain)
            ),
            format!("ARC-{GOOD_RESULTS}{plain}"),
            format!("authentication-results: MX.CORP.TEST; dmarc=pass header.from=corp.test\n{plain}"),
        ];
        if !is_agents_line {
            // Even where the server is wrong, or the agent's own domain signs it.
            forged.push(format!("{GOOD_RESULTS}{plain}"));
            forged.push(format!(
                "{GOOD_RESULTS}{}",
                signer("corp.test").sign(&plain.replace("From\t", "From"))
            ));
        }
        for mail in &forged {
            for mode in MODES {
                let heard = world.hear(mode, mail).await;
                tried += 1;
                assert!(
                    matches!(heard, Heard::Alarm(_)),
                    "{mode:?} {from:?} came to {heard:?}:\n{}",
                    mail.split("\n\n").next().unwrap_or_default()
                );
            }
        }
    }
    println!("{tried} forgeries refused");
    assert!(tried >= 1000);
}

#[tokio::test]
async fn nothing_of_a_genuine_answer_can_be_turned_to_another_end() {
    let world = World::new();
    let own = world.mail("From: Sato <sato@corp.test>");
    let good = signer("corp.test").sign(&own).replace("\r\n", "\n");
    let no = signer("corp.test").sign(&own.replace("\nOK\n", "\nNG\n")).replace("\r\n", "\n");
    let exchange =
        Says { fields: "From:Date:Subject:Message-ID:Content-Type:MIME-Version", ..Says::default() };
    let sign_little = |mail: &str| signer("corp.test").sign_as(mail, &exchange).replace("\r\n", "\n");
    let (open, other) = (world.open.to_string(), world.other.to_string());
    let plus = world.plus(&world.other);
    let without = world.button("colleague@corp.test"); // an OK to somebody else
    let html = "Content-Type: multipart/mixed; boundary=x";
    for (what, mail) in [
        ("another word", no.replace("\nNG\n", "\nOK\n")),
        ("a word added below", format!("{no}\nOK\n")),
        ("another request in its text", good.replace(&format!("token: {open}"), &format!("token: {other}"))),
        ("another request in its ids", good.replace(&format!("ask.{open}"), &format!("ask.{other}"))),
        ("another request everywhere", good.replace(&open, &other)),
        ("sent to another request", good.replace("To: desk@corp.test", &format!("To: {plus}"))),
        ("a copy to another request", format!("Cc: {plus}\n{good}")),
        ("delivered to another request", format!("Delivered-To: {plus}\n{good}")),
        ("a second To", format!("To: {plus}\n{good}")),
        ("a second In-Reply-To", format!("In-Reply-To: <ask.{other}@corp.test>\n{good}")),
        ("a second content type", format!("{html}\n{good}")),
        ("a second subject", format!("Subject: x\n{good}")),
        ("an OK to a colleague, with a token in Cc", format!("Cc: {plus}\n{}", sign_little(&without))),
        (
            "an OK to a colleague, sent to a request",
            sign_little(&without).replace("colleague@corp.test", &plus),
        ),
        (
            "an OK to a colleague, as an answer",
            format!("In-Reply-To: <ask.{other}@corp.test>\n{}", sign_little(&without)),
        ),
        (
            "an OK to a colleague, with references",
            format!("References: <ask.{other}@corp.test>\n{}", sign_little(&without)),
        ),
        (
            "an OK to a colleague, delivered to a request",
            format!("Delivered-To: {plus}\n{}", signer("corp.test").sign(&without)),
        ),
        ("the signature of another mail", {
            let (top, _) = no.split_once('\n').unwrap();
            format!("{top}\n{own}")
        }),
        ("a line that some readers fold", good.replacen("\nTo:", "\n \nTo:", 1)),
        ("a NUL in the header", good.replacen("Subject: ", "Subject: \0", 1)),
    ] {
        for (mode, mail) in [(Mode::Dkim, mail.clone()), (Mode::Both, format!("{GOOD_RESULTS}{mail}"))] {
            let heard = world.hear(mode, &mail).await;
            assert!(matches!(heard, Heard::Alarm(_)), "{what} {mode:?} came to {heard:?}");
        }
    }
    // What an honest but sparing signature leaves open does not decide; what it covers does.
    let sparing = sign_little(&world.button(&world.plus(&world.open)));
    let heard = world.hear(Mode::Dkim, &sparing).await;
    assert_eq!(heard, Heard::Alarm(Alarm::Domain(Doubt::OpenToken)));
    assert!(approves(&world.hear(Mode::Dkim, &sign_little(&own)).await), "the token in the text is signed");
}

/// Every byte of a signed answer turned into others: either nothing is decided, or what decides is unchanged.
#[tokio::test]
async fn no_byte_of_a_signed_answer_can_be_turned() {
    let world = World::new();
    let good = signer("corp.test").sign(&world.mail("From: Sato <sato@corp.test>"));
    let said = |mail: &[u8]| {
        let letter = mime::letter(mail).unwrap();
        let words: String = letter.text.split_whitespace().collect();
        let to: Vec<_> = letter.to.iter().map(|to| to.address.clone()).collect();
        let from: Vec<_> = letter.from.iter().map(|from| from.address.to_lowercase()).collect();
        (from, to, letter.in_reply_to, letter.references, words)
    };
    let meant = said(good.as_bytes());
    let (mut passed, mut refused) = (0, 0);
    for at in 0..good.len() {
        for byte in [b'\n', b';', b'x', b'@'] {
            let mut turned = good.clone().into_bytes();
            turned[at] = byte;
            let Ok(turned) = String::from_utf8(turned) else { continue };
            let dns = Box::new(Zone::Text(world.zone.clone()));
            let auth = Authenticator::new(Checks { mode: Mode::Dkim, authserv_id: None, dns });
            let now = "2026-08-29T01:30:00Z".parse().unwrap();
            let Ok(letter) = mime::letter(turned.as_bytes()) else { continue };
            let Ok(from) = agreed(&letter, turned.as_bytes()) else { continue };
            match auth.judge(turned.as_bytes(), &from, now).await {
                Judgement::Accepted { .. } => {
                    passed += 1;
                    assert_eq!(said(turned.as_bytes()), meant, "byte {at} as {byte:#x}");
                }
                Judgement::Refused(_) => refused += 1,
                Judgement::Wait(why) => panic!("{why:?}"),
            }
        }
    }
    println!("{refused} refused, {passed} unchanged in what they say");
    assert!(refused > 1000);
}

/// Every byte of the server's field turned into others: either it is not believed, or it says the same.
#[tokio::test]
async fn no_byte_of_the_servers_word_can_be_turned() {
    let world = World::new();
    let own = world.mail("From: Sato <sato@corp.test>");
    let field = "mx.corp.test; spf=fail smtp.mailfrom=x@evil.test; dmarc=pass (p=none) header.from=corp.test";
    let same = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    let mut believed = 0;
    for at in 0..field.len() {
        for byte in b" \t;:=()\"\\.,/@x1pP-_\0".iter().copied() {
            let mut turned = field.as_bytes().to_vec();
            turned[at] = byte;
            let Ok(turned) = String::from_utf8(turned) else { continue };
            let mail = format!("Authentication-Results: {turned}\n{own}");
            let heard = world.hear(Mode::Authserv, &mail).await;
            if approves(&heard) {
                believed += 1;
                // What stands in comments and what is said of SPF is nobody's concern here.
                let ending = |text: &str| same(text).rsplit_once("dmarc=").map(|(_, end)| end.to_owned());
                let cut = |text: &str| {
                    ending(text).map(|end| end.replace(|c: char| !c.is_ascii_alphanumeric(), ""))
                };
                let (kept, wanted) = (cut(&turned), cut(field));
                let in_comment = (field.find('(').unwrap()..field.find(')').unwrap()).contains(&at);
                assert!(in_comment || kept == wanted, "{turned}");
                assert!(turned.starts_with("mx.corp.test"), "{turned}");
            }
        }
    }
    assert!(believed > 20, "{believed}");
}
