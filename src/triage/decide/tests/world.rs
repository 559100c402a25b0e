//! A desk with its people, and a small language of events: `mail B`, `ann 承認`, `end send refused`, `due`, `+2h`.
//!
//! One line in, one line out: state, owner, deadline counted from now, revision, marks, planned effects.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::triage::case::{Case, CaseMail, Customer, Matter, Owner, Place, State};
use crate::triage::command::{Away, Command};
use crate::triage::decide::{Decision, decide, message_id};
use crate::triage::draft::{Compose, Composed, Values};
use crate::triage::effect::{Effect, Notice};
use crate::triage::event::{Arrival, Ending, Event, Planned};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::label;
use crate::triage::people::{Absence, Person, PersonRole, Shop};
use crate::triage::policy::{Desk, Night, Policy, Timing};
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

fn person(name: &str, role: PersonRole) -> Person {
    Person { name: name.to_owned(), address: address(name), role, lang: "ja".to_owned() }
}

pub(super) fn policy() -> Policy {
    let hours = SignedDuration::from_hours;
    let shop = |name: &str, addresses: Vec<Address>, away: Vec<Absence>| Shop {
        name: name.to_owned(),
        addresses,
        phone: String::new(),
        access: String::new(),
        hours: String::new(),
        away,
    };
    let away = Absence {
        from: date(2026, 8, 27),
        until: date(2026, 8, 30),
        back: date(2026, 8, 31),
        who: "院長".into(),
    };
    Policy {
        desk: Desk {
            name: "整体院".into(),
            zone: TimeZone::get("Asia/Tokyo").unwrap(),
            addresses: vec![],
            domains: vec![],
            phones: vec![],
            shops: vec![],
            products: vec![],
            opening: time(9, 0, 0, 0),
        },
        message_domain: "desk.example".into(),
        people: vec![
            person("ann", PersonRole::Agent),
            person("bob", PersonRole::Agent),
            person("sue", PersonRole::Supervisor),
        ],
        shops: vec![
            shop("本店", vec![address("staff")], vec![]),
            shop("留守", vec![address("staff")], vec![away]),
            shop("電話", vec![], vec![]),
        ],
        timing: Timing {
            ask_within: SignedDuration::from_mins(10),
            reminder: hours(1),
            escalate: hours(2),
            token: hours(24),
            send_within: SignedDuration::from_mins(30),
            window: hours(24 * 14),
            shop: hours(24 * 7),
        },
        night: Night { at: time(22, 0, 0, 0), since: None, enabled: true },
        small_edit: 5,
        compose: Arc::new(Fixed),
    }
}

/// 2026-08-27 10:00 in Tokyo.
pub(super) fn morning() -> Timestamp {
    "2026-08-27T01:00:00Z".parse().unwrap()
}

pub(super) fn fingerprint(number: u8) -> Fingerprint {
    Fingerprint::new([number; 16])
}

/// A customer's mail. `words`: `A` or `B`, then any of `noaddr fault noname chat ambiguous <shop>`.
pub(super) fn arrival(number: u8, words: &str, at: Timestamp) -> Arrival {
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
            place: Place { folder: "INBOX".into(), uid_validity: 1, uid: u32::from(number) },
            fixed_marks: chat.into_iter().collect(),
            marks: BTreeSet::new(),
            archived: false,
            pending: None,
        },
        customer: Customer {
            name: (!has("noname")).then(|| "山田".to_owned()),
            address: (!has("noaddr")).then(|| Address::parse("taro@example.com").unwrap()),
            phone: None,
            shop: shop.map(str::to_owned),
        },
        matter: Matter {
            class,
            topic: "first".into(),
            urgent: false,
            ambiguous: has("ambiguous"),
            needs_staff: false,
            lang: "ja".into(),
            wishes: vec![],
            missing: if has("noname") { vec!["name".into()] } else { vec![] },
            template: template.to_owned(),
        },
    }
}

