//! The desk of the rows: its people and shops, its customers' mails, and commands as rows write them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::triage::acknowledge::{Asked, Promise};
use crate::triage::approval::{Proof, rehearsal};
use crate::triage::calendar::Calendar;
use crate::triage::case::{CaseMail, Customer, Matter, Place};
use crate::triage::command::{Away, Command, Wait};
use crate::triage::draft::{Compose, Composed, Values};
use crate::triage::event::{Arrival, Phoned};
use crate::triage::hand::{HandAnswer, MatchedBy};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId};
use crate::triage::label;
use crate::triage::level::{Channel, Priority};
use crate::triage::needs::Calls;
use crate::triage::notice::{BookingNotice, NoticeKind};
use crate::triage::people::{Absence, Contact, Group, Lang, Person, Position, Shop};
use crate::triage::placement::Origin;
use crate::triage::policy::{Desk, Night, Policy, Timing, TwoPeople};
use crate::triage::queue::Work;
use crate::triage::verdict::Class;

/// What a fresh B draft says; an edit of at most [`Policy::small_edit`] characters keeps most of it.
pub(super) const BODY: &str = "お問い合わせありがとうございます。お待ちしております。";

struct Fixed;

impl Compose for Fixed {
    fn compose(&self, template: &str, _lang: &str, values: &Values) -> Result<Composed, String> {
        if matches!(template, "" | "broken") {
            return Err("template: unresolved".to_owned());
        }
        if template == "holding" && !values.0.contains_key("away_back") {
            return Err("holding: away_back".to_owned());
        }
        Ok(Composed { subject: template.to_owned(), body: BODY.to_owned() })
    }
}

pub(super) fn address(name: &str) -> Address {
    let at = if name == "staff" { "shop.example" } else { "desk.example" };
    Address::parse(&format!("{name}@{at}")).unwrap()
}

fn person(name: &str, position: Position) -> Person {
    Person { name: name.to_owned(), address: address(name), position, lang: Lang::Ja, work: Work::default() }
}

fn contact(name: &str) -> Contact {
    Contact { name: name.to_owned(), address: address(name), lang: Lang::Ja }
}

pub(in crate::triage) fn policy() -> Policy {
    let hours = SignedDuration::from_hours;
    let shop = |name: &str, addresses: Vec<Address>, away: Vec<Absence>| Shop {
        name: name.to_owned(),
        addresses,
        phone: None,
        access: None,
        hours: None,
        absences: away,
    };
    let away = Absence {
        away: Away { from: date(2026, 8, 27), until: date(2026, 8, 30), back: date(2026, 8, 31) },
        who: Some("院長".into()),
    };
    Policy {
        desk: Desk {
            name: "整体院".into(),
            zone: TimeZone::get("Asia/Tokyo").unwrap(),
            addresses: [].into(),
            domains: vec![],
            phones: [].into(),
            shops: vec![],
            products: vec![],
            opening: time(9, 0, 0, 0),
        },
        message_domain: "desk.example".into(),
        people: vec![
            person("ann", Position::Agent),
            person("bob", Position::Agent),
            person("sue", Position::Supervisor),
        ],
        complaints: None,
        contacts: [contact("dan"), contact("eve")].into(),
        groups: [Group { name: "tech".into(), members: vec![address("dan"), address("eve")] }].into(),
        shops: [
            shop("本店", vec![address("staff")], vec![]),
            shop("留守", vec![address("staff")], vec![away]),
            shop("電話", vec![], vec![]),
        ]
        .into(),
        timing: Timing {
            undo: SignedDuration::ZERO,
            ask_within: SignedDuration::from_mins(10),
            reminder: hours(1),
            escalate: hours(2),
            token: hours(24),
            send_within: SignedDuration::from_mins(30),
            window: hours(24 * 14),
            delegated: hours(24),
            shop: hours(24 * 7),
        },
        calendar: Arc::new(Calendar::always(TimeZone::get("Asia/Tokyo").unwrap())),
        promise: Some(Promise { within: hours(4) }),
        levels: Arc::default(),
        alerts: None,
        queues: [].into(),
        load: Arc::default(),
        handling: Arc::new(crate::triage::handling::Reckoning::usual(
            jiff::tz::TimeZone::get("Asia/Tokyo").unwrap(),
        )),
        night: Night { at: time(22, 0, 0, 0), since: None, enabled: true },
        small_edit: 5,
        two_people: TwoPeople::default(),
        needs: Arc::default(),
        calls: Calls {
            tell: vec![address("sue"), address("gus")],
            remote: Some("remote".into()),
            ..Calls::default()
        },
        away: BTreeMap::new(),
        desk_values: Values::default(),
        compose: Arc::new(Fixed),
    }
}

