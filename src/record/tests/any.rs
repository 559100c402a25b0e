//! Generators of every core value that is stored. Their `match`es and lists name every variant.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::outbox::row::{Phase, ReportPhase, ReportRow, Row};
use crate::triage::alert::{Item, Stage, Telling};
use crate::triage::case::{
    Asking, Case, CaseMail, Check, Customer, Entry, Matter, Open, Outcome, Owner, Place, Rival, Sent,
    Service, State, Step, Then, Told, Why,
};
use crate::triage::command::known_word;
use crate::triage::dossier::{Call, CallOutcome, Dossier, Guidance, LongCall, OnCall};
use crate::triage::draft::{Author, Draft};
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::handling::{Basis, Corrected, Handling, Running, Spell};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};
use crate::triage::level::{Channel, Goal, Pause, Priority, Tier};
use crate::triage::night::Section;
use crate::triage::placement::Placement;
use crate::triage::verdict::Class;

pub(super) fn text() -> impl Strategy<Value = String> {
    any::<String>()
}

pub(super) fn address() -> impl Strategy<Value = Address> {
    "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]{1,8}\\.){1,3}[A-Z]{2,5}"
        .prop_map(|text| Address::parse(&text).expect("generated to fit"))
}

pub(super) fn message_id() -> impl Strategy<Value = MessageId> {
    let typed = "[!-;=?-~窓口é]{1,60}".prop_map(|text| MessageId::parse(&text).expect("generated to fit"));
    let ours = (case_id(), revision())
        .prop_map(|(case, revision)| MessageId::of_reply(&case, revision, "d.example"));
    prop_oneof![typed, ours]
}

fn fingerprint() -> impl Strategy<Value = Fingerprint> {
    any::<[u8; 16]>().prop_map(Fingerprint::new)
}

pub(super) fn case_id() -> impl Strategy<Value = CaseId> {
    fingerprint().prop_map(CaseId::of)
}

fn mailbox() -> impl Strategy<Value = MailboxName> {
    "[A-Za-z0-9._-]{1,64}".prop_map(|text| MailboxName::parse(&text).expect("generated to fit"))
}

pub(super) fn revision() -> impl Strategy<Value = Revision> {
    (1..=u32::MAX).prop_map(|number| Revision::new(number).expect("not zero"))
}

pub(super) fn instant() -> impl Strategy<Value = Timestamp> {
    let seconds = Timestamp::MIN.as_second() + 1..Timestamp::MAX.as_second();
    let any = (seconds, 0..1_000_000_000_i32)
        .prop_map(|(second, nano)| Timestamp::new(second, nano).expect("inside the range"));
    prop_oneof![
        1 => select(vec![Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX]),
        9 => any,
    ]
}

pub(super) fn day() -> impl Strategy<Value = Date> {
    (-9999..=9999_i16, 1..=12_i8, 1..=28_i8)
        .prop_map(|(year, month, day)| Date::new(year, month, day).expect("every month has 28 days"))
}

fn then() -> impl Strategy<Value = Then> {
    select(vec![Then::Reply, Then::Shop, Then::Report])
}

fn asking() -> impl Strategy<Value = Asking> {
    (instant(), instant(), any::<u8>(), then()).prop_map(|(at, until, reminders, then)| Asking {
        at,
        until,
        reminders,
        then,
    })
}

fn why() -> impl Strategy<Value = Why> {
    prop_oneof![
        text().prop_map(Why::Fault),
        Just(Why::NoAddress),
        (address(), text()).prop_map(|(by, reason)| Why::Rejected { by, reason }),
        Just(Why::CustomerAnswered),
        Just(Why::Bounced),
        text().prop_map(|what| Why::Refused { what }),
        Just(Why::DraftEdited),
        (address(), text()).prop_map(|(by, text)| Why::HandedOver { by, text }),
        Just(Why::CallBack),
        address().prop_map(|by| Why::PhonedIn { by }),
    ]
}

fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![
        Just(Owner::Desk),
        address().prop_map(Owner::Agent),
        text().prop_map(Owner::Shop),
        Just(Owner::Supervisors),
        Just(Owner::Customer),
        Just(Owner::Machine),
    ]
}

fn step() -> BoxedStrategy<Step> {
    prop_oneof![
        asking().prop_map(|asking| Step::Drafted { asking }),
        asking().prop_map(|asking| Step::Asked { asking }),
        (why(), asking()).prop_map(|(why, asking)| Step::AtDesk { why, asking }),
        (address(), then(), any::<bool>(), option::of(instant()))
            .prop_map(|(by, then, answered, leaves)| { Step::Sending { by, then, answered, leaves } }),
        (address(), then(), instant(), any::<u8>(), option::of(asking()), any::<bool>()).prop_map(
            |(by, then, since, looks, asking, answered)| Step::Unknown {
                by,
                then,
                since,
                looks,
                asking,
                answered
            }
        ),
        instant().prop_map(|since| Step::AwaitingReply { since }),
        instant().prop_map(|since| Step::Answered { since }),
        instant().prop_map(|since| Step::Complaint { since }),
        (instant(), asking()).prop_map(|(since, asking)| Step::AtShop { since, asking }),
        (text(), asking()).prop_map(|(why, asking)| Step::Quarantined { why, asking }),
    ]
    .boxed()
}

fn state() -> BoxedStrategy<State> {
    let outcomes = vec![
        Outcome::Converted,
        Outcome::Unconverted,
        Outcome::Answered,
        Outcome::Referred,
        Outcome::Dismissed,
        Outcome::TakenOver,
    ];
    prop_oneof![
        4 => (step(), owner(), instant()).prop_map(|(step, owner, due)| State::Open(Open { step, owner, due })),
        1 => (select(outcomes), instant()).prop_map(|(outcome, at)| State::Closed { outcome, at }),
    ]
    .boxed()
}

fn place() -> impl Strategy<Value = Place> {
    let numbers = (any::<u32>(), any::<u32>(), any::<u32>(), any::<Option<u64>>());
    (text(), numbers).prop_map(|(folder, (uid_validity, uid, size, server_id))| Place {
        folder,
        uid_validity,
        uid,
        size,
        server_id,
    })
}

fn marks() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(text(), 0..3)
}

fn mail() -> impl Strategy<Value = CaseMail> {
    let head = (fingerprint(), option::of(message_id()), text(), text(), instant());
    let tail = (place(), marks(), marks(), any::<bool>(), option::of(any::<u32>()), any::<bool>(), marks());
    (head, tail).prop_map(
        |(
            (fingerprint, message_id, subject, words, sent),
            (place, fixed_marks, marks, archived, pending, gone, stars),
        )| CaseMail {
            fingerprint,
            message_id,
            subject,
            words,
            sent,
            place,
            fixed_marks,
            marks,
            archived,
            pending,
            gone,
            stars,
        },
    )
}

fn customer() -> impl Strategy<Value = Customer> {
    (option::of(text()), option::of(address()), option::of(text()), option::of(text()))
        .prop_map(|(name, address, phone, shop)| Customer { name, address, phone, shop })
}

fn matter() -> impl Strategy<Value = Matter> {
    let flags = any::<[bool; 3]>();
    let words = (text(), text(), text(), text(), vec(text(), 0..3), vec(text(), 0..3));
    (select(vec![Class::Inquiry, Class::Reservation]), flags, words).prop_map(
        |(
            class,
            [urgent, ambiguous, needs_staff],
            (topic, topic_of_rival, lang, template, wishes, missing),
        )| Matter {
            class,
            topic,
            urgent,
            ambiguous,
            rival: ambiguous.then_some(Rival { topic: topic_of_rival, class }),
            needs_staff,
            lang,
            wishes,
            missing,
            template,
        },
    )
}