/// One command with an argument, as rows write it.
pub(super) fn command(word: &str, rest: &str) -> Command {
    match word {
        "承認" => Command::Approve,
        "却下" => Command::Reject { reason: rest.into() },
        "修正" if rest == "small" => Command::Edit { text: format!("{BODY}!") },
        "修正" => Command::Edit { text: rest.into() },
        "電話済" => Command::Called { note: rest.into() },
        "電話×" => Command::NoAnswer,
        "店舗" if rest == "away" => Command::Shop {
            away: Some(Away { from: date(2026, 8, 27), until: date(2026, 8, 28), back: date(2026, 8, 29) }),
        },
        "店舗" => Command::Shop { away: None },
        "対応します" => Command::ShopAccepts,
        "保留" => Command::Hold { minutes: rest.parse().unwrap() },
        "予約確定" => Command::Booked { when: rest.into() },
        "不成立" => Command::Lost,
        "担当" => Command::Assign { who: rest.into() },
        "メモ" => Command::Note { text: rest.into() },
        "分類" if rest == "A" => Command::Classify(Class::Inquiry),
        "分類" => Command::Classify(Class::Reservation),
        "取消" => Command::Cancel,
        "再送" => Command::Resend,
        "送らない" => Command::Skip,
        "完了" => Command::Done,
        "STATUS" => Command::Status,
        "HELP" => Command::Help,
        other => panic!("no such command: {other}"),
    }
}

/// A case being played through.
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) case: Option<Case>,
    pub(super) now: Timestamp,
    pub(super) planned: Vec<Planned>,
    mails: u8,
}

impl World {
    pub(super) fn new() -> Self {
        Self { policy: policy(), case: None, now: morning(), planned: vec![], mails: 0 }
    }

    /// Plays `a; b; c` and says what the last one led to.
    pub(super) fn play(&mut self, script: &str) -> String {
        script
            .split(';')
            .map(str::trim)
            .filter(|act| !act.is_empty())
            .fold(String::new(), |_, act| self.act(act))
    }

    /// Plays one act.
    pub(super) fn act(&mut self, act: &str) -> String {
        let (word, rest) = act.split_once(' ').unwrap_or((act, ""));
        if let Some(span) = word.strip_prefix('+') {
            let span: SignedDuration = span.parse().unwrap();
            self.now = self.now.checked_add(span).unwrap();
            return "later".into();
        }
        match word {
            "left" => {
                self.policy.people.retain(|person| person.name != rest);
                return "left the company".into();
            }
            "settle" => return self.settle(),
            "due" => self.now = self.now.max(self.case.as_ref().and_then(Case::due).unwrap_or(self.now)),
            _ => {}
        }
        let event = self.event(word, rest);
        self.happen(&event).map_or_else(|| "-".into(), |d| render(self, &d))
    }

    /// Hands an event to `decide` and keeps what follows.
    pub(super) fn happen(&mut self, event: &Event) -> Option<Decision> {
        let decision = decide(&self.policy, self.case.as_ref(), event, self.now)?;
        self.planned.extend(decision.effects.iter().cloned());
        self.case = Some(decision.next.clone());
        Some(decision)
    }

    /// Every mark that is on its way arrives.
    fn settle(&mut self) -> String {
        for planned in self.planned.clone() {
            if let Effect::Mark { place, .. } = &planned.effect {
                let (number, effect) = (planned.number, Box::new(planned.effect.clone()));
                self.happen(&Event::Ended { number, effect, ending: Ending::Placed(place.clone()) });
            }
        }
        "settled".into()
    }

