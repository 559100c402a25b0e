//! Any complaint and any mail about one, for round trips; and the promised text of a whole complaint.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::any::{address, day, instant, message_id, revision, text};
use super::golden::usual_case;
use crate::record::{case_from_json, case_to_json};
use crate::store::VALUE_LIMIT;
use crate::triage::belonging::MOST_MAILS;
use crate::triage::command::known_word;
use crate::triage::complaint::{
    Alarm, Complaint, Deadlines, Duty, Ended, Field, How, LONGEST, MOST_DEMANDS, MOST_TASKS, Objection,
    Occasion, People, Piece, Refusal, ReportDraft, Severity, Solution, Statement, Task, TaskState, Verdict,
    WORDS,
};
use crate::triage::effect::Effect;
use crate::triage::id::{MessageId, Revision};

fn statement() -> impl Strategy<Value = Statement> {
    (instant(), address(), text()).prop_map(|(at, by, text)| Statement { at, by, text })
}

fn task() -> impl Strategy<Value = Task> {
    let state = prop_oneof![
        Just(TaskState::Open),
        Just(TaskState::Objected),
        (instant(), text()).prop_map(|(at, note)| TaskState::Done { at, note }),
        instant().prop_map(|at| TaskState::Withdrawn { at }),
    ];
    (address(), day(), instant(), text(), instant(), state)
        .prop_map(|(who, day, due, text, at, state)| Task { who, day, due, text, at, state })
}

fn objection() -> impl Strategy<Value = Objection> {
    (address(), instant(), option::of(any::<u16>()), text(), instant(), any::<bool>())
        .prop_map(|(by, at, task, reason, due, settled)| Objection { by, at, task, reason, due, settled })
}

fn duty() -> impl Strategy<Value = Duty> {
    prop_oneof![
        select(vec![
            Duty::Fields,
            Duty::Proposal,
            Duty::Objection,
            Duty::Handling,
            Duty::Explanation,
            Duty::Verdict,
            Duty::Report,
        ]),
        any::<u16>().prop_map(Duty::Task),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Unasked),
        instant().prop_map(|due| Verdict::Asked { due }),
        (address(), instant(), instant()).prop_map(|(by, at, report_due)| Verdict::Approved {
            by,
            at,
            report_due
        }),
    ]
}

fn ended() -> impl Strategy<Value = Ended> {
    let how = prop_oneof![
        option::of(message_id()).prop_map(|mail| How::Reported { mail }),
        (address(), text()).prop_map(|(by, reason)| How::Without { by, reason }),
    ];
    (instant(), how).prop_map(|(at, how)| Ended { at, how })
}

fn report() -> impl Strategy<Value = ReportDraft> {
    (revision(), option::of(instant())).prop_map(|(revision, edited)| ReportDraft { revision, edited })
}

/// Any complaint.
pub(super) fn complaint() -> impl Strategy<Value = Complaint> {
    let people = (address(), address(), option::of(address()), vec(address(), 0..3))
        .prop_map(|(responsible, manager, seller, named)| People { responsible, manager, seller, named });
    let deadlines =
        (instant(), instant(), instant(), instant()).prop_map(|(fields, proposal, handling, explanation)| {
            Deadlines { fields, proposal, handling, explanation }
        });
    let alarm =
        (instant(), instant(), any::<u8>()).prop_map(|(due, next, reminders)| Alarm { due, next, reminders });
    let solution =
        (statement(), vec(text(), 0..3)).prop_map(|(statement, answers)| Solution { statement, answers });
    let head = (
        text(),
        select(vec![Severity::Urgent, Severity::Ordinary]),
        instant(),
        option::of(address()),
        people,
        btree_map(text(), text(), 0..4),
        vec(text(), 0..3),
    );
    let middle = (deadlines, option::of(solution), vec(task(), 0..3), vec(objection(), 0..3));
    let tail = (
        (option::of(statement()), option::of(statement())),
        verdict(),
        any::<u16>(),
        btree_map(duty(), alarm, 0..4),
        (option::of(report()), option::of(ended())),
    );
    // On the heap: what makes a whole case is too large for the stack of a test.
    (head.boxed(), middle.boxed(), tail.boxed()).prop_map(
        |(
            (kind, severity, opened, by, people, fields, demands),
            (deadlines, solution, tasks, objections),
            ((cause, prevention), verdict, version, alarms, (report, ended)),
        )| Complaint {
            kind,
            severity,
            opened,
            by,
            people,
            fields,
            demands,
            deadlines,
            solution,
            tasks,
            objections,
            cause,
            prevention,
            verdict,
            version,
            report,
            alarms,
            ended,
        },
    )
}

