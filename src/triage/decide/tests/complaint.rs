//! A complaint from its opening to its report: who may say what, what is told to whom, and what is late.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use jiff::SignedDuration;

use super::desk::{address, proof};
use super::world::World;
use crate::triage::approval::{Understood, understand};
use crate::triage::case::Owner;
use crate::triage::complaint::Duty;
use crate::triage::complaint::{Field, Kind, Occasion, Piece, Rules, Spans};
use crate::triage::effect::Effect;
use crate::triage::event::{Event, Planned, Said};
use crate::triage::people::{Contact, Lang};

/// A house that deals with complaints: `lea` is responsible, `max` the manager, `pia` may object, `tom` works in a plant,
/// `sel` sold it. None of them is at the desk.
pub(super) fn house() -> World {
    let mut world = World::new();
    let contact = |name: &str| Contact { name: name.to_owned(), address: address(name), lang: Lang::Ja };
    world.policy.contacts = ["lea", "max", "pia", "tom", "sel"].map(contact).into();
    let kind = |name: &str, topics: &[&str]| Kind {
        name: name.to_owned(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        severity: None,
        people: vec![address("max"), address("pia")],
        responsible: address("lea"),
        manager: address("max"),
        seller: Some(address("sel")),
    };
    world.policy.complaints = Some(Arc::new(Rules {
        kinds: vec![kind("品質", &["complaint"]), kind("配送", &[])],
        required: Field::STANDARD.to_vec(),
        optional: vec![],
        spans: Spans {
            fields: 1,
            urgent: 2,
            ordinary: 5,
            proposal: 3,
            explanation: 7,
            objection: 1,
            verdict: 1,
            report: 1,
        },
        template: "complaint-report".to_owned(),
    }));
    world
}

/// What a token is called in scripts: `lead`, `named`, `fields`, `task1`, `verdict2`.
pub(super) fn piece(word: &str) -> Option<Piece> {
    let number = |rest: &str| rest.parse().ok();
    match word {
        "lead" => Some(Piece::Lead),
        "named" => Some(Piece::Named),
        "fields" => Some(Piece::Fields),
        _ => match (word.strip_prefix("task"), word.strip_prefix("verdict")) {
            (Some(rest), _) => number(rest).map(Piece::Task),
            (None, Some(rest)) => number(rest).map(Piece::Verdict),
            (None, None) => None,
        },
    }
}

/// Somebody answers with a token for a piece: `lea/lead 案 …`; without a piece it is an ordinary token.
pub(super) fn says(world: &World, who: &str, words: &str) -> Event {
    let (who, token) = who.split_once('/').map_or((who, None), |(who, token)| (who, piece(token)));
    let today = world.now.to_zoned(world.policy.desk.zone.clone()).date();
    let understood = understand(words, today);
    let Understood::Command(command) = understood else { panic!("{words:?}: {understood:?}") };
    let revision = world.case.as_ref().map_or(crate::triage::id::Revision::FIRST, |case| case.revision);
    let said = match token {
        Some(piece) => Said::Complaint { piece, command: Some(command) },
        None => Said::Command(command),
    };
    Event::Agent { by: address(who), proof: proof(), revision, said, mail: None }
}

/// Who is written to about what: `lea Opened`, `tom Task(1)`.
fn letters(effects: &[Planned]) -> String {
    let mut told: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for planned in effects {
        match &planned.effect {
            Effect::Complaint { to, occasion, piece, reminder, .. } => {
                let again = if *reminder == 0 { String::new() } else { format!(" again{reminder}") };
                let token = piece.map_or_else(|| "-".to_owned(), |piece| piece.bound().replace(' ', ""));
                let name = format!("{occasion:?}{again} <{token}>");
                told.entry(name).or_default().push(to.local());
            }
            Effect::Tell { to, notice, .. } => {
                let what = format!("{notice:?}");
                let word = what.split([' ', '{']).next().unwrap_or_default().to_owned();
                told.entry(word).or_default().push(to.local());
            }
            Effect::Ask { to, question, .. } => {
                told.entry(format!("ask {question:?}")).or_default().push(to.local());
            }
            Effect::Send { .. } => told.entry("SEND".to_owned()).or_default().push("customer"),
            other @ (Effect::Mark { .. }
            | Effect::SaveDraft { .. }
            | Effect::RetireDraft { .. }
            | Effect::LookForSent { .. }
            | Effect::FileSent { .. }
            | Effect::Acknowledge { .. }) => {
                told.entry(format!("({})", other.word())).or_default();
            }
        }
    }
    let lines = told.iter().map(|(what, who)| format!("{what} {}", who.join(",")));
    lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("; ")
}

/// State, owner, hours to the deadline, what is owed.
fn standing(world: &World) -> String {
    let Some(case) = &world.case else { return String::new() };
    let due = case
        .due()
        .map(|due| format!(" {:#}", due.duration_since(world.now).round(jiff::Unit::Hour).unwrap()));
    let owner = case.open().map(|open| match &open.owner {
        Owner::Agent(agent) => format!(" {}", agent.local()),
        other @ (Owner::Desk | Owner::Shop(_) | Owner::Supervisors | Owner::Customer | Owner::Machine) => {
            format!(" {other:?}").to_lowercase()
        }
    });
    let owed = case.complaint.as_ref().map(|complaint| {
        let words: Vec<String> = complaint
            .alarms
            .keys()
            .map(|duty| match duty {
                Duty::Task(number) => format!("task{number}"),
                other @ (Duty::Fields
                | Duty::Proposal
                | Duty::Objection
                | Duty::Handling
                | Duty::Explanation
                | Duty::Verdict
                | Duty::Report) => other.word().to_owned(),
            })
            .collect();
        format!(" owed[{}]", words.join(" "))
    });
    [Some(case.state_word().to_owned()), owner, due, owed].into_iter().flatten().collect()
}

/// Plays lines: an act of the world's own (`mail A`, `+2h`, `due`, `end send sent`), or `who/token words`.
pub(super) fn play(world: &mut World, script: &str) -> String {
    let mut seen = String::new();
    for act in script.split("\n--\n").map(str::trim).filter(|act| !act.is_empty()) {
        let before = world.planned.len();
        let (word, rest) = act.split_once([' ', '\n']).unwrap_or((act, ""));
        let person = word.split('/').next().unwrap_or_default();
        if ["ann", "bob", "sue", "lea", "max", "pia", "tom", "sel"].contains(&person) {
            let event = says(world, word, rest);
            world.happen(&event);
        } else {
            world.act(act);
        }
        let told = letters(&world.planned[before..]);
        let _ = writeln!(seen, "{} => {} | {told}", act.replace('\n', " / "), standing(world));
    }
    seen
}

fn check(world: &mut World, script: &str, expected: Expect) {
    expected.assert_eq(&play(world, script));
}

/// The way to a complaint with two tasks.
pub(super) const TWO_TASKS: &str = "mail A\n--\nend ask done\n--\nann 苦情 品質 至急\n注文番号: A-1\n商品: 皿\n発生日: 8/25\n内容: 割れていた\n要求 1: 交換\n要求 2: お詫び\n--\n\
    lea/lead 案 要求1: 交換します\n要求2: お詫び状を送ります\n作業 @tom 8/28 皿を送る\n作業 @pia 8/29 お詫び状を書く";

#[test]
fn an_urgent_complaint_goes_its_whole_way() {
    let script = format!(
        "{TWO_TASKS}\n--\n\
         tom/task1 異議 皿の在庫がない\n--\n\
         lea/lead 作業 @tom 8/29 皿を取り寄せて送る\n--\n\
         tom/task3 済 送りました\n--\n\
         pia/task2 済 書いて送りました\n--\n\
         lea/lead 原因 梱包が薄かった\n対策 二重にする\n--\n\
         max/verdict1 OK\n--\n\
         ann OK\n--\n\
         end send sent\n--\n\
         ann OK\n--\n\
         end send sent"
    );
    check(
        &mut house(),
        &script,
        expect![[r#"
        mail A => drafted desk 0s | (mark); (save_draft); ask Approve ann,bob
        end ask done => asked desk 1h | 
        ann 苦情 品質 至急 / 注文番号: A-1 / 商品: 皿 / 発生日: 8/25 / 内容: 割れていた / 要求 1: 交換 / 要求 2: お詫び => asked desk 1h owed[proposal handling explanation] | Done ann; Opened <lead> lea; Opened <named> max,pia,sel
        lea/lead 案 要求1: 交換します / 要求2: お詫び状を送ります / 作業 @tom 8/28 皿を送る / 作業 @pia 8/29 お詫び状を書く => asked desk 1h owed[task1 task2 handling explanation] | Proposed <lead> lea; Proposed <named> max,pia,sel; Task(1) <task1> tom; Task(2) <task2> pia
        tom/task1 異議 皿の在庫がない => asked desk 1h owed[objection task2 handling explanation] | Done tom; Objected(1) <lead> lea; Objected(1) <named> max
        lea/lead 作業 @tom 8/29 皿を取り寄せて送る => asked desk 1h owed[task2 task3 handling explanation] | Proposed <lead> lea; Proposed <named> max,pia,sel; Task(3) <task3> tom; Withdrawn(1) <-> tom
        tom/task3 済 送りました => asked desk 1h owed[task2 handling explanation] | Closed(3) <lead> lea; Closed(3) <named> max,sel; Done tom
        pia/task2 済 書いて送りました => asked desk 1h owed[explanation] | Closed(2) <lead> lea; Closed(2) <named> max,sel; Done pia
        lea/lead 原因 梱包が薄かった / 対策 二重にする => asked desk 1h owed[verdict] | Done lea; Verdict(1) <verdict1> max
        max/verdict1 OK => asked desk 1h owed[report] | Approved <lead> lea; Done max
        ann OK => sending machine 1h owed[report] | SEND customer
        end send sent => drafted desk 0s owed[report] | (file_sent); (retire_draft); (save_draft); ask Approve ann,bob; ask Outcome ann
        ann OK => sending machine 1h owed[report] | SEND customer
        end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann
    "#]],
    );
}

#[test]
fn everything_that_is_missing_is_asked_for_at_once() {
    let script = "mail A\n--\nend ask done\n--\nann 苦情\n種類: 品質\n注文番号: A-1\n--\n\
        lea/lead 案 交換します\n--\n\
        ann/fields 苦情\n色: 青\n緊急度: 急\n販売担当: 誰か\n--\n\
        ann/fields 苦情\n商品: 皿\n発生日: 8/25\n内容: 割れていた\n要求: 交換";
    check(
        &mut house(),
        script,
        expect![[r#"
        mail A => drafted desk 0s | (mark); (save_draft); ask Approve ann,bob
        end ask done => asked desk 1h | 
        ann 苦情 / 種類: 品質 / 注文番号: A-1 => asked desk 1h owed[fields proposal handling explanation] | Missing <fields> ann; Opened <lead> lea; Opened <named> max,pia,sel
        lea/lead 案 交換します => asked desk 1h owed[fields proposal handling explanation] | Refused(Incomplete) <lead> lea
        ann/fields 苦情 / 色: 青 / 緊急度: 急 / 販売担当: 誰か => asked desk 1h owed[fields proposal handling explanation] | Refused(Fields { unknown: ["色"], wrong: [Severity, Seller] }) <fields> ann
        ann/fields 苦情 / 商品: 皿 / 発生日: 8/25 / 内容: 割れていた / 要求: 交換 => asked desk 1h owed[proposal handling explanation] | Done ann; Opened <lead> lea; Opened <named> max,pia,sel
    "#]],
    );
}

#[test]
fn a_topic_opens_a_complaint_by_itself() {
    let mut world = house();
    let Event::Arrived(mut arrival) = world.event("mail", "A") else { panic!() };
    arrival.matter.topic = "complaint".to_owned();
    arrival.labelled = [
        ("注文番号", "B-7"),
        ("商品", "椀"),
        ("要求 1", "返金してください"),
        ("販売担当", "max"),
        ("色", "青"),
    ]
    .map(|(label, value)| (label.to_owned(), value.to_owned()))
    .into();
    world.happen(&Event::Arrived(arrival));
    let complaint = world.case.as_ref().unwrap().complaint.clone().unwrap();
    assert_eq!(complaint.fields["注文番号"], "B-7");
    assert_eq!(complaint.demands, ["返金してください"]);
    assert_eq!(complaint.fields["連絡先"], "山田 / taro@example.com");
    expect![[r#"
        drafted desk 0s owed[fields proposal handling explanation]
        (mark); (save_draft); Missing <fields> ann,bob; Opened <lead> lea; Opened <named> max,pia,sel; ask Approve ann,bob"#]].assert_eq(&format!("{}\n{}", standing(&world), letters(&world.planned)));
}

#[test]
fn words_of_ours_and_a_matter_with_a_complaint_open_none_by_topic() {
    let opened = |kind: &str, complaint: bool| {
        let mut world = house();
        let Event::Arrived(mut arrival) = world.event("mail", kind) else { panic!() };
        arrival.matter.topic = "complaint".to_owned();
        arrival.origin.complaint = complaint;
        arrival.labelled =
            [("注文番号", "B-7"), ("内容", "怒っている。面倒な客"), ("要求 1", "返金と言い張る")]
                .map(|(label, value)| (label.to_owned(), value.to_owned()))
                .into();
        world.happen(&Event::Arrived(arrival));
        world.case.unwrap().complaint
    };
    let theirs = opened("A", false).unwrap();
    assert_eq!((theirs.fields["内容"].as_str(), theirs.demands.len()), ("怒っている。面倒な客", 1));
    // One of us wrote a call down: what the customer said is asked for, in words the customer may read.
    let ours = opened("phoned", false).unwrap();
    assert_eq!((ours.fields.get("内容"), ours.demands.len()), (None, 0));
    assert_eq!(ours.fields["注文番号"], "B-7");
    assert!(opened("A", true).is_none(), "the case it grew out of has one");
}

#[test]
fn nobody_who_is_not_named_decides_and_a_tasks_token_decides_nothing_else() {
    for (who, words) in [
        // Not named, or not who the order is for.
        ("ann/named", "案 要求1: a\n要求2: b"),
        ("tom/lead", "作業 @tom 8/30 x"),
        ("pia/lead", "原因 x\n対策 y"),
        ("lea/named", "案 要求1: a\n要求2: b"),
        ("sel/lead", "続行"),
        ("lea/verdict1", "OK"),
        ("pia/verdict1", "OK"),
        ("max/named", "OK"),
        ("max/lead", "案 要求1: a\n要求2: b"),
        ("lea/lead", "担当 tom"),
        ("pia/named", "苦情終了 もういい"),
        ("ann/fields", "苦情終了 もういい"),
        // A task's token.
        ("tom/task1", "案 要求1: a\n要求2: b"),
        ("tom/task1", "OK"),
        ("tom/task1", "担当 tom"),
        ("tom/task1", "苦情\n商品: x"),
        ("tom/task2", "済 やりました"),
        ("pia/task1", "済 やりました"),
        ("tom/task1", "異議 #2 だめ"),
        ("tom/named", "異議 だめ"),
        // An ordinary token of somebody at the desk.
        ("ann", "済 やりました"),
        ("ann", "案 要求1: a\n要求2: b"),
        ("sue", "作業 @sue 8/30 x"),
        // Ordinary ends.
        ("ann", "完了"),
        ("ann", "不成立"),
        ("ann", "予約確定 明日"),
        ("tom/task1", "完了"),
    ] {
        let mut world = house();
        play(&mut world, TWO_TASKS);
        let before = world.case.clone().unwrap();
        let event = says(&world, who, words);
        let decision = world.happen(&event).expect("whoever speaks is answered");
        let after = world.case.clone().unwrap();
        assert_eq!(after.complaint, before.complaint, "{who}: {words}");
        assert_eq!(after.state, before.state, "{who}: {words}");
        assert!(!decision.effects.is_empty(), "{who}: {words}");
        assert!(
            !decision.effects.iter().any(|one| matches!(one.effect, Effect::Send { .. })),
            "{who}: {words}"
        );
    }
}

#[test]
fn a_verdict_is_about_one_version_and_nobody_approves_their_own_words() {
    let script = format!(
        "{TWO_TASKS}\n--\nlea/lead 原因 梱包\n--\nlea/lead 対策 二重\n--\nlea/lead 対策 三重\n--\nmax/verdict2 OK\n--\n\
         max/verdict3 NG 原因が足りない\n--\nlea/lead 原因 検品もしなかった\n--\nmax/verdict4 OK\n--\nmax/verdict4 OK"
    );
    let mut world = house();
    let seen = play(&mut world, &script);
    let last: Vec<&str> = seen.lines().skip(4).collect();
    expect![[r#"
        lea/lead 原因 梱包 => asked desk 1h owed[task1 task2 handling explanation] | Done lea
        lea/lead 対策 二重 => asked desk 1h owed[task1 task2 handling verdict] | Done lea; Verdict(2) <verdict2> max
        lea/lead 対策 三重 => asked desk 1h owed[task1 task2 handling verdict] | Done lea; Verdict(3) <verdict3> max
        max/verdict2 OK => asked desk 1h owed[task1 task2 handling verdict] | Refused(Settled) <named> max
        max/verdict3 NG 原因が足りない => asked desk 1h owed[task1 task2 handling explanation] | Done max; SentBack { reason: "原因が足りない" } <lead> lea
        lea/lead 原因 検品もしなかった => asked desk 1h owed[task1 task2 handling verdict] | Done lea; Verdict(4) <verdict4> max
        max/verdict4 OK => asked desk 1h owed[task1 task2 handling] | Approved <lead> lea; Done max
        max/verdict4 OK => asked desk 1h owed[task1 task2 handling] | Refused(Settled) <named> max"#]].assert_eq(&last.join("\n"));
    // The manager who was responsible before has written it.
    let mut world = house();
    play(&mut world, &format!("{TWO_TASKS}\n--\nlea/lead 原因 x\n対策 y"));
    if let Some(complaint) = world.case.as_mut().and_then(|case| case.complaint.as_mut()) {
        complaint.people.manager = address("lea");
    }
    play(&mut world, "lea/verdict1 OK");
    assert!(!world.case.unwrap().complaint.unwrap().approved());
}

#[test]
fn what_is_late_reaches_more_and_more_people() {
    let mut world = house();
    play(&mut world, TWO_TASKS);
    let before = world.planned.len();
    let mut seen = String::new();
    for _ in 0..8 {
        let from = world.planned.len();
        world.act("due");
        let _ = writeln!(seen, "{} {}", world.now, letters(&world.planned[from..]));
    }
    assert!(world.planned.len() > before);
    expect![[r#"
        2026-08-27T02:00:00Z ask Approve ann,bob
        2026-08-27T04:00:00Z ask Approve ann,bob,sue
        2026-08-27T08:00:00Z ask Approve ann,bob,sue
        2026-08-27T16:00:00Z ask Approve ann,bob,sue
        2026-08-28T08:00:00Z ask Approve ann,bob,sue
        2026-08-28T15:00:00Z Late(Task(1)) again1 <task1> tom
        2026-08-28T17:00:00Z Late(Task(1)) again2 <lead> lea; Late(Task(1)) again2 <named> max; Late(Task(1)) again2 <task1> tom
        2026-08-28T21:00:00Z Late(Task(1)) again3 <fields> sue; Late(Task(1)) again3 <lead> lea; Late(Task(1)) again3 <named> max; Late(Task(1)) again3 <task1> tom
    "#]].assert_eq(&seen);
}

#[test]
fn what_the_report_says_is_taken_back_when_it_changes() {
    let ready = format!(
        "{TWO_TASKS}\n--\nann OK\n--\nend send sent\n--\ntom/task1 済 送った\n--\npia/task2 済 書いた\n--\n\
         lea/lead 原因 梱包\n対策 二重\n--\nmax/verdict1 OK"
    );
    let mut world = house();
    play(&mut world, &ready);
    assert_eq!(world.case.as_ref().unwrap().state_word(), "drafted");
    check(
        &mut world,
        "lea/lead 対策 三重\n--\nmax/verdict2 OK\n--\nmail A\n--\nann 電話済\n--\nann 完了\n--\nann OK\n--\nend send sent\n--\nbounce 5",
        expect![[r#"
            lea/lead 対策 三重 => complaint max 38h owed[verdict] | (retire_draft); Done lea; Verdict(2) <verdict2> max
            max/verdict2 OK => drafted desk 0s owed[report] | (save_draft); Approved <lead> lea; Done max; ask Approve ann,bob
            mail A => at_desk desk 1h owed[report] | (mark); (retire_draft); ask Write ann,bob
            ann 電話済 => drafted desk 0s owed[report] | (retire_draft); (save_draft); ask Approve ann,bob; ask Outcome ann
            ann 完了 => drafted desk 0s owed[report] | Refused(StillOpen { word: "完了" }) <fields> ann
            ann OK => sending machine 1h owed[report] | SEND customer
            end send sent => closed owed[] | (file_sent); (mark); (retire_draft); Ended <-> lea,max,pia,sel,ann
            bounce 5 => closed owed[] | 
        "#]],
    );
}

#[test]
fn a_manager_ends_a_complaint_without_a_report_and_hands_it_over() {
    let mut world = house();
    play(&mut world, TWO_TASKS);
    check(
        &mut world,
        "max/named 担当 max\n--\nmax/named 担当 tom\n--\nlea/lead 続行\n--\ntom/lead 原因 x\n--\nann OK\n--\nend send sent\n--\nmax/named 苦情終了 お客様が取り下げた\n--\ntom/task1 済 もう遅い",
        expect![[r#"
            max/named 担当 max => asked desk 1h owed[task1 task2 handling explanation] | Refused(OwnWork) <named> max
            max/named 担当 tom => asked desk 1h owed[task1 task2 handling explanation] | Done max; HandedOver <lead> tom
            lea/lead 続行 => asked desk 1h owed[task1 task2 handling explanation] | Refused(NotYours { word: "続行" }) <-> lea
            tom/lead 原因 x => asked desk 1h owed[task1 task2 handling explanation] | Done tom
            ann OK => sending machine 1h owed[task1 task2 handling explanation] | SEND customer
            end send sent => complaint tom 38h owed[task1 task2 handling explanation] | (file_sent); (retire_draft); ask Outcome ann
            max/named 苦情終了 お客様が取り下げた => dismissed owed[] | (mark); Done max; Ended <-> tom,pia,sel
            tom/task1 済 もう遅い => dismissed owed[] | Refused(NoComplaint) <-> tom
        "#]],
    );
}

#[test]
fn a_complaint_that_nobody_configured_is_none() {
    let mut world = World::new();
    play(&mut world, "mail A\n--\nend ask done");
    check(
        &mut world,
        "ann 苦情 品質",
        expect![[r#"
        ann 苦情 品質 => asked desk 1h | Refused(NotConfigured) <-> ann
    "#]],
    );
    assert!(world.case.unwrap().complaint.is_none());
}

#[test]
fn a_contact_who_left_decides_nothing_more_and_is_followed() {
    let mut world = house();
    play(&mut world, TWO_TASKS);
    let kept: Vec<Contact> = world.policy.contacts.iter().filter(|one| one.name != "lea").cloned().collect();
    world.policy.contacts = kept.into();
    let before = world.case.clone();
    play(&mut world, "lea/lead 原因 x");
    assert_eq!(world.case.as_ref().unwrap().complaint, before.unwrap().complaint);
    world.now = world.now.checked_add(SignedDuration::from_hours(24 * 20)).unwrap();
    let from = world.planned.len();
    world.act("due");
    assert!(world.planned[from..].iter().any(|one| matches!(
        &one.effect,
        Effect::Complaint { to, occasion: Occasion::Late(_), .. } if *to == address("max")
    )));
}
