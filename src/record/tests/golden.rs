//! The texts of version 1, which stay readable for ever. A change here is a change of the format.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use jiff::Timestamp;
use jiff::civil::date;

use crate::imap::watch::{Anchor, Cursor};
use crate::outbox::row::{Phase, ReportPhase, ReportRow, Row};
use crate::record::{
    case_from_json, case_to_json, cursor_to_json, customer_from_json, customer_to_json, report_from_json,
    report_to_json, row_from_json, row_to_json,
};
use crate::triage::case::{
    Asking, Case, CaseMail, Customer, Entry, Matter, Open, Outcome, Owner, Place, Sent, State, Step, Then,
    Why, known_state_word,
};
use crate::triage::directory::{CustomerId, Record, Tier};
use crate::triage::dossier::{Call, CallOutcome, Dossier, Guidance, LongCall, OnCall};
use crate::triage::draft::{Author, Draft};
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::night::Section;
use crate::triage::placement::Placement;
use crate::triage::verdict::Class;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_787_800_000 + minute * 60).unwrap()
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn asking() -> Asking {
    Asking { at: at(1), until: at(99), reminders: 1, then: Then::Reply }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::new(*b"0123456789abcdef")
}

fn place() -> Place {
    Place { folder: "INBOX".into(), uid_validity: 7, uid: 42, size: 1200, server_id: None }
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A usual case of class B, asked about.
pub(super) fn usual_case() -> Case {
    let id = CaseId::of(fingerprint());
    Case {
        mailbox: MailboxName::parse("honten").unwrap(),
        opened: at(0),
        day: date(2026, 8, 26),
        customer: Customer {
            name: Some("山田 太郎".into()),
            address: Some(address("Taro..y.@docomo.ne.jp")),
            phone: Some("09012345678".into()),
            shop: None,
        },
        matter: Matter {
            class: Class::Reservation,
            topic: "booking".into(),
            urgent: false,
            ambiguous: false,
            rival: None,
            needs_staff: false,
            lang: "ja".into(),
            wishes: vec!["8月27日(木) 14時".into()],
            missing: vec![],
            template: "reservation-proposal".into(),
        },
        mails: vec![CaseMail {
            fingerprint: fingerprint(),
            message_id: MessageId::parse("<form.1@example.com>"),
            subject: "予約希望".into(),
            words: "8/27 14時に伺いたいです。\n\"よろしく\"".into(),
            sent: at(0),
            place: place(),
            fixed_marks: set(&["chat"]),
            marks: set(&["asked", "chat"]),
            archived: false,
            pending: Some(0),
            gone: false,
            stars: BTreeSet::new(),
        }],
        draft: Some(Draft {
            revision: Revision::FIRST,
            to: address("taro..y.@docomo.ne.jp"),
            subject: "ご予約について".into(),
            body: "山田様\n".into(),
            author: Author::Template("reservation-proposal".into()),
            large: false,
            edited: 0,
            approved: None,
        }),
        revision: Revision::FIRST,
        sent: Some(Sent {
            message_id: MessageId::of_reply(&id, Revision::FIRST, "d.example"),
            revision: Revision::FIRST,
            at: at(2),
        }),
        reported: Some(date(2026, 8, 27)),
        record: vec![
            Entry { at: at(1), by: None, what: "asked".into(), note: String::new() },
            Entry {
                at: at(2),
                by: Some(address("sato@example.com")),
                what: "承認".into(),
                note: "急ぎ".into(),
            },
        ],
        checks: vec![],
        service: Default::default(),
        handling: Default::default(),
        linked: None,
        told: vec![],
        dossier: Default::default(),
        complaint: None,
        effects: 3,
        placement: Placement::default(),
        state: State::Open(Open { step: Step::Asked { asking: asking() }, owner: Owner::Desk, due: at(30) }),
        id,
    }
}

fn check(json: &[u8], expected: &Expect) {
    expected.assert_eq(std::str::from_utf8(json).unwrap());
}

#[test]
fn a_case() {
    let case = usual_case();
    let json = case_to_json(&case);
    check(
        &json,
        &expect![[
            r#"{"v":1,"id":"60RK4CSM6M","mailbox":"honten","opened":"2026-08-27T03:06:40Z","day":"2026-08-26","customer":{"name":"山田 太郎","address":"taro..y.@docomo.ne.jp","phone":"09012345678"},"matter":{"class":"reservation","topic":"booking","urgent":false,"ambiguous":false,"needs_staff":false,"lang":"ja","wishes":["8月27日(木) 14時"],"missing":[],"template":"reservation-proposal"},"mails":[{"fingerprint":"30313233343536373839616263646566","message_id":"form.1@example.com","subject":"予約希望","words":"8/27 14時に伺いたいです。\n\"よろしく\"","sent":"2026-08-27T03:06:40Z","place":{"folder":"INBOX","uid_validity":7,"uid":42,"size":1200},"fixed_marks":["chat"],"marks":["asked","chat"],"archived":false,"pending":0}],"draft":{"revision":1,"to":"taro..y.@docomo.ne.jp","subject":"ご予約について","body":"山田様\n","author":{"kind":"template","name":"reservation-proposal"}},"revision":1,"sent":{"message_id":"reply.60RK4CSM6M.1@d.example","revision":1,"at":"2026-08-27T03:08:40Z"},"reported":"2026-08-27","record":[{"at":"2026-08-27T03:07:40Z","what":"asked","note":""},{"at":"2026-08-27T03:08:40Z","by":"sato@example.com","what":"承認","note":"急ぎ"}],"effects":3,"state":{"kind":"open","step":{"kind":"asked","asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}}"#
        ]],
    );
    assert_eq!(case_from_json(&json), Ok(case));
}

#[test]
fn states() {
    let by = || address("sato@example.com");
    let open = |step, owner| State::Open(Open { step, owner, due: at(30) });
    let since = at(3);
    let rows = [
        open(Step::Drafted { asking: asking() }, Owner::Desk),
        open(Step::Asked { asking: asking() }, Owner::Agent(by())),
        open(Step::AtDesk { why: Why::Fault("first-answer".into()), asking: asking() }, Owner::Desk),
        open(Step::AtDesk { why: Why::NoAddress, asking: asking() }, Owner::Desk),
        open(
            Step::AtDesk { why: Why::Rejected { by: by(), reason: "古い".into() }, asking: asking() },
            Owner::Desk,
        ),
        open(Step::AtDesk { why: Why::CustomerAnswered, asking: asking() }, Owner::Desk),
        open(Step::AtDesk { why: Why::Bounced, asking: asking() }, Owner::Desk),
        open(Step::AtDesk { why: Why::Refused { what: "RCPT 550".into() }, asking: asking() }, Owner::Desk),
        open(Step::AtDesk { why: Why::DraftEdited, asking: asking() }, Owner::Desk),
        open(
            Step::Sending { by: by(), then: Then::Shop, answered: true, leaves: Some(since) },
            Owner::Machine,
        ),
        open(
            Step::Unknown { by: by(), then: Then::Reply, since, looks: 3, asking: None, answered: false },
            Owner::Supervisors,
        ),
        open(
            Step::Unknown {
                by: by(),
                then: Then::Reply,
                since,
                looks: 3,
                asking: Some(asking()),
                answered: false,
            },
            Owner::Supervisors,
        ),
        open(Step::AwaitingReply { since }, Owner::Customer),
        open(Step::Answered { since }, Owner::Machine),
        open(Step::AtShop { since, asking: asking() }, Owner::Shop("渋谷店".into())),
        open(Step::Quarantined { why: "charset".into(), asking: asking() }, Owner::Supervisors),
        State::Closed { outcome: Outcome::Converted, at: since },
        State::Closed { outcome: Outcome::Unconverted, at: since },
        State::Closed { outcome: Outcome::Answered, at: since },
        State::Closed { outcome: Outcome::Referred, at: since },
        State::Closed { outcome: Outcome::Dismissed, at: since },
        State::Closed { outcome: Outcome::TakenOver, at: since },
    ];
    let mut lines = String::new();
    for state in rows {
        let case = Case { state, ..usual_case() };
        assert_eq!(known_state_word(case.state_word()), Some(case.state_word()));
        let json = String::from_utf8(case_to_json(&case)).unwrap();
        let (_, state) = json.split_once("\"effects\":3,").unwrap();
        lines.push_str(state.strip_suffix('}').unwrap());
        lines.push('\n');
        assert_eq!(case_from_json(json.as_bytes()), Ok(case));
    }
    check(
        lines.as_bytes(),
        &expect![[r#"
            "state":{"kind":"open","step":{"kind":"drafted","asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"asked","asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"agent","address":"sato@example.com"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"fault","what":"first-answer"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"no_address"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"rejected","by":"sato@example.com","reason":"古い"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"customer_answered"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"bounced"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"refused","what":"RCPT 550"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_desk","why":{"kind":"draft_edited"},"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"desk"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"sending","by":"sato@example.com","then":"shop","answered":true,"leaves":"2026-08-27T03:09:40Z"},"owner":{"kind":"machine"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"unknown","by":"sato@example.com","then":"reply","since":"2026-08-27T03:09:40Z","looks":3,"answered":false},"owner":{"kind":"supervisors"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"unknown","by":"sato@example.com","then":"reply","since":"2026-08-27T03:09:40Z","looks":3,"asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"},"answered":false},"owner":{"kind":"supervisors"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"awaiting_reply","since":"2026-08-27T03:09:40Z"},"owner":{"kind":"customer"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"answered","since":"2026-08-27T03:09:40Z"},"owner":{"kind":"machine"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"at_shop","since":"2026-08-27T03:09:40Z","asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"shop","name":"渋谷店"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"open","step":{"kind":"quarantined","why":"charset","asking":{"at":"2026-08-27T03:07:40Z","until":"2026-08-27T04:45:40Z","reminders":1,"then":"reply"}},"owner":{"kind":"supervisors"},"due":"2026-08-27T03:36:40Z"}
            "state":{"kind":"closed","outcome":"converted","at":"2026-08-27T03:09:40Z"}
            "state":{"kind":"closed","outcome":"unconverted","at":"2026-08-27T03:09:40Z"}
            "state":{"kind":"closed","outcome":"answered","at":"2026-08-27T03:09:40Z"}
            "state":{"kind":"closed","outcome":"referred","at":"2026-08-27T03:09:40Z"}
            "state":{"kind":"closed","outcome":"dismissed","at":"2026-08-27T03:09:40Z"}
            "state":{"kind":"closed","outcome":"taken_over","at":"2026-08-27T03:09:40Z"}
        "#]],
    );
}

#[test]
fn effects() {
    let to = || address("sato@example.com");
    let revision = Revision::FIRST.next();
    let tell = |notice| Effect::Tell { to: to(), notice, at: at(4) };
    let put = |question, check| {
        let (at, until) = (at(4), at(99));
        Effect::Ask { to: to(), question, revision, at, until, reminder: 2, check }
    };
    let ask = |question| put(question, None);
    let rows = [
        Effect::Mark {
            mail: fingerprint(),
            message_id: MessageId::parse("m1@example.com"),
            place: place(),
            add: set(&["handled"]),
            remove: set(&["asked"]),
            archive: true,
        },
        Effect::SaveDraft { revision },
        Effect::RetireDraft { revision },
        ask(Question::Approve),
        ask(Question::Write),
        ask(Question::Shop),
        ask(Question::Unknown),
        ask(Question::Quarantine),
        ask(Question::Outcome),
        ask(Question::Check),
        put(Question::Check, Some(3)),
        tell(Notice::Done { command: "承認" }),
        tell(Notice::AlreadyDecided { by: Some(to()), at: at(3), what: "却下".into() }),
        tell(Notice::AlreadyDecided { by: None, at: at(3), what: "asked".into() }),
        tell(Notice::Retired),
        tell(Notice::NotNow { command: "取消", state: "closed" }),
        tell(Notice::UnknownColleague { who: "佐藤".into() }),
        tell(Notice::TooManyQuestions { most: 16, waiting: 15, more: 3 }),
        tell(Notice::NoAddress),
        tell(Notice::AnsweredByHand { at: at(3) }),
        tell(Notice::Overdue { state: "at_desk" }),
        tell(Notice::Spent { day: jiff::civil::date(2026, 8, 27) }),
        tell(Notice::Status),
        tell(Notice::Help),
        Effect::Send { revision, attempt: 1 },
        Effect::LookForSent { revision, look: 3 },
        Effect::FileSent { revision },
        Effect::Acknowledge { to: to(), form: None, answer_by: at(99), at: at(4) },
        Effect::Acknowledge { to: to(), form: Some(to()), answer_by: at(99), at: at(4) },
    ];
    let mut lines = String::new();
    for effect in rows {
        let row = Row { effect, blob: None, ..some_row() };
        let json = String::from_utf8(row_to_json(&row)).unwrap();
        let (_, effect) = json.split_once("\"phase\":\"dot\",").unwrap();
        lines.push_str(effect.strip_suffix('}').unwrap());
        lines.push('\n');
        assert_eq!(row_from_json(json.as_bytes()), Ok(row));
    }
    check(
        lines.as_bytes(),
        &expect![[r#"
            "effect":{"kind":"mark","mail":"30313233343536373839616263646566","message_id":"m1@example.com","place":{"folder":"INBOX","uid_validity":7,"uid":42,"size":1200},"add":["handled"],"remove":["asked"],"archive":true}
            "effect":{"kind":"save_draft","revision":2}
            "effect":{"kind":"retire_draft","revision":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"approve","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"write","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"shop","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"unknown","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"quarantine","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"outcome","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"check","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2}
            "effect":{"kind":"ask","to":"sato@example.com","question":"check","revision":2,"at":"2026-08-27T03:10:40Z","until":"2026-08-27T04:45:40Z","reminder":2,"check":3}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"done","command":"承認"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"already_decided","by":"sato@example.com","at":"2026-08-27T03:09:40Z","what":"却下"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"already_decided","at":"2026-08-27T03:09:40Z","what":"asked"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"retired"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"not_now","command":"取消","state":"closed"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"unknown_colleague","who":"佐藤"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"too_many_questions","most":16,"waiting":15,"more":3},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"no_address"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"answered_by_hand","at":"2026-08-27T03:09:40Z"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"overdue","state":"at_desk"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"spent","day":"2026-08-27"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"status"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"tell","to":"sato@example.com","notice":{"kind":"help"},"at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"send","revision":2,"attempt":1}
            "effect":{"kind":"look_for_sent","revision":2,"look":3}
            "effect":{"kind":"file_sent","revision":2}
            "effect":{"kind":"acknowledge","to":"sato@example.com","answer_by":"2026-08-27T04:45:40Z","at":"2026-08-27T03:10:40Z"}
            "effect":{"kind":"acknowledge","to":"sato@example.com","form":"sato@example.com","answer_by":"2026-08-27T04:45:40Z","at":"2026-08-27T03:10:40Z"}
        "#]],
    );
    check(
        &row_to_json(&some_row()),
        &expect![[
            r#"{"v":1,"case":"60RK4CSM6M","mailbox":"honten","number":2,"not_before":"2026-08-27T03:11:40Z","attempts":1,"phase":"dot","blob":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","effect":{"kind":"send","revision":1,"attempt":1}}"#
        ]],
    );
}

/// The dangerous effect, after its dot.
pub(super) fn some_row() -> Row {
    Row {
        case: CaseId::of(fingerprint()),
        mailbox: MailboxName::parse("honten").unwrap(),
        number: 2,
        not_before: at(5),
        attempts: 1,
        phase: Phase::Dot,
        blob: Some("0f".repeat(32)),
        effect: Effect::Send { revision: Revision::FIRST, attempt: 1 },
    }
}

#[test]
fn reports() {
    let id = CaseId::of(fingerprint());
    let mut lines = String::new();
    for phase in [
        ReportPhase::Planned,
        ReportPhase::Dot,
        ReportPhase::Sent,
        ReportPhase::Unknown,
        ReportPhase::Refused("RCPT 550".into()),
    ] {
        let row = ReportRow {
            date: date(2026, 8, 27),
            shift: "夜".into(),
            at: at(600),
            cases: vec![
                (id.clone(), Section::Inquiry),
                (id.clone(), Section::Reservation),
                (id.clone(), Section::Unfinished),
                (id.clone(), Section::ByHand),
            ],
            to: vec![address("lead@example.com")],
            message_id: MessageId::parse("report.1@d.example").unwrap(),
            blob: "0f".repeat(32),
            attempts: 0,
            not_before: at(600),
            phase,
            settled: false,
        };
        let json = report_to_json(&row);
        lines.push_str(std::str::from_utf8(&json).unwrap());
        lines.push('\n');
        assert_eq!(report_from_json(&json), Ok(row));
    }
    check(
        lines.as_bytes(),
        &expect![[r#"
            {"v":1,"date":"2026-08-27","shift":"夜","at":"2026-08-27T13:06:40Z","cases":[{"case":"60RK4CSM6M","section":"inquiry"},{"case":"60RK4CSM6M","section":"reservation"},{"case":"60RK4CSM6M","section":"unfinished"},{"case":"60RK4CSM6M","section":"by_hand"}],"to":["lead@example.com"],"message_id":"report.1@d.example","blob":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","attempts":0,"not_before":"2026-08-27T13:06:40Z","phase":{"kind":"planned"},"settled":false}
            {"v":1,"date":"2026-08-27","shift":"夜","at":"2026-08-27T13:06:40Z","cases":[{"case":"60RK4CSM6M","section":"inquiry"},{"case":"60RK4CSM6M","section":"reservation"},{"case":"60RK4CSM6M","section":"unfinished"},{"case":"60RK4CSM6M","section":"by_hand"}],"to":["lead@example.com"],"message_id":"report.1@d.example","blob":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","attempts":0,"not_before":"2026-08-27T13:06:40Z","phase":{"kind":"dot"},"settled":false}
            {"v":1,"date":"2026-08-27","shift":"夜","at":"2026-08-27T13:06:40Z","cases":[{"case":"60RK4CSM6M","section":"inquiry"},{"case":"60RK4CSM6M","section":"reservation"},{"case":"60RK4CSM6M","section":"unfinished"},{"case":"60RK4CSM6M","section":"by_hand"}],"to":["lead@example.com"],"message_id":"report.1@d.example","blob":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","attempts":0,"not_before":"2026-08-27T13:06:40Z","phase":{"kind":"sent"},"settled":false}
            {"v":1,"date":"2026-08-27","shift":"夜","at":"2026-08-27T13:06:40Z","cases":[{"case":"60RK4CSM6M","section":"inquiry"},{"case":"60RK4CSM6M","section":"reservation"},{"case":"60RK4CSM6M","section":"unfinished"},{"case":"60RK4CSM6M","section":"by_hand"}],"to":["lead@example.com"],"message_id":"report.1@d.example","blob":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","attempts":0,"not_before":"2026-08-27T13:06:40Z","phase":{"kind":"unknown"},"settled":false}
            {"v":1,"date":"2026-08-27","shift":"夜","at":"2026-08-27T13:06:40Z","cases":[{"case":"60RK4CSM6M","section":"inquiry"},{"case":"60RK4CSM6M","section":"reservation"},{"case":"60RK4CSM6M","section":"unfinished"},{"case":"60RK4CSM6M","section":"by_hand"}],"to":["lead@example.com"],"message_id":"report.1@d.example","blob":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","attempts":0,"not_before":"2026-08-27T13:06:40Z","phase":{"kind":"refused","what":"RCPT 550"},"settled":false}
        "#]],
    );
}

#[test]
fn cursors() {
    check(
        &cursor_to_json(&Cursor {
            uid_validity: 7,
            next_uid: u32::MAX,
            since: at(4),
            rescan_below: 3,
            anchor: Some(Anchor { uid: 9, message_id: "m@example.com".to_owned() }),
        }),
        &expect![[
            r#"{"v":1,"uid_validity":7,"next_uid":4294967295,"since":"2026-08-27T03:10:40Z","rescan_below":3,"anchor":{"uid":9,"message_id":"m@example.com"}}"#
        ]],
    );
}

#[test]
fn a_dossier() {
    let by = || address("sato@example.com");
    let call = |minute, minutes, outcome, note: &str| Call {
        by: by(),
        at: at(minute),
        minutes,
        outcome,
        note: note.into(),
    };
    let case = Case {
        dossier: Dossier {
            given: [("version".to_owned(), "12.3".to_owned())].into(),
            product: Some("Pad Tough".into()),
            named: set(&["Pad mini"]),
            tags: set(&["DMをみた"]),
            calls: vec![
                call(3, None, CallOutcome::NoAnswer, ""),
                call(4, Some(25), CallOutcome::Talked, "再設定"),
            ],
            on_call: Some(OnCall { by: by(), since: at(5) }),
            long: Some(LongCall {
                by: by(),
                at: at(5),
                minutes: None,
                told: [address("tanaka@example.com")].into(),
            }),
            remote: Some(Guidance { by: by(), at: at(6) }),
            taken_by: Some(by()),
        },
        ..usual_case()
    };
    let json = case_to_json(&case);
    let text = std::str::from_utf8(&json).unwrap();
    let from = text.find("\"dossier\"").unwrap();
    let until = text.find(",\"effects\"").unwrap();
    expect![[r#""dossier":{"given":{"version":"12.3"},"product":"Pad Tough","named":["Pad mini"],"tags":["DMをみた"],"calls":[{"by":"sato@example.com","at":"2026-08-27T03:09:40Z","outcome":"no_answer"},{"by":"sato@example.com","at":"2026-08-27T03:10:40Z","minutes":25,"outcome":"talked","note":"再設定"}],"on_call":{"by":"sato@example.com","at":"2026-08-27T03:11:40Z"},"long":{"by":"sato@example.com","at":"2026-08-27T03:11:40Z","told":["tanaka@example.com"]},"remote":{"by":"sato@example.com","at":"2026-08-27T03:12:40Z"},"taken_by":"sato@example.com"}"#]].assert_eq(text.get(from..until).unwrap());
    assert_eq!(case_from_json(&json), Ok(case));
}

#[test]
fn a_customer() {
    let customer = Record {
        id: CustomerId::parse("K-1").unwrap(),
        name: "山田 花子".into(),
        kana: "ヤマダ ハナコ".into(),
        company: "山田工務店".into(),
        phones: vec!["09012345678".into()],
        mails: vec![address("hanako@example.com")],
        tier: Tier::Premium,
        linked: true,
        products: vec!["Pad mini".into()],
        note: "午後に電話".into(),
    };
    let json = customer_to_json(&customer);
    check(
        &json,
        &expect![[
            r#"{"v":1,"id":"K-1","name":"山田 花子","kana":"ヤマダ ハナコ","company":"山田工務店","phones":["09012345678"],"mails":["hanako@example.com"],"tier":"premium","linked":true,"products":["Pad mini"],"note":"午後に電話"}"#
        ]],
    );
    assert_eq!(customer_from_json(&json), Ok(customer));
    // One of before there were products.
    let old = String::from_utf8(json).unwrap().replace(",\"products\":[\"Pad mini\"]", "");
    assert!(customer_from_json(old.as_bytes()).unwrap().products.is_empty());
}
