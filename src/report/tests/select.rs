//! Which cases stand where, in which order and words.

use super::*;
use crate::triage::night::Section;

/// The numbers of the sections and the words for the state.
fn placed(case: Case, day: i8) -> Option<(Section, &'static str, u32)> {
    let night = report(&[case], day);
    night.items.first().map(|item| (item.section, item.state, item.nights))
}

#[test]
fn every_state_has_its_words() {
    use Section::{ByHand, Inquiry, Unfinished};
    let since = at(27, 12, 0);
    let asking = asking(since);
    let (by, then) = (address("sato@jitanbody.example"), Then::Reply);
    let desk = |why| open(Step::AtDesk { why, asking }, Owner::Desk);
    let rows = [
        (open(Step::Drafted { asking }, Owner::Desk), Some((Unfinished, "未対応"))),
        (open(Step::Asked { asking }, Owner::Desk), Some((Unfinished, "確認中"))),
        (desk(Why::Fault("first-answer".into())), Some((Unfinished, "未対応(テンプレート不備)"))),
        (desk(Why::NoAddress), Some((Unfinished, "未対応(宛先なし)"))),
        (
            desk(Why::Rejected { by: by.clone(), reason: "古い".into() }),
            Some((Unfinished, "未対応(差し戻し)")),
        ),
        (desk(Why::CustomerAnswered), Some((Unfinished, "未対応(お客様から返信あり)"))),
        (desk(Why::Bounced), Some((Unfinished, "未対応(不達)"))),
        (desk(Why::Refused { what: "RCPT 550".into() }), Some((Unfinished, "未対応(送信拒否)"))),
        (desk(Why::DraftEdited), Some((Unfinished, "未対応(下書きを手で修正中)"))),
        (
            open(Step::Sending { by: by.clone(), then, answered: false, leaves: None }, Owner::Machine),
            Some((Unfinished, "送信中")),
        ),
        (
            open(
                Step::Unknown { by, then, since, looks: 3, asking: None, answered: false },
                Owner::Supervisors,
            ),
            Some((Unfinished, "送信結果不明")),
        ),
        (
            open(Step::Quarantined { why: "MIME".into(), asking }, Owner::Supervisors),
            Some((Unfinished, "要確認")),
        ),
        (open(Step::AwaitingReply { since }, Owner::Customer), Some((Inquiry, "返信待ち"))),
        (open(Step::Answered { since }, Owner::Machine), Some((Inquiry, "対応済"))),
        (open(Step::AtShop { since, asking }, Owner::Shop(String::new())), Some((Inquiry, "店舗依頼中"))),
        (closed(Outcome::Unconverted, since), Some((Inquiry, "不成立"))),
        (closed(Outcome::Answered, since), Some((Inquiry, "対応済"))),
        (closed(Outcome::Referred, since), Some((Inquiry, "店舗対応"))),
        (closed(Outcome::Converted, since), None),
        (closed(Outcome::Dismissed, since), None),
        (closed(Outcome::TakenOver, since), Some((ByHand, "手動対応"))),
    ];
    for (state, expected) in rows {
        let word = format!("{state:?}");
        let expected = expected.map(|(section, words)| (section, words, 1));
        assert_eq!(placed(case(1, at(27, 11, 0), state), 28), expected, "{word}");
    }
}

#[test]
fn wishes_to_book_come_one_night_later() {
    let waiting = || open(Step::AwaitingReply { since: at(27, 12, 0) }, Owner::Customer);
    for (class, day, expected) in [
        (Class::Inquiry, 26, None),
        (Class::Inquiry, 27, Some((Section::Inquiry, "返信待ち", 0))),
        (Class::Inquiry, 30, Some((Section::Inquiry, "返信待ち", 3))),
        (Class::Reservation, 27, None),
        (Class::Reservation, 28, Some((Section::Reservation, "返信待ち", 1))),
        (Class::Reservation, 31, Some((Section::Reservation, "返信待ち", 4))),
    ] {
        let mut case = case(1, at(27, 11, 0), waiting());
        case.matter.class = class;
        assert_eq!(placed(case.clone(), day), expected, "{class:?} on {day}");
        case.reported = Some(date(2026, 8, 27));
        assert_eq!(placed(case, day), None, "{class:?} on {day}, named before");
    }
}

#[test]
fn ordered_by_section_day_and_time() {
    let shown: Vec<String> = report(&usual_cases(), 28)
        .items
        .iter()
        .map(|item| format!("{:?} {} {}", item.section, item.day, item.received.strftime("%H:%M")))
        .collect();
    assert_eq!(
        shown,
        [
            "Inquiry 2026-08-27 21:40",
            "Inquiry 2026-08-28 10:05",
            "Reservation 2026-08-26 23:59",
            "Reservation 2026-08-27 09:00",
            "Unfinished 2026-08-26 18:00",
            "Unfinished 2026-08-28 20:10",
        ]
    );
    let mut turned = usual_cases();
    turned.reverse();
    assert_eq!(report(&turned, 28), report(&usual_cases(), 28), "the order of the store does not show");
}

#[test]
fn the_outbox_gets_each_case_with_its_section() {
    let night = report(&usual_cases(), 28);
    let sections: Vec<Section> = night.cases().into_iter().map(|(_, section)| section).collect();
    assert!(sections.is_sorted());
    assert_eq!(sections.len(), night.counts().iter().sum::<usize>());
    assert_eq!(night.counts(), [2, 2, 2]);
}

#[test]
fn days_before_the_first_are_left_out() {
    let since = |day| {
        let (now, zone) = (at(28, 22, 0), tokyo());
        night(&usual_cases(), date(2026, 8, 28), "night", Some(date(2026, 8, day)), &zone, now, now).counts()
    };
    assert_eq!(since(26), [2, 2, 2]);
    assert_eq!(since(27), [2, 1, 1]);
    assert_eq!(since(28), [1, 0, 1]);
}

#[test]
fn what_people_took_over_is_counted_once_and_named_where_it_was_deleted() {
    let taken = |number: u8, what: &str| {
        let state = State::Closed { outcome: Outcome::TakenOver, at: at(28, 11, 0) };
        let mut case = case(number, at(28, 9, i8::try_from(number).unwrap()), state);
        case.note(at(28, 11, 0), None, what, "");
        case
    };
    let mut cases: Vec<Case> = [
        Case::ARCHIVED_BY_HAND,
        Case::ARCHIVED_BY_HAND,
        Case::MOVED_BY_HAND,
        Case::DELETED_BY_HAND,
        Case::HANDLED_BY_HAND,
    ]
    .into_iter()
    .zip(1..)
    .map(|(what, number)| taken(number, what))
    .collect();
    let night = report(&cases, 28);
    assert_eq!((night.by_hand(), night.counts()), ([2, 1, 1, 1], [0, 0, 0]));
    assert!(night.subject("整体院").ends_with("該当なし"), "a person took them: nothing is left to do");
    let text = night.text();
    assert!(text.contains("■手動対応 5件(アーカイブ 2・移動 1・削除 1・印 1)"), "{text}");
    assert_eq!(text.matches("手動対応(削除)").count(), 1, "{text}");
    assert_eq!(
        text.matches("TEL").count() + text.matches("連絡先不明").count(),
        1,
        "only the deleted one: {text}"
    );
    for case in &mut cases {
        case.reported = Some(date(2026, 8, 28));
    }
    assert_eq!(report(&cases, 29).by_hand(), [0; 4]);
}