/// 2026-08-27 10:00 in Tokyo.
pub(in crate::triage) fn morning() -> Timestamp {
    "2026-08-27T01:00:00Z".parse().unwrap()
}

pub(super) fn fingerprint(number: u8) -> Fingerprint {
    Fingerprint::new([number; 16])
}

/// A mail that a person wrote to the customer.
pub(super) fn answer(name: &str, at: Timestamp, matched_by: MatchedBy) -> HandAnswer {
    let message_id = MessageId::parse(&format!("hand.{name}@people.example")).unwrap();
    HandAnswer { message_id, at, matched_by }
}

/// A customer's mail. `words`: `A` or `B`, then any of `phoned noaddr fault noname chat ambiguous answered fresh complaint
/// <shop>`.
pub(in crate::triage) fn arrival(number: u8, words: &str, at: Timestamp) -> Arrival {
    let has = |word: &str| words.split(' ').any(|w| w == word);
    let class = if has("B") { Class::Reservation } else { Class::Inquiry };
    let template = if has("fault") { "broken" } else { class.first_template() };
    let shop = ["本店", "留守", "電話"].into_iter().find(|shop| has(shop));
    let chat = has("chat").then(|| label::CHAT.to_owned());
    Arrival {
        id: CaseId::of(fingerprint(1)),
        mailbox: MailboxName::parse("reservation1").unwrap(),
        day: at.to_zoned(policy().desk.zone).date(),
        mail: CaseMail {
            fingerprint: fingerprint(number),
            message_id: MessageId::parse(&format!("{number}@form.example")),
            subject: String::new(),
            words: String::new(),
            sent: at,
            place: Place {
                folder: "INBOX".into(),
                uid_validity: 1,
                uid: u32::from(number),
                size: 1000,
                server_id: None,
            },
            fixed_marks: chat.into_iter().collect(),
            marks: BTreeSet::new(),
            archived: false,
            pending: None,
            gone: false,
            stars: BTreeSet::new(),
        },
        customer: Customer {
            name: (!has("noname")).then(|| "山田".to_owned()),
            address: (!has("noaddr")).then(|| Address::parse("taro@example.com").unwrap()),
            phone: None,
            shop: shop.map(str::to_owned),
        },
        matter: Matter {
            class,
            topic: if has("complaint") { "complaint" } else { "first" }.into(),
            urgent: false,
            ambiguous: has("ambiguous"),
            rival: None,
            needs_staff: false,
            lang: "ja".into(),
            wishes: vec!["8月28日(金) 14:00".into()],
            missing: if has("noname") { vec!["name".into()] } else { vec![] },
            template: template.to_owned(),
        },
        labelled: vec![],
        channel: if has("chat") { Channel::Chat } else { Channel::Form },
        origin: Origin::at(at),
        linked: None,
        answered: has("answered").then(|| answer("before", at, MatchedBy::Address)),
        asked: has("fresh").then_some(Asked { received: at, form: None }),
        dossier: Default::default(),
        phoned: has("phoned").then(|| Phoned { by: address("ann"), proof: proof() }),
    }
}

