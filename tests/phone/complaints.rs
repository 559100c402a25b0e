//! Mails about a complaint, in every language: a long one to who is responsible, a task, and a verdict with its buttons.

use madoguchi::outbox::complaint::{About, mail};
use madoguchi::triage::complaint::{
    Alarm, Complaint, Deadlines, Duty, Objection, Occasion, People, Piece, Refusal, Severity, Solution,
    Statement, Task, TaskState, Verdict,
};

use super::*;

fn statement(text: &str) -> Statement {
    Statement { at: MORNING.parse().unwrap(), by: address(COLLEAGUE), text: text.to_owned() }
}

/// A complaint in which everything there is has happened.
fn complaint() -> Complaint {
    let at = MORNING.parse().unwrap();
    let task = |who: &str, text: &str, state: TaskState| Task {
        who: address(who),
        day: "2026-08-28".parse().unwrap(),
        due: at,
        text: text.to_owned(),
        at,
        state,
    };
    Complaint {
        kind: "品質".to_owned(),
        severity: Severity::Urgent,
        opened: at,
        by: None,
        people: People {
            responsible: address(COLLEAGUE),
            manager: address(AGENT),
            seller: None,
            named: vec![address(AGENT)],
        },
        fields: [("注文番号", "A-1001"), ("内容", "https://www.example.com/a-very-long-address-without-any-blank-that-nobody-can-break/of-a-picture.jpg\n皿が割れて届いた。"), ("連絡先", "090-1234-5678")]
            .map(|(label, value)| (label.to_owned(), value.to_owned()))
            .into(),
        demands: vec!["代わりの皿がほしい".to_owned(), "原因を知りたい".to_owned()],
        deadlines: Deadlines { fields: at, proposal: at, handling: at, explanation: at },
        solution: Some(Solution {
            statement: statement("要求 1: 交換します\n要求 2: 書面でお知らせします"),
            answers: vec!["交換します".to_owned(), "書面でお知らせします".to_owned()],
        }),
        tasks: vec![
            task(SHOP, "皿を送る", TaskState::Objected),
            task(AGENT, "梱包材を調べる", TaskState::Done { at, note: "薄かった".to_owned() }),
        ],
        objections: vec![Objection {
            by: address(SHOP),
            at,
            task: Some(1),
            reason: "在庫がない".to_owned(),
            due: at,
            settled: false,
        }],
        cause: Some(statement("緩衝材が薄かった")),
        prevention: Some(statement("二重にする")),
        verdict: Verdict::Asked { due: at },
        version: 1,
        report: None,
        alarms: [(Duty::Task(1), Alarm { due: at, next: at, reminders: 2 })].into(),
        ended: None,
    }
}

fn about(name: &str, lang: Lang, to: &str, piece: Piece, occasion: &Occasion, facts: &[&str]) -> Fixture {
    let (live, reader) = (live(lang), address(to));
    let mut case =
        case(lang, Class::Inquiry, Step::Complaint { since: MORNING.parse().unwrap() }, Owner::Desk);
    case.complaint = Some(Box::new(complaint()));
    let until = "2026-08-27T01:12:00Z".parse().unwrap();
    let ring = Keyring::new(Secret::new("k".to_owned()), None);
    let token = ring.issue(&case.id, case.revision, Content::of_complaint(&piece.bound()), &reader, until);
    let told = About { to: &reader, piece: Some(piece), occasion, token: Some(&token), reminder: 2 };
    let facts = facts.iter().map(|fact| (*fact).to_owned());
    let facts = facts.chain([token.to_string(), format!("C-{}", case.id)]).collect();
    Fixture { name: format!("{name}-{}", lang.code()), mail: mail(&live, &case, &told), facts }
}

/// What everybody is written about a complaint.
pub(crate) fn complaints(lang: Lang) -> Vec<Fixture> {
    let all = ["A-1001", "代わりの皿がほしい", "皿を送る", "在庫がない", "緩衝材が薄かった", "二重にする"];
    let refusal = Refusal::Fields { unknown: vec!["色".to_owned()], wrong: vec![] };
    vec![
        about("complaint-opened", lang, COLLEAGUE, Piece::Lead, &Occasion::Opened, &all),
        about("complaint-task", lang, SHOP, Piece::Task(1), &Occasion::Task(1), &["皿を送る"]),
        about("complaint-verdict", lang, AGENT, Piece::Verdict(1), &Occasion::Verdict(1), &all),
        about("complaint-late", lang, AGENT, Piece::Named, &Occasion::Late(Duty::Task(1)), &all),
        about("complaint-refused", lang, AGENT, Piece::Fields, &Occasion::Refused(refusal), &["色"]),
    ]
}
