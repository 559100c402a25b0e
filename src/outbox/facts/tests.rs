//! Which facts reach which reader, with the documented config: agents, a supervisor, a shop's staff.

use std::path::Path;

use crate::desk::History;
use crate::live::Live;
use crate::outbox::facts::{Asked, ask, tell};
use crate::secret::Secret;
use crate::token::{Content, Keyring};
use crate::triage::case::{
    Asking, Case, CaseMail, Customer, Matter, Open, Owner, Place, Rival, Sent, State, Step, Then, Why,
};
use crate::triage::draft::{Author, Draft};
use crate::triage::effect::{Notice, Question};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::verdict::Class;

const MORNING: &str = "2026-08-27T01:00:00Z";
const FIRST: &str = "sato@agents.example";
const SECOND: &str = "suzuki@agents.example";
const SUPERVISOR: &str = "tanaka@agents.example";
const STAFF: &str = "shinjuku@jitanbody.example";

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn asking() -> Asking {
    let at = MORNING.parse().unwrap();
    Asking { at, until: at, reminders: 0, then: Then::Reply }
}

/// A case with a draft, at this step, with this owner.
fn case(step: Step, owner: Owner) -> Case {
    let at = MORNING.parse().unwrap();
    Case {
        id: CaseId::of(Fingerprint::new([7; 16])),
        mailbox: MailboxName::parse("reservation1").unwrap(),
        opened: at,
        day: "2026-08-27".parse().unwrap(),
        customer: Customer {
            name: None,
            address: Some(address("hanako@customer.example")),
            phone: Some("09012345678".to_owned()),
            shop: Some("新宿院".to_owned()),
        },
        matter: Matter {
            class: Class::Reservation,
            topic: "booking".to_owned(),
            urgent: false,
            ambiguous: false,
            rival: None,
            needs_staff: false,
            lang: "ja".to_owned(),
            wishes: vec![],
            missing: vec!["name".to_owned()],
            template: String::new(),
        },
        mails: vec![CaseMail {
            fingerprint: Fingerprint::new([7; 16]),
            message_id: None,
            subject: "予約".to_owned(),
            words: "空いていますか。".to_owned(),
            sent: at,
            place: Place { folder: "INBOX".to_owned(), uid_validity: 1, uid: 1, size: 1, server_id: None },
            fixed_marks: [].into(),
            marks: [].into(),
            archived: false,
            pending: None,
            gone: false,
            stars: Default::default(),
        }],
        draft: Some(Draft {
            revision: Revision::FIRST,
            to: address("hanako@customer.example"),
            subject: "ご予約の件".to_owned(),
            body: "承りました。".to_owned(),
            author: Author::Template("reservation".to_owned()),
            large: false,
            approved: None,
        }),
        revision: Revision::FIRST,
        sent: Some(Sent {
            message_id: MessageId::parse("reply.x@jitanbody.example").unwrap(),
            revision: Revision::FIRST,
            at,
        }),
        reported: None,
        record: vec![],
        checks: vec![],
        told: vec![],
        effects: 1,
        state: State::Open(Open { step, owner, due: at }),
    }
}

fn live() -> Live {
    Live::load(Path::new("config.toml")).unwrap()
}

/// The text of a request.
fn asked(case: &Case, to: &str, question: Question, reminder: u8) -> String {
    let to = address(to);
    let at = MORNING.parse().unwrap();
    let ring = Keyring::new(Secret::new("k".to_owned()), None);
    let token = ring.issue(&case.id, case.revision, Content::of_question(), &to, at);
    let history = History {
        lines: vec!["6月3日(水) A お問い合わせ・料金 → 終了".to_owned()],
        names: vec!["山田 花子".to_owned()],
    };
    ask(&live(), case, Asked { to: &to, question, token: &token, since: at, reminder, history }).text
}