    /// The event a line of a script means.
    pub(super) fn event(&mut self, word: &str, rest: &str) -> Event {
        match word {
            "mail" => {
                self.mails += 1;
                Event::Arrived(Box::new(arrival(self.mails, rest, self.now)))
            }
            "again" => Event::Arrived(Box::new(arrival(self.mails, rest, self.now))),
            "unreadable" => {
                self.mails += 1;
                let arrival = arrival(self.mails, "A", self.now);
                let (id, mailbox, day) = (arrival.id, arrival.mailbox, arrival.day);
                Event::Unreadable { id, mailbox, day, mail: Box::new(arrival.mail), why: "too deep".into() }
            }
            "due" | "early" => Event::Due,
            "report" => Event::Reported { date: day(rest) },
            "bounce" => Event::Bounced { about: self.reply_id(rest.parse().unwrap()) },
            "off" => {
                let (mail, mark) =
                    rest.split_once(' ').map_or((self.mails, rest), |(m, mark)| (m.parse().unwrap(), mark));
                Event::MarkRemoved { mail: fingerprint(mail), mark: mark.into() }
            }
            "end" => self.ended(rest),
            who => {
                let (who, revision) =
                    who.split_once('@').map_or((who, None), |(who, r)| (who, r.parse().ok()));
                let current = self.case.as_ref().map_or(Revision::FIRST, |case| case.revision);
                let (word, argument) = rest.split_once(' ').unwrap_or((rest, ""));
                Event::Agent {
                    by: address(who),
                    revision: revision.and_then(Revision::new).unwrap_or(current),
                    command: command(word, argument),
                }
            }
        }
    }

    fn reply_id(&self, revision: u32) -> MessageId {
        let case = self.case.as_ref().unwrap();
        message_id(&case.id, Revision::new(revision).unwrap(), &self.policy)
    }

    /// `<effect>[#nth of its kind] <ending>`: the newest of its kind unless numbered from 1.
    fn ended(&self, text: &str) -> Event {
        let (word, ending) = text.split_once(' ').unwrap();
        let (word, nth) = word.split_once('#').map_or((word, None), |(word, nth)| (word, nth.parse().ok()));
        let kind: Vec<_> = self.planned.iter().filter(|planned| planned.effect.word() == word).collect();
        let planned = kind[nth.unwrap_or(kind.len()) - 1];
        let revision = going(&planned.effect).unwrap_or(1);
        let ending = ending_called(ending, self.reply_id(revision));
        Event::Ended { number: planned.number, effect: Box::new(planned.effect.clone()), ending }
    }
}

/// The revision of a mail that is sent or looked for.
pub(super) fn going(effect: &Effect) -> Option<u32> {
    if let Effect::Send { revision, .. } | Effect::LookForSent { revision, .. } = effect {
        return Some(revision.number());
    }
    None
}

pub(super) fn ending_called(word: &str, id: MessageId) -> Ending {
    match word {
        "done" => Ending::Done,
        "placed" => Ending::Placed(Place { folder: "Archive".into(), uid_validity: 9, uid: 9 }),
        "stayed" => Ending::Placed(Place { folder: "INBOX".into(), uid_validity: 1, uid: 1 }),
        "gone" => Ending::Gone,
        "refused" => Ending::Refused("RCPT 550".into()),
        "sent" => Ending::Sent(id),
        "unknown" => Ending::Unknown,
        "not_found" => Ending::NotFound,
        other => panic!("no such ending: {other}"),
    }
}

pub(super) fn day(text: &str) -> Date {
    format!("2026-{text}").parse().unwrap()
}

/// `state owner due rN marks | effects`.
fn render(world: &World, decision: &Decision) -> String {
    let case = &decision.next;
    let mut line = case.state_word().to_owned();
    if let State::Open(open) = &case.state {
        let owner = match &open.owner {
            Owner::Desk => "desk".to_owned(),
            Owner::Agent(agent) => agent.local().to_owned(),
            Owner::Shop(name) => format!("shop:{name}"),
            Owner::Supervisors => "supervisors".into(),
            Owner::Customer => "customer".into(),
            Owner::Machine => "machine".into(),
        };
        let _ = write!(line, " {owner} {:#}", open.due.duration_since(world.now));
    }
    let _ = write!(line, " r{}", case.revision);
    for mail in &case.mails {
        let marks: Vec<&str> = mail.marks.iter().map(String::as_str).collect();
        let _ = write!(line, " [{}{}]", marks.join(","), if mail.archived { " archived" } else { "" });
    }
    let effects: Vec<String> = decision.effects.iter().map(|planned| effect(world, planned)).collect();
    let _ = write!(line, " | {}", effects.join(", "));
    line.trim_end().to_owned()
}