fn refusal() -> impl Strategy<Value = Refusal> {
    let word = || select(WORDS.to_vec()).prop_map(|word| known_word(word).unwrap());
    prop_oneof![
        word().prop_map(|word| Refusal::NotYours { word }),
        word().prop_map(|word| Refusal::StillOpen { word }),
        vec(text(), 0..3)
            .prop_map(|unknown| Refusal::Fields { unknown, wrong: vec![Field::Severity, Field::Demands] }),
        vec(any::<u16>(), 0..3).prop_map(Refusal::Unanswered),
        vec(text(), 0..3).prop_map(Refusal::Unknown),
        select(vec![
            Refusal::NoComplaint,
            Refusal::NotConfigured,
            Refusal::WhichKind,
            Refusal::Incomplete,
            Refusal::Begun,
            Refusal::NoSolution,
            Refusal::Past,
            Refusal::Settled,
            Refusal::OwnWork,
        ]),
    ]
}

/// Any mail about a complaint.
pub(super) fn effect() -> impl Strategy<Value = Effect> {
    let number = any::<u16>;
    let piece = prop_oneof![
        select(vec![Piece::Fields, Piece::Lead, Piece::Named]),
        number().prop_map(Piece::Task),
        number().prop_map(Piece::Verdict),
    ];
    let occasion = prop_oneof![
        select(vec![
            Occasion::Opened,
            Occasion::Changed,
            Occasion::Missing,
            Occasion::Proposed,
            Occasion::Approved,
            Occasion::HandedOver,
            Occasion::Ended,
            Occasion::Status,
        ]),
        (number(), select(vec![0_u8, 1, 2, 3, 4, 5])).prop_map(|(number, kind)| match kind {
            0 => Occasion::Task(number),
            1 => Occasion::Objected(number),
            2 => Occasion::Stands(number),
            3 => Occasion::Withdrawn(number),
            4 => Occasion::Closed(number),
            _ => Occasion::Verdict(number),
        }),
        text().prop_map(|reason| Occasion::SentBack { reason }),
        duty().prop_map(Occasion::Late),
        refusal().prop_map(Occasion::Refused),
    ];
    (address(), option::of(piece), occasion, instant(), instant(), any::<u8>()).prop_map(
        |(to, piece, occasion, at, until, reminder)| Effect::Complaint {
            to,
            piece,
            occasion,
            at,
            until,
            reminder,
        },
    )
}

const WHOLE: &str = r#"{"kind":"品質","severity":"urgent","opened":"2026-08-27T01:20:00Z","people":{"responsible":"lea@works.example","manager":"max@works.example","seller":"sel@works.example","named":["pia@works.example"]},"fields":{"注文番号":"A-1"},"demands":["交換"],"deadlines":{"fields":"2026-08-28T09:00:00Z","proposal":"2026-08-29T05:00:00Z","handling":"2026-08-29T05:00:00Z","explanation":"2026-09-04T09:00:00Z"},"solution":{"statement":{"at":"2026-08-27T02:00:00Z","by":"lea@works.example","text":"交換"},"answers":["交換"]},"tasks":[{"who":"tom@works.example","day":"2026-08-28","due":"2026-08-28T15:00:00Z","text":"送る","at":"2026-08-27T02:00:00Z","state":{"kind":"done","at":"2026-08-27T03:00:00Z","note":"送った"}}],"objections":[{"by":"tom@works.example","at":"2026-08-27T02:30:00Z","task":1,"reason":"在庫なし","due":"2026-08-28T09:00:00Z","settled":true}],"verdict":{"kind":"asked","due":"2026-08-28T09:00:00Z"},"version":1,"alarms":[{"duty":{"kind":"task","number":1},"due":"2026-08-28T15:00:00Z","next":"2026-08-28T15:00:00Z","reminders":0}],"ended":{"kind":"reported","at":"2026-08-28T01:00:00Z"}}"#;

