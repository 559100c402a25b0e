//! Which facts reach which reader, with the documented config: agents, a supervisor, a shop's staff.

mod registered;

use std::path::Path;

use crate::desk::{Candidate, Earlier, History, KnownBy, SamePhone};
use crate::live::Live;
use crate::outbox::facts::{Asked, ask};
use crate::outbox::letters::finish;
use crate::render::InternalMail;
use crate::secret::Secret;
use crate::token::{Content, Keyring};
use crate::triage::case::{
    Asking, Case, CaseMail, Check, Customer, Entry, Matter, Open, Owner, Place, Rival, Sent, State, Step,
    Then, Why,
};
use crate::triage::draft::{Author, Draft};
use crate::triage::effect::{Notice, Question};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::people::Lang;
use crate::triage::placement::Placement;
use crate::triage::verdict::Class;

const MORNING: &str = "2026-08-27T01:00:00Z";
const FIRST: &str = "sato@agents.example";
const SECOND: &str = "suzuki@agents.example";
const SUPERVISOR: &str = "tanaka@agents.example";
const STAFF: &str = "shinjuku@jitanbody.example";

fn tell(live: &Live, case: &Case, to: &Address, notice: &Notice) -> InternalMail {
    super::tell(live, case, to, notice, "2026-08-27T04:20:00Z".parse().unwrap())
}

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
            edited: 0,
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
        service: Default::default(),
        handling: Default::default(),
        linked: None,
        told: vec![],
        dossier: Default::default(),
        complaint: None,
        effects: 1,
        placement: Placement::default(),
        state: State::Open(Open { step, owner, due: at }),
    }
}

fn live() -> Live {
    Live::load(Path::new("config.toml")).unwrap()
}

/// The text of a request.
fn asked(case: &Case, to: &str, question: Question, reminder: u8) -> String {
    asked_by(&live(), case, to, question, reminder).text
}

fn asked_by(live: &Live, case: &Case, to: &str, question: Question, reminder: u8) -> InternalMail {
    asked_about(live, case, to, question, reminder, None)
}

fn asked_about(
    live: &Live,
    case: &Case,
    to: &str,
    question: Question,
    reminder: u8,
    check: Option<u32>,
) -> InternalMail {
    let to = address(to);
    let at = MORNING.parse().unwrap();
    let ring = Keyring::new(Secret::new("k".to_owned()), None);
    let token = ring.issue(&case.id, case.revision, Content::of_question(), &to, at);
    let day = "2026-06-03".parse().unwrap();
    let history = History {
        registered: Some(vec![registered::hanako()]),
        earlier: vec![Earlier {
            day,
            class: Class::Inquiry,
            topic: "料金".to_owned(),
            shop: None,
            state: "closed",
        }],
        contacts: 1,
        candidates: vec![Candidate {
            name: "山田 花子".to_owned(),
            day,
            by: KnownBy::Address,
            phone: SamePhone::Yes,
        }],
        ..History::default()
    };
    let since = "2026-08-27T05:00:00Z".parse().unwrap();
    ask(live, case, Asked { to: &to, question, token: &token, since, reminder, check, history })
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
    check(
        &first,
        &[
            "090-1234-5678",
            "候補",
            "山田 花子（6月3日(水) に同じアドレス・同じ電話番号から）",
            "顧客登録",
            "顧客番号 K-1001・プレミアム・紐付けなし（電話番号が同じ ・ お名前が同じ）",
            "先に確認",
            "これまで（1 件・前回 6月3日(水)）",
            "6月3日(水) A お問い合わせ・料金 → 終了",
        ],
        &["再度", "管理者"],
    );
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
        &["OK …", "NG", "これまで", "候補", "登録", "返信案", "B 予約"],
    );
    let agent = asked(&case, FIRST, Question::Shop, 0);
    check(&agent, &["不在の自動返信", "店舗へ電話で確認", "電話済", "候補"], &["OK …", "設定されていません"]);
    let unknown = Case {
        state: State::Open(Open { owner: Owner::Shop(String::new()), ..case.open().unwrap().clone() }),
        ..case.clone()
    };
    let agent = asked(&unknown, FIRST, Question::Shop, 0);
    check(&agent, &["設定されていません", "店舗へ電話で確認"], &["不在の自動返信"]);
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
    check(&told(FIRST, &Notice::Help), &["OK（承認）", "確認 @名前", "取消"], &[]);
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

/// Each reader is spoken to in their own language, a shop's staff and strangers in the desk's.
#[test]
fn mails_follow_the_reader_s_language() {
    let mut live = live();
    for (person, lang) in live.config.people.iter_mut().zip([Lang::En, Lang::Pl, Lang::Ja]) {
        person.lang = lang;
    }
    let case = case(Step::Asked { asking: asking() }, Owner::Desk);
    for (to, request, answer) in [
        (FIRST, "Possible names", "On hold"),
        (SECOND, "Możliwe nazwiska", "Wstrzymano"),
        (SUPERVISOR, "お名前の候補", "保留にしました"),
        (STAFF, "お客様", "保留にしました"),
        ("nobody@elsewhere.example", "お客様", "保留にしました"),
    ] {
        check(&asked_by(&live, &case, to, Question::Approve, 0).text, &[request], &[]);
        let told = tell(&live, &case, &address(to), &Notice::Done { command: "保留" });
        check(&told.text, &[answer], &[]);
    }
}

