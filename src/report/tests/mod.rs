//! Rows for what a report says and when it is due, over fictional people.

mod hostile;
mod output;
mod schedule;
mod select;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{Night, night};
use crate::triage::case::{
    Asking, Case, CaseMail, Customer, Matter, Open, Outcome, Owner, Place, State, Step, Then, Why,
};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, Revision};
use crate::triage::people::{Lang, Person, Position};
use crate::triage::placement::Placement;
use crate::triage::queue::Work;
use crate::triage::verdict::Class;

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

/// An instant of August 2026, by Tokyo's clock.
fn at(day: i8, hour: i8, minute: i8) -> Timestamp {
    date(2026, 8, day).at(hour, minute, 0, 0).to_zoned(tokyo()).unwrap().timestamp()
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn asking(at: Timestamp) -> Asking {
    Asking { at, until: at + 3.hours(), reminders: 0, then: Then::Reply }
}

fn open(step: Step, owner: Owner) -> State {
    State::Open(Open { step, owner, due: at(31, 0, 0) })
}

fn closed(outcome: Outcome, at: Timestamp) -> State {
    State::Closed { outcome, at }
}

/// An anonymous case of class A whose mail was written at an instant.
fn case(number: u8, sent: Timestamp, state: State) -> Case {
    let fingerprint = Fingerprint::new([number; 16]);
    Case {
        id: CaseId::of(fingerprint),
        mailbox: MailboxName::parse("reservation1").unwrap(),
        opened: sent + 1.minute(),
        day: sent.to_zoned(tokyo()).date(),
        customer: Customer::default(),
        matter: Matter {
            class: Class::Inquiry,
            topic: "料金".into(),
            urgent: false,
            ambiguous: false,
            rival: None,
            needs_staff: false,
            lang: "ja".into(),
            wishes: vec![],
            missing: vec![],
            template: "first-answer".into(),
        },
        mails: vec![CaseMail {
            fingerprint,
            message_id: None,
            subject: "お客様からお問い合わせがありました".into(),
            words: "いくらですか".into(),
            sent,
            place: Place { folder: "INBOX".into(), uid_validity: 1, uid: 1, size: 900, server_id: None },
            fixed_marks: [].into(),
            marks: [].into(),
            archived: false,
            pending: None,
            gone: false,
            stars: Default::default(),
        }],
        draft: None,
        revision: Revision::FIRST,
        sent: None,
        reported: None,
        record: vec![],
        checks: vec![],
        service: Default::default(),
        handling: Default::default(),
        linked: None,
        told: vec![],
        dossier: Default::default(),
        complaint: None,
        effects: 0,
        placement: Placement::default(),
        state,
    }
}

fn customer(name: &str, phone: &str, mail: &str, shop: &str) -> Customer {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Customer { name: text(name), phone: text(phone), address: Address::parse(mail), shop: text(shop) }
}

fn booking(case: Case, wishes: &[&str]) -> Case {
    let wishes = wishes.iter().map(|wish| (*wish).to_owned()).collect();
    Case {
        matter: Matter { class: Class::Reservation, topic: "予約".into(), wishes, ..case.matter.clone() },
        ..case
    }
}

/// A usual night: two inquiries, two wishes to book, two cases nobody has answered; not in order.
fn usual_cases() -> Vec<Case> {
    let mut inquiry = case(1, at(28, 10, 5), closed(Outcome::Answered, at(28, 10, 40)));
    inquiry.customer = customer("山田 太郎", "09012345678", "taro@example.com", "新宿院");
    let mut at_shop = case(
        2,
        at(27, 21, 40),
        open(
            Step::AtShop { since: at(27, 22, 15), asking: asking(at(27, 22, 15)) },
            Owner::Shop("池袋院".into()),
        ),
    );
    at_shop.customer = customer("Olga Nowak", "+48221234567", "olga@example.pl", "池袋院");
    at_shop.matter.topic = "症状".into();
    let mut waiting = booking(
        case(3, at(27, 9, 0), open(Step::AwaitingReply { since: at(27, 9, 30) }, Owner::Customer)),
        &["8月29日(土) 14:00", "8月29日(土) 16:00〜18:00", "8月30日(日)"],
    );
    waiting.customer = customer("佐々木 花子", "0312345678", "hana..ko.@docomo.ne.jp", "新宿院");
    let mut lost =
        booking(case(4, at(26, 23, 59), closed(Outcome::Unconverted, at(27, 12, 0))), &["8月28日(金) 10:00"]);
    lost.customer = customer("", "0120123456", "", "");
    let mut asked = booking(
        case(
            5,
            at(28, 20, 10),
            open(
                Step::Asked { asking: asking(at(28, 20, 12)) },
                Owner::Agent(address("sato@jitanbody.example")),
            ),
        ),
        &["8月31日(月) 9:00〜12:00"],
    );
    asked.customer = customer("高橋", "", "takahashi@example.com", "");
    asked.matter.urgent = true;
    let mut nowhere = case(
        6,
        at(26, 18, 0),
        open(Step::AtDesk { why: Why::NoAddress, asking: asking(at(26, 18, 1)) }, Owner::Supervisors),
    );
    nowhere.matter.ambiguous = true;
    vec![asked, lost, inquiry, nowhere, waiting, at_shop]
}

fn people() -> Vec<Person> {
    let person = |name: &str, mail| Person {
        name: name.to_owned(),
        address: address(mail),
        position: Position::Agent,
        lang: Lang::Ja,
        work: Work::default(),
    };
    vec![person("鈴木", "suzuki@jitanbody.example"), person("佐藤", "sato@jitanbody.example")]
}

/// The report of a night of August 2026, made on time at 22:00.
fn report(cases: &[Case], day: i8) -> Night {
    made(cases, day, at(day, 22, 0))
}

fn made(cases: &[Case], day: i8, now: Timestamp) -> Night {
    let date: Date = date(2026, 8, day);
    night(cases, date, "night", None, &tokyo(), now, at(day, 22, 0))
}