fn effect(world: &World, planned: &Planned) -> String {
    let wait = planned.not_before.duration_since(world.now);
    let wait = if wait.is_zero() { String::new() } else { format!(" in {wait:#}") };
    let what = match &planned.effect {
        Effect::Mark { add, remove, archive, .. } => {
            let signs = add.iter().map(|m| format!("+{m}")).chain(remove.iter().map(|m| format!("-{m}")));
            let moved = archive.then(|| "archive".to_owned());
            format!("mark {}", signs.chain(moved).collect::<Vec<_>>().join(" "))
        }
        Effect::SaveDraft { revision } => format!("save r{revision}"),
        Effect::RetireDraft { revision } => format!("retire r{revision}"),
        Effect::Ask { to, question, revision, reminder, .. } => {
            let again = if *reminder == 0 { String::new() } else { format!(" again{reminder}") };
            format!("ask {} {question:?} r{revision}{again}", to.local())
        }
        Effect::Tell { to, notice, .. } => format!("tell {} {}", to.local(), told(notice)),
        Effect::Send { revision, attempt } => format!("SEND r{revision}#{attempt}"),
        Effect::LookForSent { revision, look } => format!("look r{revision}#{look}"),
        Effect::FileSent { revision } => format!("file r{revision}"),
    };
    format!("{what}{wait}")
}

fn told(notice: &Notice) -> String {
    match notice {
        Notice::Done { command } => format!("done {command}"),
        Notice::AlreadyDecided { by, what, .. } => {
            format!("already {what} by {}", by.as_ref().map_or("desk", |by| by.local()))
        }
        Notice::Retired => "retired".into(),
        Notice::NotNow { command, state } => format!("not now {command} {state}"),
        Notice::UnknownColleague { who } => format!("nobody is {who}"),
        Notice::NoAddress => "no address".into(),
        Notice::Overdue { state } => format!("overdue {state}"),
        Notice::Status => "status".into(),
        Notice::Help => "help".into(),
    }
}

/// Plays each line of `script` and compares line by line.
pub(super) fn check(script: &str, expected: expect_test::Expect) {
    let mut world = World::new();
    let mut seen = String::new();
    for act in script.split(';').map(str::trim).filter(|act| !act.is_empty()) {
        let _ = writeln!(seen, "{act} => {}", world.act(act));
    }
    expected.assert_eq(&seen);
}

/// A script that leads to each state, in the order of `case.rs`.
pub(super) const STEPS: [(&str, &str); 12] = [
    ("drafted", "mail B 本店"),
    ("asked", "mail B 本店; end ask done"),
    ("at_desk", "mail B 本店; end ask done; ann 却下"),
    ("sending", "mail B 本店; end ask done; ann 承認"),
    ("unknown", "mail B 本店; end ask done; ann 承認; end send unknown"),
    ("awaiting_reply", "mail B 本店; end ask done; ann 承認; end send sent"),
    ("answered", "mail A 本店; end ask done; ann 承認; end send sent"),
    ("at_shop", "mail B 本店; end ask done; ann 店舗"),
    ("quarantined", "unreadable"),
    ("converted", "mail B 本店; end ask done; ann 予約確定"),
    ("unconverted", "mail B 本店; end ask done; ann 承認; end send sent; report 08-28"),
    ("taken_over", "unreadable; settle; off triage_poison"),
];