#[test]
fn a_complaint_is_written_as_promised() {
    let usual = String::from_utf8(case_to_json(&usual_case())).unwrap();
    let ended = r#""kind":"reported","at":"2026-08-28T01:00:00Z""#;
    assert!(WHOLE.contains(ended));
    let kept = WHOLE.replace(ended, &format!(r#"{ended},"mail":"reply.1@desk.example""#));
    for (text, mail) in [(WHOLE, None), (kept.as_str(), MessageId::parse("reply.1@desk.example"))] {
        let with = usual.replace(r#""effects":"#, &format!(r#""complaint":{text},"effects":"#));
        let case = case_from_json(with.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(case_to_json(&case)).unwrap(), with);
        let complaint = case.complaint.unwrap();
        assert_eq!(complaint.progress(), (1, 1));
        assert_eq!(complaint.ended.map(|ended| ended.how), Some(How::Reported { mail }));
    }
    let version = r#""version":1,"#;
    for (report, edited) in [
        (r#"{"revision":3}"#, None),
        (r#"{"revision":3,"edited":"2026-08-28T00:30:00Z"}"#, "2026-08-28T00:30:00Z".parse().ok()),
    ] {
        let with = WHOLE.replace(version, &format!(r#"{version}"report":{report},"#));
        let with = usual.replace(r#""effects":"#, &format!(r#""complaint":{with},"effects":"#));
        let case = case_from_json(with.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(case_to_json(&case)).unwrap(), with);
        let revision = Revision::new(3).unwrap();
        assert_eq!(case.complaint.unwrap().report, Some(ReportDraft { revision, edited }));
    }
}

/// A command that makes a case too large for its row would be tried for ever: the bounds of all parts together fit.
#[test]
fn the_largest_complaint_fits_into_its_row() {
    let usual = String::from_utf8(case_to_json(&usual_case())).unwrap();
    let with = usual.replace(r#""effects":"#, &format!(r#""complaint":{WHOLE},"effects":"#));
    let mut case = case_from_json(with.as_bytes()).unwrap();
    let long = "交".repeat(LONGEST);
    let mail = case.mails[0].clone();
    case.mails.resize(MOST_MAILS, mail);
    let complaint = case.complaint.as_mut().unwrap();
    complaint.fields = (0..20).map(|number| (format!("項目{number}"), long.clone())).collect();
    complaint.demands = vec![long.clone(); MOST_DEMANDS];
    complaint.solution.as_mut().unwrap().statement.text = long.clone();
    complaint.solution.as_mut().unwrap().answers = vec![long.clone(); MOST_DEMANDS];
    let mut task = complaint.tasks[0].clone();
    (task.text, task.state) = (long.clone(), TaskState::Done { at: task.at, note: long.clone() });
    complaint.tasks = vec![task; MOST_TASKS];
    let mut objection = complaint.objections[0].clone();
    objection.reason = long.clone();
    complaint.objections = vec![objection; MOST_TASKS];
    let statement = Statement { text: long, ..complaint.solution.as_ref().unwrap().statement.clone() };
    (complaint.cause, complaint.prevention) = (Some(statement.clone()), Some(statement));
    let size = case_to_json(&case).len();
    assert!((500_000..VALUE_LIMIT).contains(&size), "{size}");
}