fn draft() -> impl Strategy<Value = Draft> {
    let author = prop_oneof![text().prop_map(Author::Template), address().prop_map(Author::Agent)];
    let two = (any::<bool>(), 0..5_usize, option::of(address()));
    (revision(), address(), text(), text(), author, two).prop_map(
        |(revision, to, subject, body, author, (large, edited, approved))| Draft {
            revision,
            to,
            subject,
            body,
            author,
            large,
            edited,
            approved,
        },
    )
}

fn check() -> impl Strategy<Value = Check> {
    let waits = (
        option::of(instant()),
        any::<u8>(),
        option::of(instant()),
        option::of(instant()),
        any::<Option<u32>>(),
    );
    (address(), address(), instant(), text(), waits).prop_map(
        |(of, by, at, question, (until, reminders, answered, good_until, number))| Check {
            of,
            by,
            at,
            question,
            until,
            reminders,
            answered,
            good_until,
            number,
        },
    )
}

fn handling() -> BoxedStrategy<Handling> {
    let worked = || any::<u32>().prop_map(|seconds| jiff::SignedDuration::from_secs(i64::from(seconds)));
    let basis = || select(vec![Basis::Seen, Basis::Assumed, Basis::Said]);
    let running = (address(), instant(), instant(), worked()).prop_map(|(by, from, last, worked)| Running {
        by,
        from,
        last,
        worked,
    });
    let spell = (address(), instant(), instant(), worked(), basis())
        .prop_map(|(by, from, until, worked, basis)| Spell { by, from, until, worked, basis });
    let corrected = (address(), day(), worked(), instant()).prop_map(|(by, day, worked, at)| Corrected {
        by,
        day,
        worked,
        at,
    });
    let lists = (vec(running, 0..3), vec(spell, 0..3), vec(corrected, 0..3));
    (option::of(instant()), option::of(instant()), lists)
        .prop_map(|(since, taken, (running, spells, corrected))| Handling {
            since,
            taken,
            running,
            spells,
            corrected,
        })
        .boxed()
}

fn service() -> impl Strategy<Value = Service> {
    let channels = Channel::WORDS.map(|(_, channel)| channel).to_vec();
    (select(channels), option::of(instant()))
        .prop_map(|(channel, first_answer)| Service { channel, first_answer })
}

fn placement() -> impl Strategy<Value = Placement> {
    let priorities = Priority::WORDS.map(|(_, priority)| priority).to_vec();
    let pause = (instant(), option::of(instant())).prop_map(|(from, until)| Pause { from, until });
    let telling = (
        select(Goal::ALL.to_vec()),
        select(vec![Stage::Warning, Stage::Breach]),
        instant(),
        vec(address(), 0..3),
        vec(address(), 0..3),
    );
    let telling = telling.prop_map(|(goal, stage, by, told, owed)| Telling { goal, stage, by, told, owed });
    let head = (
        option::of(text()),
        option::of(text()),
        select(vec![Tier::Standard, Tier::Premium]),
        option::of(select(priorities)),
    );
    let times = [(); 4].map(|()| option::of(instant()));
    (head, times, (option::of(address()), option::of(owner())), vec(pause, 0..3), vec(telling, 0..3))
        .prop_map(
            |(
                (queue, kind, tier, priority),
                [received, escalated, assigned, alarm],
                (agent, holder),
                pauses,
                told,
            )| {
                Placement {
                    queue,
                    kind,
                    tier,
                    priority,
                    received,
                    escalated,
                    agent,
                    assigned,
                    holder,
                    pauses,
                    told,
                    alarm,
                }
            },
        )
}

fn told() -> impl Strategy<Value = Told> {
    (address(), any::<u8>()).prop_map(|(to, count)| Told { to, count })
}