#[track_caller]
fn check(text: &str, says: &[&str], silent: &[&str]) {
    for part in says {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    for part in silent {
        assert!(!text.contains(part), "{part} stands in\n{text}");
    }
}

#[test]
fn a_reminder_says_which_and_since_when_and_why_this_reader_gets_it() {
    let open = |owner| case(Step::Asked { asking: asking() }, owner);
    let first = asked(&open(Owner::Desk), FIRST, Question::Approve, 0);
    check(&first, &["090-1234-5678", "候補", "山田 花子", "先に確認"], &["再度", "管理者"]);
    let again = asked(&open(Owner::Desk), FIRST, Question::Approve, 1);
    check(&again, &["再度のお知らせ 1 回目", "8月27日(木) 10:00 から"], &["管理者"]);
    let supervisor = asked(&open(Owner::Desk), SUPERVISOR, Question::Approve, 2);
    check(&supervisor, &["2 回目", "担当者からお返事がない"], &[]);
    let colleague = asked(&open(Owner::Agent(address(FIRST))), SECOND, Question::Approve, 1);
    check(&colleague, &["佐藤 さんからお返事がない"], &[]);
}

#[test]
fn staff_see_the_matter_and_not_the_history() {
    let step = Step::AtShop { since: MORNING.parse().unwrap(), asking: asking() };
    let case = case(step, Owner::Shop("新宿院".to_owned()));
    let staff = asked(&case, STAFF, Question::Shop, 0);
    check(
        &staff,
        &["対応します", "空いていますか。", "一次返信"],
        &["OK …", "NG", "これまで", "候補", "返信案", "B 予約"],
    );
    let agent = asked(&case, FIRST, Question::Shop, 0);
    check(&agent, &["店舗へ電話で確認", "電話済", "候補"], &["OK …"]);
    let sent = asked(&case, FIRST, Question::Outcome, 0);
    check(
        &sent,
        &["店舗の回答を待っています", "「ご予約の件」", "返事は要りません"],
        &["返事がなければ", "承りました。"],
    );
}

#[test]
fn each_question_shows_what_it_is_about() {
    let desk = |why| case(Step::AtDesk { why, asking: asking() }, Owner::Desk);
    let refused = asked(&desk(Why::Refused { what: "RCPT 550".to_owned() }), FIRST, Question::Write, 0);
    check(&refused, &["RCPT 550", "承りました。", "再送 …"], &["2 通"]);
    let rejected = Why::Rejected { by: address(SECOND), reason: "敬語".to_owned() };
    check(
        &asked(&desk(rejected), FIRST, Question::Write, 0),
        &["鈴木 さん", "敬語", "修正 …"],
        &["承りました。", "再送 …"],
    );
    let unread = case(Step::Quarantined { why: "nested".to_owned(), asking: asking() }, Owner::Supervisors);
    let unread = asked(&unread, SUPERVISOR, Question::Quarantine, 1);
    check(
        &unread,
        &["reservation1@jitanbody.example", "INBOX", "要確認", "完了 …"],
        &["管理者", "■ お客様\n"],
    );
    let waiting = case(Step::AwaitingReply { since: MORNING.parse().unwrap() }, Owner::Customer);
    let sent = asked(&waiting, FIRST, Question::Outcome, 0);
    check(&sent, &["お客様へ送信しました", "予約確定", "不成立"], &["返事がなければ", "空いていますか。"]);
}

#[test]
fn a_short_answer_fits_its_reader() {
    let case = case(Step::Asked { asking: asking() }, Owner::Desk);
    let told = |to: &str, notice: &Notice| tell(&live(), &case, &address(to), notice).text;
    check(&told(STAFF, &Notice::Help), &["対応します"], &["OK（承認）"]);
    check(&told(FIRST, &Notice::Help), &["OK（承認）"], &["取消"]);
    check(&told(FIRST, &Notice::Done { command: "保留" }), &["8月27日(木) 10:00 にもう一度"], &[]);
    check(&told(SUPERVISOR, &Notice::Overdue { state: "asked" }), &["承認待ち", "8月27日(木) 10:00"], &[]);
}

/// Both readings of a mail are named, with the words people know.
#[test]
fn a_mail_with_two_readings_shows_both() {
    let mut doubtful = case(Step::Asked { asking: asking() }, Owner::Desk);
    doubtful.matter.ambiguous = true;
    check(&asked(&doubtful, FIRST, Question::Approve, 0), &["分類 a"], &["二通り"]);
    doubtful.matter.rival = Some(Rival { topic: "price".to_owned(), class: Class::Inquiry });
    doubtful.matter.missing = vec!["weekday".to_owned()];
    check(
        &asked(&doubtful, FIRST, Question::Approve, 0),
        &["① B 予約希望（予約）", "② A お問い合わせ（料金）", "分類 a", "曜日が合っていません"],
        &[],
    );
}
