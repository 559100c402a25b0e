//! Mails as people get them, put together by the desk's own code from made-up cases: every question in every language.

use std::path::Path;

use madoguchi::desk::{Candidate, Earlier, History, KnownBy, SamePhone};
use madoguchi::live::Live;
use madoguchi::outbox::facts::{Asked, ask, tell};
use madoguchi::render::InternalMail;
use madoguchi::secret::Secret;
use madoguchi::token::{Content, Keyring};
use madoguchi::triage::case::{
    Asking, Case, CaseMail, Check, Customer, Entry, Matter, Open, Owner, Place, Sent, State, Step, Then, Why,
};
use madoguchi::triage::draft::{Author, Draft};
use madoguchi::triage::effect::{Notice, Question};
use madoguchi::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use madoguchi::triage::people::Lang;
use madoguchi::triage::verdict::Class;
use madoguchi::triage::words;

#[path = "complaints.rs"]
mod complaints;

#[path = "days.rs"]
mod days;

/// When everything happens: 10:12 in Tokyo.
const MORNING: &str = "2026-08-26T01:12:00Z";
const AGENT: &str = "sato@agents.example";
const COLLEAGUE: &str = "suzuki@agents.example";
const SHOP: &str = "shinjuku@jitanbody.example";

/// A mail under the name of its page.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) mail: InternalMail,
    /// What its reader must find in both parts: names, numbers, words, draft, line by line.
    pub(crate) facts: Vec<String>,
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// The documented desk, whose agents read one language.
fn live(lang: Lang) -> Live {
    let mut live = Live::load(Path::new("config.toml")).unwrap();
    live.config.people.iter_mut().for_each(|person| person.lang = lang);
    live
}

fn asking() -> Asking {
    let at = MORNING.parse().unwrap();
    Asking { at, until: at, reminders: 0, then: Then::Reply }
}

/// Somebody who wrote, in one language.
struct Writer {
    name: &'static str,
    phone: &'static str,
    mail: &'static str,
    words: &'static str,
    draft: (&'static str, &'static str),
    notes: [&'static str; 2],
}

const HANAKO: Writer = Writer {
    name: "山田 花子",
    phone: "09012345678",
    mail: "hanako@customer.example",
    words: "はじめまして。先週から腰が痛く、デスクワークがつらいです。\n8/27の14時か、だめなら28日の午前中に予約できますか？\n料金も教えてください。よろしくお願いします。",
    draft: (
        "【JITANBODY整体院】お問い合わせありがとうございます",
        "山田 花子様\n\nお問い合わせありがとうございます。JITANBODY整体院 新宿院でございます。\nチャットでのお返事ができず、お待たせして申し訳ございません。\n\nご希望の 8月27日(木) 14:00 でご予約をお取りできます。\nこのお時間でよろしければ、このメールにご返信ください。\n\nJITANBODY整体院 新宿院",
    ),
    notes: ["折り返しは夕方がよいとのこと", "14時は空いています。担当は山本です。"],
};
const EMILY: Writer = Writer {
    name: "Emily Carter",
    phone: "+442071838750",
    mail: "emily@customer.example",
    words: "Hello, my lower back has been sore since last week.\nCould I come on 27 August at 14:00, or else on the 28th in the morning?\nHow much is it? Thank you.",
    draft: (
        "Thank you for your inquiry",
        "Dear Emily Carter,\n\nThank you for writing to JITANBODY Shinjuku. We are sorry that we could not answer in the chat.\n\nThu 27 Aug 14:00 is free, and we are glad to keep it for you.\nIf it suits you, please reply to this mail.\n\nJITANBODY Shinjuku",
    ),
    notes: ["Please call back after five", "14:00 is free. Yamamoto is on duty."],
};
const ANNA: Writer = Writer {
    name: "Anna Wiśniewska",
    phone: "+48221234567",
    mail: "anna@customer.example",
    words: "Dzień dobry, od zeszłego tygodnia bolą mnie plecy.\nCzy można umówić się 27 sierpnia o 14:00 albo 28 rano?\nIle to kosztuje? Pozdrawiam.",
    draft: (
        "Dziękujemy za wiadomość",
        "Dzień dobry,\n\ndziękujemy za wiadomość do JITANBODY Shinjuku. Przepraszamy, że nie udało się odpowiedzieć na czacie.\n\nTermin 27.08 (czw.) 14:00 jest wolny.\nJeśli pasuje, prosimy odpisać na tego maila.\n\nJITANBODY Shinjuku",
    ),
    notes: ["Prosi o telefon po siedemnastej", "14:00 jest wolne. Dyżur ma Yamamoto."],
};

const fn customer(lang: Lang) -> &'static Writer {
    match lang {
        Lang::Ja => &HANAKO,
        Lang::En => &EMILY,
        Lang::Pl => &ANNA,
    }
}