fn sent() -> impl Strategy<Value = Sent> {
    (message_id(), revision(), instant()).prop_map(|(message_id, revision, at)| Sent {
        message_id,
        revision,
        at,
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    (instant(), option::of(address()), text(), text()).prop_map(|(at, by, what, note)| Entry {
        at,
        by,
        what,
        note,
    })
}

/// Any case with at least one mail.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let head = (case_id(), mailbox(), instant(), day(), customer(), matter());
    let middle = (vec(mail(), 1..4), option::of(draft()), revision(), option::of(sent()), option::of(day()));
    let tail = (
        vec(entry(), 0..4),
        vec(check(), 0..3),
        vec(told(), 0..3),
        (service(), placement(), any::<u32>(), dossier(), option::of(super::complaint::complaint())),
        state(),
    );
    let tail = (tail, option::of(case_id()), handling());
    (head, middle, tail).prop_map(
        |(
            (id, mailbox, opened, day, customer, matter),
            (mails, draft, revision, sent, reported),
            (
                (record, checks, told, (service, placement, effects, dossier, complaint), state),
                linked,
                handling,
            ),
        )| Case {
            id,
            mailbox,
            opened,
            day,
            customer,
            matter,
            mails,
            draft,
            revision,
            sent,
            reported,
            record,
            checks,
            service,
            placement,
            handling,
            linked,
            told,
            dossier,
            complaint: complaint.map(Box::new),
            effects,
            state,
        },
    )
}

fn item() -> impl Strategy<Value = Item> {
    let goal = select(Goal::ALL.to_vec());
    let stage = select(vec![Stage::Warning, Stage::Breach]);
    (case_id(), goal, stage, instant()).prop_map(|(case, goal, stage, by)| Item { case, goal, stage, by })
}

fn dossier() -> impl Strategy<Value = Dossier> {
    let since = || option::of((address(), instant()));
    let calls = vec((address(), instant(), option::of(any::<u32>()), any::<bool>(), text()), 0..3);
    let said = (vec((text(), text()), 0..3), option::of(text()), vec(text(), 0..2), vec(text(), 0..2));
    let long = option::of((address(), instant(), option::of(any::<u32>()), vec(address(), 0..2)));
    (said, calls, since(), long, since(), option::of(address())).prop_map(
        |((given, product, named, tags), calls, on_call, long, remote, taken_by)| Dossier {
            given: given.into_iter().collect(),
            product,
            named: named.into_iter().collect(),
            tags: tags.into_iter().collect(),
            calls: calls
                .into_iter()
                .map(|(by, at, minutes, talked, note)| {
                    let outcome = if talked { CallOutcome::Talked } else { CallOutcome::NoAnswer };
                    Call { by, at, minutes, outcome, note }
                })
                .collect(),
            on_call: on_call.map(|(by, since)| OnCall { by, since }),
            long: long.map(|(by, at, minutes, told)| LongCall {
                by,
                at,
                minutes,
                told: told.into_iter().collect(),
            }),
            remote: remote.map(|(by, at)| Guidance { by, at }),
            taken_by,
        },
    )
}

fn command_word() -> impl Strategy<Value = &'static str> {
    select(vec!["承認", "電話×", "対応します", "送らない", "HELP"])
        .prop_map(|word| known_word(word).expect("a command's word"))
}

fn state_word() -> impl Strategy<Value = &'static str> {
    state().prop_map(|state| match state {
        State::Open(open) => open.step.word(),
        State::Closed { outcome, .. } => outcome.word(),
    })
}

