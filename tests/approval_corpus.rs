//! The open corpus of answers by mail: what `answer::hear` makes of each, against the expected verdict.
//!
//! The corpus lies beside the checkout and is not part of it; without it the test says so and passes. Its mails carry the
//! `Authentication-Results` of `mx.corp.test` and no signature, so the receiving server is the witness here.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot set itself up should stop at once"
)]

use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::date;
use madoguchi::answer::{Heard, Request, Room, hear};
use madoguchi::auth::zone::Zone;
use madoguchi::auth::{Authenticator, Checks};
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring, Token};
use madoguchi::triage::approval::{Judgement, Mode, NotYet, agreed};
use madoguchi::triage::command::Command;
use madoguchi::triage::id::{Address, CaseId, Fingerprint, Revision};

use madoguchi::mime;

const DESK: &str = "approve@corp.test";
const AGENT: &str = "agent@corp.test";
const AGENT2: &str = "agent2@corp.test";
const CUSTOMER: &str = "customer@example.com";

#[tokio::test]
async fn every_answer_of_the_corpus_is_heard_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/approval");
    let Ok(expected) = std::fs::read_to_string(folder.join("expected.tsv")) else {
        println!("skipped: no corpus beside the checkout");
        return;
    };
    let world = World::new();
    let (mut rows, mut wrong) = (0, String::new());
    for row in expected.lines().skip(1) {
        let (name, expected) = row.split_once('\t').unwrap();
        let template =
            std::fs::read_to_string(folder.join(format!("{name}.eml.tmpl"))).unwrap().replace("\r\n", "\n");
        for (ends, raw) in
            [("LF", world.fill(&template)), ("CRLF", world.fill(&template).replace('\n', "\r\n"))]
        {
            let verdict = world.verdict(&template, raw.as_bytes()).await;
            if verdict != expected {
                writeln!(wrong, "{name} ({ends}): {verdict}, expected {expected}").unwrap();
            }
        }
        rows += 1;
    }
    println!("{rows} rows");
    assert!(wrong.is_empty(), "{wrong}");
}

/// One desk with an open request, an open one of another case, an expired and a used one.
struct World {
    auth: Authenticator,
    ring: Keyring,
    agents: Vec<Address>,
    content: Content,
    open: Token,
    other: Token,
    expired: Token,
    used: Token,
}

impl World {
    fn new() -> Self {
        let ring = Keyring::new(Secret::new("corpus".to_owned()), None);
        let agent = address(AGENT);
        let content = Content::of(&address(CUSTOMER), "subject", "body");
        let case = |byte| CaseId::of(Fingerprint::new([byte; 16]));
        let (later, earlier) =
            ("2026-11-24T01:00:00Z".parse().unwrap(), "2026-11-21T01:00:00Z".parse().unwrap());
        let second = Revision::FIRST.next();
        let dns = Box::new(Zone::Text("* FAIL".to_owned())); // nobody asks
        let authserv_id = Some("mx.corp.test".to_owned());
        Self {
            auth: Authenticator::new(Checks { mode: Mode::Authserv, authserv_id, dns }),
            open: ring.issue(&case(1), second, content, &agent, later),
            other: ring.issue(&case(2), Revision::FIRST, content, &agent, later),
            expired: ring.issue(&case(3), Revision::FIRST, content, &agent, earlier),
            used: ring.issue(&case(1), Revision::FIRST, content, &agent, later),
            agents: vec![agent, address(AGENT2)],
            ring,
            content,
        }
    }

    fn fill(&self, template: &str) -> String {
        let open = self.open.to_string();
        let id = self.open.message_id("corp.test").unwrap().to_string();
        let flipped = open
            .strip_suffix(|_: char| true)
            .map(|cut| format!("{cut}{}", if open.ends_with('0') { '1' } else { '0' }));
        let (head, tail) = open.split_at(30);
        let mut filled = template.to_owned();
        if template.contains("Content-Transfer-Encoding: base64") {
            let (header, body) = template.split_once("\n\n").unwrap();
            let body: String = body.split_whitespace().collect();
            let text = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
            let text = self.fill(&String::from_utf8(text).unwrap().replace("\r\n", "\n"));
            filled = format!("{header}\n\n{}\n", data_encoding::BASE64.encode(text.as_bytes()));
        }
        for (mark, value) in [
            ("{{AGENT}}", AGENT),
            ("{{AGENT2}}", AGENT2),
            ("{{CUSTOMER}}", CUSTOMER),
            ("{{APPROVAL_ADDR}}", DESK),
            ("{{APPROVAL_MSGID}}", &id),
            ("{{TOKEN}}", &open),
            ("{{TOKEN_OTHER}}", &self.other.to_string()),
            ("{{TOKEN_EXPIRED}}", &self.expired.to_string()),
            ("{{TOKEN_USED}}", &self.used.to_string()),
            ("{{AUTHSERV}}", "mx.corp.test"),
            ("{{TOKEN:LOWER}}", &open.to_lowercase()),
            ("{{TOKEN:FLIP}}", &flipped.unwrap()),
            ("{{TOKEN:0:20}}", open.get(..20).unwrap()),
            ("{{TOKEN:WRAP76}}", &format!("{head}\n> {tail}")),
        ] {
            filled = filled.replace(mark, value);
        }
        assert!(!filled.contains("{{"), "an unknown mark");
        filled
    }

    async fn verdict(&self, template: &str, raw: &[u8]) -> &'static str {
        let decided =
            template.contains("X-Harness: other-agent-rejected-first") || template.contains("<dup@test>");
        let request = |token: &Token| {
            let known = [&self.open, &self.other, &self.expired, &self.used].contains(&token);
            let settled = *token == self.used || (decided && *token == self.open);
            known.then_some(Request {
                content: Some(self.content),
                checks: 0,
                pieces: vec![],
                settled,
                day: false,
            })
        };
        let now = "2026-11-22T01:20:00Z".parse().unwrap();
        let room =
            Room { agents: &self.agents, staff: &[], ring: &self.ring, now, today: date(2026, 11, 22) };
        let letter = mime::letter(raw).unwrap();
        let judgement = match agreed(&letter, raw) {
            Ok(from) => self.auth.judge(raw, &from, now).await,
            Err(_) => Judgement::Wait(NotYet::NotAsked),
        };
        match hear(&letter, raw, room, &judgement, request) {
            Heard::Wait { .. } => "WAIT",
            Heard::Machine(_) | Heard::Away { .. } | Heard::Late { .. } => "IGNORE",
            Heard::Day { .. } => panic!("nobody was asked about a day"),
            Heard::Complaint { .. } => panic!("nobody was asked about a complaint"),
            Heard::Alarm(_) => "ALERT",
            Heard::Expired { .. } | Heard::Ask { .. } => "ASK",
            Heard::Command { command: Command::Approve, .. } => "APPROVE",
            Heard::Command { command: Command::Reject { .. }, .. } => "REJECT",
            Heard::Command { command: Command::Edit { text }, .. } => {
                assert!(!text.contains("token:") && !text.contains('>'), "the quote stays out");
                "EDIT"
            }
            Heard::Command { .. } => "another command",
        }
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}