/// A case of the customer who speaks `lang`, at this step.
fn case(lang: Lang, class: Class, step: Step, owner: Owner) -> Case {
    let (at, who) = (MORNING.parse().unwrap(), customer(lang));
    let to = address(who.mail);
    let booking = class == Class::Reservation;
    let wishes = ["2026-08-27 14:00", "2026-08-28 9:00–12:00"].map(|wish| {
        let (day, hours) = wish.split_once(' ').unwrap();
        format!("{} {hours}", words::day(day.parse().unwrap(), lang.code()))
    });
    Case {
        id: CaseId::of(Fingerprint::new(*b"madoguchi-phones")),
        mailbox: MailboxName::parse("reservation1").unwrap(),
        opened: at,
        day: "2026-08-26".parse().unwrap(),
        customer: Customer {
            name: Some(who.name.to_owned()),
            address: Some(to.clone()),
            phone: Some(who.phone.to_owned()),
            shop: Some("新宿院".to_owned()),
        },
        matter: Matter {
            class,
            topic: if booking { "booking" } else { "price" }.to_owned(),
            urgent: booking,
            ambiguous: false,
            rival: None,
            needs_staff: !booking,
            lang: lang.code().to_owned(),
            wishes: if booking { wishes.to_vec() } else { vec![] },
            missing: vec![],
            template: String::new(),
        },
        mails: vec![CaseMail {
            fingerprint: Fingerprint::new(*b"madoguchi-phones"),
            message_id: None,
            subject: "Web".to_owned(),
            words: who.words.to_owned(),
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
            to,
            subject: who.draft.0.to_owned(),
            body: who.draft.1.to_owned(),
            author: Author::Template("reservation".to_owned()),
            large: false,
            edited: 0,
            approved: None,
        }),
        revision: Revision::FIRST,
        sent: None,
        reported: None,
        record: vec![],
        checks: vec![],
        service: Default::default(),
        handling: Default::default(),
        placement: Default::default(),
        linked: None,
        told: vec![],
        dossier: Default::default(),
        complaint: None,
        effects: 1,
        state: State::Open(Open { step, owner, due: at }),
    }
}

fn asked_case(lang: Lang, class: Class) -> Case {
    case(lang, class, Step::Asked { asking: asking() }, Owner::Desk)
}

fn history(named: bool) -> History {
    let day = |text: &str| text.parse().unwrap();
    let earlier = |text, class, topic: &str, state| Earlier {
        day: day(text),
        class,
        topic: topic.to_owned(),
        shop: Some("新宿院".to_owned()),
        state,
    };
    let candidate = |name: &str, text, phone| Candidate {
        name: name.to_owned(),
        day: day(text),
        by: KnownBy::Address,
        phone,
    };
    History {
        registered: None,
        registered_more: 0,
        open: vec![],
        products: vec![],
        linked: None,
        earlier: vec![
            earlier("2026-06-03", Class::Inquiry, "料金", "answered"),
            earlier("2026-04-18", Class::Reservation, "予約", "converted"),
        ],
        contacts: 7,
        candidates: if named {
            vec![]
        } else {
            vec![
                candidate("山田 花子", "2026-06-03", SamePhone::Yes),
                candidate("山田 太郎", "2026-04-18", SamePhone::No),
            ]
        },
    }
}