#[test]
fn notes_of_the_house_are_shown_to_colleagues_and_their_own_to_staff() {
    let mut case = case(Step::Asked { asking: asking() }, Owner::Desk);
    let note = |by: Option<&str>, what: &str, note: &str| Entry {
        at: MORNING.parse().unwrap(),
        by: by.map(address),
        what: what.to_owned(),
        note: note.to_owned(),
    };
    case.record = (0..6).map(|number| note(Some(SECOND), "メモ", &format!("note {number}"))).collect();
    case.record.push(note(Some(STAFF), "回答", "空いています"));
    case.record.push(note(Some(SECOND), "却下", "敬語"));
    case.record.push(note(Some(SECOND), "メモ", ""));
    let agent = asked(&case, FIRST, Question::Approve, 0);
    check(
        &agent,
        &["社内メモ", "・8月27日(木) 10:00 鈴木: note 2\n", "note 5\n", "新宿院: 空いています"],
        &["note 1", "敬語"],
    );
    assert!(agent.find("note 5") < agent.find("新宿院: 空いています"), "the newest last");
    check(&asked(&case, STAFF, Question::Shop, 0), &["新宿院: 空いています", "そのまま返信"], &["note"]);
    let status = |to: &str| tell(&live(), &case, &address(to), &Notice::Status).text;
    check(&status(FIRST), &["note 1", "敬語", "空いています"], &[]);
    check(&status(STAFF), &["却下", "空いています"], &["note", "敬語"]);
}

#[test]
fn colleagues_are_asked_in_words_and_approvers_can_take_it_back() {
    let mut asked_case = case(Step::Asked { asking: asking() }, Owner::Desk);
    asked_case.checks =
        vec![Check::of(address(SECOND), &address(FIRST), MORNING.parse().unwrap(), "料金は合っていますか")];
    check(
        &asked(&asked_case, SECOND, Question::Check, 0),
        &["佐藤 さんより: 料金は合っていますか", "承りました。", "ご自分の言葉で", "お客様へは送られません"],
        &["OK …", "NG", "HELP", "取消"],
    );
    asked_case.draft.as_mut().unwrap().approved = Some(address(FIRST));
    asked_case.draft.as_mut().unwrap().body = "03-9999-8888 へどうぞ".to_owned();
    check(
        &asked(&asked_case, SECOND, Question::Approve, 0),
        &["佐藤 さんが承認しています", "送る前に確認してください", "電話番号があります: 03-9999-8888"],
        &[],
    );
    let leaves = Some("2026-08-27T01:01:30Z".parse().unwrap());
    let step = Step::Sending { by: address(FIRST), then: Then::Reply, answered: false, leaves };
    check(
        &asked(&case(step, Owner::Machine), FIRST, Question::Undo, 0),
        &["10:01:30 に送信します", "取消 …", "承りました。"],
        &["OK …", "空いていますか。"],
    );
}

/// A mail about a question says that one and its deadline, also where the same person was asked something else since.
#[test]
fn of_two_questions_to_one_person_each_mail_says_its_own() {
    let mut asked_case = case(Step::Asked { asking: asking() }, Owner::Desk);
    let put = |number, by, question, until: &str| {
        let check = Check::of(address(SECOND), &address(by), MORNING.parse().unwrap(), question);
        Check { number, until: Some(until.parse().unwrap()), ..check }
    };
    let (older, newer) = ("機械は使えますか", "在庫は");
    asked_case.checks = vec![
        put(Some(1), FIRST, older, "2026-08-27T05:00:00Z"),
        put(Some(2), SUPERVISOR, newer, "2026-08-29T01:00:00Z"),
    ];
    let live = live();
    let said = |case: &Case, check| asked_about(&live, case, SECOND, Question::Check, 1, check).text;
    check(&said(&asked_case, Some(1)), &["佐藤 さん", older, "14:00"], &[newer, "8月29日(土)"]);
    check(&said(&asked_case, Some(2)), &[newer, "8月29日(土)"], &["佐藤 さん", older]);
    // A mail of before questions were counted says the newest one that is open.
    check(&said(&asked_case, None), &[newer], &[older]);
    asked_case.checks[1].answered = Some(MORNING.parse().unwrap());
    check(&said(&asked_case, None), &[older], &[newer]);
}

/// Gmail keeps one conversation by the subject and by References to one id, which no mail of ours carries itself.
#[test]
fn every_mail_about_a_case_is_in_one_conversation() {
    let live = live();
    let case = case(Step::Asked { asking: asking() }, Owner::Desk);
    let (to, at) = (address(FIRST), MORNING.parse().unwrap());
    let mails = [
        asked_by(&live, &case, FIRST, Question::Approve, 0),
        asked_by(&live, &case, FIRST, Question::Undo, 0),
        asked_by(&live, &case, FIRST, Question::Check, 0),
        asked_by(&live, &case, FIRST, Question::Outcome, 0),
        tell(&live, &case, &to, &Notice::Help),
        tell(&live, &case, &to, &Notice::Recalled { by: None }),
    ];
    for (number, mail) in mails.iter().enumerate() {
        let id = MessageId::parse(&format!("mail{number}@jitanbody.example")).unwrap();
        let written = finish(&live, &case, mail, &id, None, at, &to).unwrap();
        let text = String::from_utf8(written.bytes).unwrap();
        let root = format!("<case.{}@{}>", case.id, live.config.smtp.from.domain());
        assert!(text.contains(&format!("\r\nReferences: {root}\r\n")), "{text}");
        assert!(text.contains(&format!("\r\nIn-Reply-To: {root}\r\n")), "{text}");
        assert_eq!(mail.subject.trim_start_matches("Re: "), format!("[窓口] C-{}", case.id));
    }
}
