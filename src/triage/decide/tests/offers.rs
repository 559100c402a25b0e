//! Every word a request offers is obeyed in the state it is offered in, typed in ASCII or in Japanese.

use std::fmt::Write as _;

use expect_test::expect;
use jiff::civil::date;

use super::desk::proof;
use super::world::World;
use crate::triage::approval::{Understood, understand};
use crate::triage::effect::{Effect, Notice, Question};
use crate::triage::event::{Event, Said};
use crate::triage::id::Address;
use crate::triage::offer::{Offer, offers};

const WAYS: [&str; 26] = [
    "mail B 本店",
    "mail B 本店; end ask done",
    "mail B 本店; end ask done; due",
    "mail B 留守; ann 店舗",
    "mail B noaddr",
    "mail A fault",
    "mail B; ann 却下",
    "mail B; ann 却下; due; due",
    "mail B; ann 承認; end send refused",
    "mail B; ann 承認; end send sent; mail B",
    "mail B 留守; ann 店舗; ann 却下",
    "mail B 本店; ann 店舗",
    "mail B 電話; ann 店舗",
    "mail B; ann 承認; end send unknown; end look_for_sent not_found; end look_for_sent not_found; end look_for_sent not_found",
    "mail B; ann 承認; end send unknown; due; due; due",
    "undo 1m; mail B; ann 承認",
    "two first; mail B; ann 承認",
    "unreadable",
    "unreadable; due",
    "mail B; ann 承認; end send sent",
    "mail A; ann 承認; end send sent",
    "mail B; ann 電話済",
    "mail B 留守; ann 店舗; ann 承認; end send sent",
    "mail A; ann 電話済 25m 再設定",
    "mail A; ann 通話中",
    "mail B phoned",
];

#[test]
fn every_offered_word_is_obeyed() {
    let mut seen = String::new();
    for way in WAYS {
        let asked = asked(way);
        let _ = writeln!(seen, "{way}");
        assert!(!asked.is_empty(), "{way} asks somebody");
        for (to, question) in asked {
            let mut world = World::new();
            world.play(way);
            let case = world.case.clone().unwrap();
            let staff = world.policy.person(&to).is_none();
            let offered = offers(question, &case, staff);
            for offer in &offered {
                obeyed(way, &to, *offer);
            }
            let words: Vec<&str> = offered.iter().map(|offer| offer.spoken()).collect();
            let _ = writeln!(seen, "  {} {question:?}: {}", to.local(), words.join(", "));
        }
    }
    expect![[r#"
        mail B 本店
          ann Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
          bob Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
        mail B 本店; end ask done
          ann Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
          bob Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
        mail B 本店; end ask done; due
          ann Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
          bob Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
        mail B 留守; ann 店舗
          ann Approve: 承認, 却下, 電話済, 電話×, 保留 2h, 修正
          bob Approve: 承認, 却下, 電話済, 電話×, 保留 2h, 修正
        mail B noaddr
          ann Write: 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
        mail A fault
          ann Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
        mail B; ann 却下
          ann Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
        mail B; ann 却下; due; due
          ann Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          sue Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
        mail B; ann 承認; end send refused
          ann Write: 修正, 再送, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 修正, 再送, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
        mail B; ann 承認; end send sent; mail B
          ann Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
        mail B 留守; ann 店舗; ann 却下
          ann Write: 修正, 電話済, 電話×, 保留 2h, 予約確定, 不成立, 完了
          bob Write: 修正, 電話済, 電話×, 保留 2h, 予約確定, 不成立, 完了
        mail B 本店; ann 店舗
          staff Shop: 対応します, メモ
        mail B 電話; ann 店舗
          ann Shop: 対応します, 電話済, 予約確定, 不成立, 完了, メモ
          bob Shop: 対応します, 電話済, 予約確定, 不成立, 完了, メモ
        mail B; ann 承認; end send unknown; end look_for_sent not_found; end look_for_sent not_found; end look_for_sent not_found
          ann Unknown: 再送, 送らない, 保留 2h
        mail B; ann 承認; end send unknown; due; due; due
          ann Unknown: 再送, 送らない, 保留 2h
          bob Unknown: 再送, 送らない, 保留 2h
        undo 1m; mail B; ann 承認
          ann Undo: 取消
        two first; mail B; ann 承認
          bob Approve: 承認, 却下, 電話済, 電話×, 店舗, 保留 2h, 修正
        unreadable
          sue Quarantine: 完了, 電話済, 保留 2h
        unreadable; due
          sue Quarantine: 完了, 電話済, 保留 2h
        mail B; ann 承認; end send sent
          ann Outcome: 予約確定, 不成立, メモ
        mail A; ann 承認; end send sent
          ann Outcome: 予約確定, 不成立, メモ
        mail B; ann 電話済
          ann Outcome: 予約確定, 不成立, メモ
        mail B 留守; ann 店舗; ann 承認; end send sent
          staff Shop: 対応します, メモ
          ann Outcome: 予約確定, 不成立, メモ
        mail A; ann 電話済 25m 再設定
          ann Outcome: 予約確定, 不成立, メモ
          sue LongCall: 済, メモ
          gus LongCall: 済, メモ
        mail A; ann 通話中
          sue LongCall: 済, メモ
          gus LongCall: 済, メモ
        mail B phoned
          ann Write: 修正, 電話済, 電話×, 店舗, 保留 2h, 予約確定, 不成立, 完了
    "#]].assert_eq(&seen);
}

/// Who is asked what by the last act of a script that asks anybody.
fn asked(way: &str) -> Vec<(Address, Question)> {
    let mut world = World::new();
    let mut asked = Vec::new();
    for act in way.split(';').map(str::trim) {
        let before = world.planned.len();
        world.act(act);
        let asks: Vec<_> = world.planned[before..]
            .iter()
            .filter_map(|planned| {
                if let Effect::Ask { to, question, .. } = &planned.effect {
                    return Some((to.clone(), *question));
                }
                None
            })
            .collect();
        if !asks.is_empty() {
            asked = asks;
        }
    }
    asked
}

fn obeyed(way: &str, by: &Address, offer: Offer) {
    for word in [offer.typed(), offer.spoken()] {
        let text =
            if offer.needs_text() { format!("{word}\nお電話ください。") } else { word.to_owned() };
        let Understood::Command(command) = understand(&text, date(2026, 8, 27)) else {
            panic!("{word} is understood")
        };
        let mut world = World::new();
        world.play(way);
        let revision = world.case.as_ref().unwrap().revision;
        let event = Event::Agent {
            by: by.clone(),
            proof: proof(),
            revision,
            said: Said::Command(command),
            mail: None,
        };
        let decision = world.happen(&event).unwrap_or_else(|| panic!("{way}: {word} changes something"));
        for planned in &decision.effects {
            if let Effect::Tell { notice, .. } = &planned.effect {
                // The others hear of it too; nobody is told that it cannot be done.
                let fine =
                    matches!(notice, Notice::Done { .. } | Notice::Remark { .. } | Notice::CallOver { .. });
                assert!(fine, "{way}: {word} by {} ended as {notice:?}", by.local());
            }
        }
    }
}