/// Boxed, as are the large generators around it: unboxed they outgrow the stack of a test thread.
fn notice() -> BoxedStrategy<Notice> {
    prop_oneof![
        command_word().prop_map(|command| Notice::Done { command }),
        (option::of(address()), instant(), text()).prop_map(|(by, at, what)| Notice::AlreadyDecided {
            by,
            at,
            what
        }),
        Just(Notice::Retired),
        (command_word(), state_word()).prop_map(|(command, state)| Notice::NotNow { command, state }),
        text().prop_map(|who| Notice::UnknownColleague { who }),
        [any::<u32>(); 3].prop_map(|[most, waiting, more]| Notice::TooManyQuestions { most, waiting, more }),
        Just(Notice::NoAddress),
        instant().prop_map(|at| Notice::AnsweredByHand { at }),
        state_word().prop_map(|state| Notice::Overdue { state }),
        text().prop_map(|queue| Notice::Entered { queue }),
        (text(), vec(text(), 0..3)).prop_map(|(name, known)| Notice::UnknownQueue { name, known }),
        vec(item(), 1..4).prop_map(|items| Notice::Alerts { items }),
        (address(), option::of(any::<u32>())).prop_map(|(by, minutes)| Notice::CallOver { by, minutes }),
        text().prop_map(|why| Notice::CannotDraft { why }),
        day().prop_map(|day| Notice::Spent { day }),
        Just(Notice::Status),
        Just(Notice::Help),
    ]
    .boxed()
}

fn effect() -> BoxedStrategy<Effect> {
    let questions = vec![
        Question::Approve,
        Question::Write,
        Question::Shop,
        Question::Unknown,
        Question::Quarantine,
        Question::Outcome,
        Question::LongCall,
    ];
    prop_oneof![
        (fingerprint(), proptest::option::of(message_id()), place(), marks(), marks(), any::<bool>())
            .prop_map(|(mail, message_id, place, add, remove, archive)| Effect::Mark {
                mail,
                message_id,
                place,
                add,
                remove,
                archive
            }),
        super::complaint::effect(),
        revision().prop_map(|revision| Effect::SaveDraft { revision }),
        revision().prop_map(|revision| Effect::RetireDraft { revision }),
        (address(), select(questions), revision(), instant(), instant(), any::<u8>(), any::<Option<u32>>())
            .prop_map(|(to, question, revision, at, until, reminder, check)| Effect::Ask {
                to,
                question,
                revision,
                at,
                until,
                reminder,
                check
            }),
        (address(), notice(), instant()).prop_map(|(to, notice, at)| Effect::Tell { to, notice, at }),
        (revision(), any::<u32>()).prop_map(|(revision, attempt)| Effect::Send { revision, attempt }),
        (revision(), any::<u8>()).prop_map(|(revision, look)| Effect::LookForSent { revision, look }),
        revision().prop_map(|revision| Effect::FileSent { revision }),
        (address(), option::of(address()), instant(), instant())
            .prop_map(|(to, form, answer_by, at)| Effect::Acknowledge { to, form, answer_by, at }),
    ]
    .boxed()
}

/// Any row of an effect.
pub(super) fn row() -> impl Strategy<Value = Row> {
    let phase = select(vec![Phase::Planned, Phase::Dot]);
    let head = (case_id(), mailbox(), any::<u32>(), instant(), any::<u32>());
    (head, phase, option::of("[0-9a-f]{64}"), effect()).prop_map(
        |((case, mailbox, number, not_before, attempts), phase, blob, effect)| Row {
            case,
            mailbox,
            number,
            not_before,
            attempts,
            phase,
            blob,
            effect,
        },
    )
}

/// Any row of a night report.
pub(super) fn report() -> impl Strategy<Value = ReportRow> {
    let section = select(vec![Section::Inquiry, Section::Reservation, Section::Unfinished, Section::ByHand]);
    let phase = prop_oneof![
        Just(ReportPhase::Planned),
        Just(ReportPhase::Dot),
        Just(ReportPhase::Sent),
        Just(ReportPhase::Unknown),
        text().prop_map(ReportPhase::Refused),
    ];
    let head = (day(), text(), instant(), vec((case_id(), section), 0..4), vec(address(), 0..3));
    let tail = (message_id(), "[0-9a-f]{64}", any::<u32>(), instant(), phase, any::<bool>());
    (head, tail).prop_map(
        |((date, shift, at, cases, to), (message_id, blob, attempts, not_before, phase, settled))| {
            ReportRow { date, shift, at, cases, to, message_id, blob, attempts, not_before, phase, settled }
        },
    )
}