/// The request for this question, and what must be read in it.
fn request(name: &str, lang: Lang, case: &Case, to: &str, question: Question, reminder: u8) -> Fixture {
    let (live, reader) = (live(lang), address(to));
    let at = MORNING.parse().unwrap();
    let until = "2026-08-27T01:12:00Z".parse().unwrap();
    let ring = Keyring::new(Secret::new("k".to_owned()), None);
    let token = ring.issue(&case.id, case.revision, Content::of_question(), &reader, until);
    let history = history(case.customer.name.is_some());
    let agent = to != SHOP;
    let mut facts = vec![token.to_string(), format!("C-{}", case.id)];
    if question != Question::Quarantine {
        facts.extend(case.customer.name.clone());
        facts.extend(case.customer.phone.as_deref().map(words::phone));
    }
    if !matches!(question, Question::Quarantine | Question::Outcome | Question::Undo) {
        facts.extend(case.matter.wishes.clone());
        facts.extend(case.customer.shop.clone());
        if agent {
            facts.extend(history.candidates.iter().map(|candidate| candidate.name.clone()));
            facts.push(words::day("2026-06-03".parse().unwrap(), lang.code()));
            facts.extend(case.record.iter().map(|entry| entry.note.clone()));
        }
    }
    if matches!(question, Question::Approve | Question::Write | Question::Shop | Question::Check) {
        let words: String = case.mails.iter().flat_map(|mail| mail.words.chars()).take(1_000).collect();
        facts.extend(words.lines().map(str::to_owned));
    }
    if matches!(question, Question::Approve | Question::Check | Question::Undo) {
        let draft = case.draft.as_ref().unwrap();
        facts.extend([draft.subject.clone(), draft.to.to_string()]);
        facts.extend(draft.body.lines().map(str::to_owned));
    }
    let asked = Asked { to: &reader, question, token: &token, since: at, reminder, check: None, history };
    Fixture { name: name.to_owned(), mail: ask(&live, case, asked), facts }
}

fn answer(name: &str, lang: Lang, to: &str, notice: &Notice, facts: &[&str]) -> Fixture {
    let case = asked_case(lang, Class::Reservation);
    let facts = facts.iter().map(|fact| (*fact).to_owned()).chain([format!("C-{}", case.id)]).collect();
    Fixture {
        name: name.to_owned(),
        mail: tell(&live(lang), &case, &address(to), notice, MORNING.parse().unwrap()),
        facts,
    }
}

fn entry(by: &str, what: &str, note: &str) -> Entry {
    Entry {
        at: MORNING.parse().unwrap(),
        by: Some(address(by)),
        what: what.to_owned(),
        note: note.to_owned(),
    }
}