/// `booked mail`, `cancelled name`: what a booking system tells, and by what it knows the customer of [`arrival`].
pub(super) fn notice(words: &str) -> BookingNotice {
    let (kind, known) = words.split_once(' ').unwrap();
    let hour = if known == "name" { 15 } else { 14 };
    BookingNotice {
        kind: match kind {
            "booked" => NoticeKind::Booked,
            "changed" => NoticeKind::Changed,
            "cancelled" => NoticeKind::Cancelled,
            other => panic!("no such notice: {other}"),
        },
        platform: "SALON".into(),
        name: Some(if known == "stranger" { "鈴木" } else { "山田" }.into()),
        phone: None,
        email: (known == "mail").then(|| Address::parse("taro@example.com").unwrap()),
        visit: Some(jiff::civil::date(2026, 8, 28).at(hour, 0, 0, 0)),
        reference: Some("B-1".into()),
    }
}

/// One command with an argument, as rows write it.
pub(super) fn command(word: &str, rest: &str) -> Command {
    match word {
        "承認" => Command::Approve,
        "却下" => Command::Reject { reason: rest.into() },
        "修正" if rest == "small" => Command::Edit { text: format!("{BODY}!") },
        "修正" => Command::Edit { text: rest.into() },
        "電話済" => {
            let (minutes, note) =
                crate::triage::dossier::minutes(rest).map_or((None, rest), |(m, note)| (Some(m), note));
            Command::Called { minutes, note: note.into() }
        }
        "通話中" => Command::OnCall,
        "済" => Command::Ended { note: rest.into() },
        "遠隔" => Command::Remote,
        "電話×" => Command::NoAnswer,
        "店舗" if rest == "away" => Command::Shop {
            away: Some(Away { from: date(2026, 8, 27), until: date(2026, 8, 28), back: date(2026, 8, 29) }),
        },
        "店舗" => Command::Shop { away: None },
        "対応します" => Command::ShopAccepts,
        "保留" => Command::Hold { wait: Wait::Minutes(rest.parse().unwrap()) },
        "移動" => Command::Move { queue: rest.into() },
        "優先" => Command::Prioritise(
            Priority::WORDS.iter().find(|(word, _)| *word == rest).map(|(_, priority)| *priority).unwrap(),
        ),
        "引継" => Command::HandOver { text: rest.into() },
        "予約確定" => Command::Booked { when: rest.into() },
        "不成立" => Command::Lost,
        "担当" => Command::Assign { who: rest.into() },
        "メモ" => Command::Note { text: rest.into() },
        "依頼" => {
            let (who, text) = rest.split_once(' ').unwrap_or((rest, ""));
            let (minutes, text) = text.split_once(' ').map_or((None, text), |(first, rest)| {
                first.parse().map_or((None, text), |minutes| (Some(minutes), rest))
            });
            Command::Delegate { who: who.into(), minutes, text: text.into() }
        }
        "確認" => {
            let (who, text) = rest.split_once(' ').unwrap_or((rest, ""));
            Command::Check { who: who.into(), text: text.into() }
        }
        "回答" => Command::Reply { text: rest.into(), check: None, good_until: None },
        "分類" if rest == "A" => Command::Classify(Class::Inquiry),
        "分類" => Command::Classify(Class::Reservation),
        "時間" => {
            let (day, minutes) = rest.split_once(' ').map_or((None, rest), |(day, rest)| (Some(day), rest));
            Command::Time { minutes: minutes.parse().unwrap(), day: day.map(|day| day.parse().unwrap()) }
        }
        "取消" => Command::Cancel,
        "再送" => Command::Resend,
        "送らない" => Command::Skip,
        "完了" => Command::Done,
        "STATUS" => Command::Status,
        "HELP" => Command::Help,
        other => panic!("no such command: {other}"),
    }
}

/// The proof of an answer, for a case that cannot tell one from another.
pub(super) fn proof() -> Proof {
    rehearsal().proof().unwrap().clone()
}