/// What is asked in every language.
fn in_every_language(lang: Lang) -> Vec<Fixture> {
    let name = |what: &str| format!("{what}-{}", lang.code());
    let who = customer(lang);
    let mut noted = asked_case(lang, Class::Reservation);
    noted.record = vec![entry(COLLEAGUE, "メモ", who.notes[0]), entry(SHOP, "回答", who.notes[1])];
    let mut inquiry = asked_case(lang, Class::Inquiry);
    inquiry.mails[0].words = format!("<b>&amp; \"q\" 'a'</b>\n{}", who.words);
    let mut nameless = asked_case(lang, Class::Reservation);
    nameless.customer.name = None;
    nameless.matter.missing = vec!["name".to_owned(), "weekday".to_owned()];
    let mut concern = asked_case(lang, Class::Reservation);
    let draft = concern.draft.as_mut().unwrap();
    draft.body.push_str("\n\ntaro.other@elsewhere.example / 080-9999-8888");
    draft.approved = Some(address(COLLEAGUE));
    concern.revision = Revision::FIRST.next();
    concern.draft.as_mut().unwrap().revision = concern.revision;
    let leaves = Some("2026-08-26T01:13:30Z".parse().unwrap());
    let sending = Step::Sending { by: address(AGENT), then: Then::Reply, answered: false, leaves };
    let undo = case(lang, Class::Reservation, sending, Owner::Machine);
    let mut check = asked_case(lang, Class::Reservation);
    check.checks =
        vec![Check::of(address(AGENT), &address(COLLEAGUE), MORNING.parse().unwrap(), who.notes[1])];
    let why = Why::Rejected { by: address(COLLEAGUE), reason: who.notes[0].to_owned() };
    let write = case(lang, Class::Reservation, Step::AtDesk { why, asking: asking() }, Owner::Desk);
    let mut concern = request(&name("concern"), lang, &concern, AGENT, Question::Approve, 2);
    concern.facts.extend(["taro.other@elsewhere.example", "080-9999-8888", "鈴木"].map(str::to_owned));
    let mut undo = request(&name("undo"), lang, &undo, AGENT, Question::Undo, 0);
    undo.facts.push("10:13:30".to_owned());
    let mut check = request(&name("check"), lang, &check, AGENT, Question::Check, 0);
    check.facts.push(who.notes[1].to_owned());
    vec![
        request(&name("request"), lang, &noted, AGENT, Question::Approve, 0),
        request(&name("inquiry"), lang, &inquiry, AGENT, Question::Approve, 0),
        request(&name("nameless"), lang, &nameless, AGENT, Question::Approve, 0),
        request(&name("write"), lang, &write, AGENT, Question::Write, 1),
        concern,
        undo,
        check,
        answer(&name("transcript"), lang, AGENT, &Notice::NotUnderstood { why: "says_more".to_owned() }, &[]),
        answer(&name("help"), lang, AGENT, &Notice::Help, &["OK", "STATUS"]),
        answer(
            &name("no-word"),
            lang,
            AGENT,
            &Notice::NoWord { of: vec![address(COLLEAGUE)], since: MORNING.parse().unwrap() },
            &["鈴木"],
        ),
        answer(&name("second"), lang, AGENT, &Notice::SecondNeeded { by: address(COLLEAGUE) }, &["鈴木"]),
        answer(
            &name("remark"),
            lang,
            AGENT,
            &Notice::Remark { by: address(COLLEAGUE), text: who.notes[1].to_owned() },
            &["鈴木", who.notes[1]],
        ),
        answer(&name("recalled"), lang, AGENT, &Notice::Recalled { by: Some(address(COLLEAGUE)) }, &["鈴木"]),
    ]
}

/// Every mail that is looked at.
pub(crate) fn fixtures() -> Vec<Fixture> {
    let mut all: Vec<Fixture> = Lang::ALL.into_iter().flat_map(in_every_language).collect();
    all.extend(Lang::ALL.into_iter().flat_map(complaints::complaints));
    let ja = Lang::Ja;
    let mut long = asked_case(ja, Class::Reservation);
    let wide =
        "https://www.example.com/a-very-long-address-without-any-blank-that-nobody-can-break/".repeat(3);
    long.mails[0].words = format!("{wide}\n{}", "腰が痛いです。".repeat(400));
    long.customer.name = Some("Wolfeschlegelsteinhausenbergerdorff-Extraordinarily-Long".to_owned());
    long.draft.as_mut().unwrap().body = "ご案内いたします。\n".repeat(60);
    all.push(request("long", ja, &long, AGENT, Question::Approve, 0));
    let at_shop = Step::AtShop { since: MORNING.parse().unwrap(), asking: asking() };
    let mut shop = case(ja, Class::Inquiry, at_shop, Owner::Shop("新宿院".to_owned()));
    shop.sent = Some(Sent {
        message_id: MessageId::parse("reply.x@jitanbody.example").unwrap(),
        revision: Revision::FIRST,
        at: MORNING.parse().unwrap(),
    });
    all.push(request("shop", ja, &shop, SHOP, Question::Shop, 0));
    let waiting = Step::AwaitingReply { since: MORNING.parse().unwrap() };
    let mut outcome = case(ja, Class::Reservation, waiting, Owner::Customer);
    outcome.sent = shop.sent;
    all.push(request("outcome", ja, &outcome, AGENT, Question::Outcome, 0));
    let unread = Step::Quarantined { why: "nested".to_owned(), asking: asking() };
    let unread = case(ja, Class::Inquiry, unread, Owner::Supervisors);
    all.push(request("quarantine", ja, &unread, AGENT, Question::Quarantine, 0));
    let refused = Why::Refused { what: "RCPT 550".to_owned() };
    let refused = case(ja, Class::Reservation, Step::AtDesk { why: refused, asking: asking() }, Owner::Desk);
    all.push(request("refused", ja, &refused, AGENT, Question::Write, 0));
    all.extend(Lang::ALL.into_iter().flat_map(days::of));
    all
}
