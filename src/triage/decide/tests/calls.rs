//! Telephone calls: kept, told to the support group when they take long, ended by 済; remote guidance; calls taken in.

use expect_test::expect;

use super::desk::address;
use super::world::{World, check};
use crate::triage::dossier::CallOutcome;
use crate::triage::needs::{Need, Needs};
use crate::triage::offer::{Offer, offers_with_remote};
use crate::triage::topics::{Topic, Topics, Visits, WithSlot};

#[test]
fn a_long_call_is_told_to_the_group_until_somebody_says_so() {
    check(
        "mail A; ann 電話済 25m 再設定; ann 済; gus 済",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 電話済 25m 再設定 => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, ask sue LongCall r2, ask gus LongCall r2, mark +handled -asked archive
            ann 済 => answered machine 48h r2 [handled archived] | tell gus call over says ann after 25m, tell sue call over says ann after 25m, tell ann done 済
            gus 済 => answered machine 48h r2 [handled archived] | tell gus not now 済 answered
        "#]],
    );
    // Not longer than twenty minutes, or nobody says how long.
    check(
        "mail A; ann 電話済 20m 済んだ",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 電話済 20m 済んだ => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, mark +handled -asked archive
    "#]],
    );
    check(
        "mail A; ann 電話済 明日また",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 電話済 明日また => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, mark +handled -asked archive
    "#]],
    );
}

#[test]
fn a_call_that_still_runs_is_told_when_the_time_is_up() {
    check(
        "mail A; ann 通話中; bob 通話中; +20m; end ask#3 done; end ask#4 done; gus メモ 様子見; +5m; ann 電話済 再設定; gus 済",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 通話中 => drafted desk 10m r1 [asked] | ask sue LongCall r1 in 20m, ask gus LongCall r1 in 20m, tell ann done 通話中
            bob 通話中 => drafted desk 10m r1 [asked] | tell bob not now 通話中 drafted
            +20m => later
            end ask#3 done => drafted desk 10m ago r1 [asked] | ask sue LongCall r1 again1 in 1h
            end ask#4 done => drafted desk 10m ago r1 [asked] | ask gus LongCall r1 again1 in 1h
            gus メモ 様子見 => drafted desk 10m ago r1 [asked] | tell gus done メモ
            +5m => later
            ann 電話済 再設定 => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, tell gus call over says ann after 25m, tell sue call over says ann after 25m, mark +handled -asked archive
            gus 済 => answered machine 48h r2 [handled archived] | tell gus not now 済 answered
        "#]],
    );
    // Over before the time is up: the planned mails find nothing to say, and nobody is told of an end.
    check(
        "mail A; ann 通話中; +10m; ann 電話済; +15m; end ask done",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 通話中 => drafted desk 10m r1 [asked] | ask sue LongCall r1 in 20m, ask gus LongCall r1 in 20m, tell ann done 通話中
        +10m => later
        ann 電話済 => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, mark +handled -asked archive
        +15m => later
        end ask done => -
    "#]],
    );
    check(
        "mail A; ann 通話中; +30m; ann 済",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 通話中 => drafted desk 10m r1 [asked] | ask sue LongCall r1 in 20m, ask gus LongCall r1 in 20m, tell ann done 通話中
        +30m => later
        ann 済 => drafted desk 20m ago r1 [asked] | tell ann done 済
    "#]],
    );
}

#[test]
fn the_group_is_reminded_twice_and_then_it_ends() {
    check(
        "mail A; ann 電話済 1h; end ask#4 done; end ask done; end ask done; gus 済",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            ann 電話済 1h => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, ask sue LongCall r2, ask gus LongCall r2, mark +handled -asked archive
            end ask#4 done => answered machine 48h r2 [handled archived] | ask sue LongCall r2 again1 in 1h
            end ask done => answered machine 48h r2 [handled archived] | ask sue LongCall r2 again2 in 2h
            end ask done => answered machine 48h r2 [handled archived] |
            gus 済 => answered machine 48h r2 [handled archived] | tell gus not now 済 answered
        "#]],
    );
    check(
        "mail A; ann 電話済 1h; end ask refused",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 電話済 1h => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, ask sue LongCall r2, ask gus LongCall r2, mark +handled -asked archive
        end ask refused => answered machine 48h r2 [handled archived] | tell sue overdue answered, ask gus LongCall r2 again1 in 1h
    "#]],
    );
}

#[test]
fn the_group_decides_nothing_else() {
    check(
        "mail A; gus 承認; gus 完了; gus 遠隔; gus 通話中; gus STATUS; eve 済",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            gus 承認 => drafted desk 10m r1 [asked] | tell gus not now 承認 drafted
            gus 完了 => drafted desk 10m r1 [asked] | tell gus not now 完了 drafted
            gus 遠隔 => drafted desk 10m r1 [asked] |
            gus 通話中 => drafted desk 10m r1 [asked] |
            gus STATUS => drafted desk 10m r1 [asked] | tell gus status
            eve 済 => drafted desk 10m r1 [asked] | tell eve not now 済 drafted
        "#]],
    );
}

#[test]
fn remote_guidance_is_drafted_and_approved_like_any_answer() {
    check(
        "mail A; end ask done; ann 電話済 5m; ann 遠隔; ann 承認; end send sent; ann 遠隔",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 電話済 5m => answered machine 48h r2 [handled archived] | retire r1, ask ann Outcome r2, mark +handled -asked archive
            ann 遠隔 => drafted desk 10m r3 [asked archived] | save r3, ask ann Approve r3, ask bob Approve r3, mark +asked -handled
            ann 承認 => sending machine 30m r3 [asked archived] | SEND r3#1
            end send sent => answered machine 48h r3 [handled archived] | retire r3, file r3, ask ann Outcome r3, mark +handled -asked
            ann 遠隔 => drafted desk 10m r4 [asked archived] | retire r3, save r4, ask ann Approve r4, ask bob Approve r4, mark +asked -handled
        "#]],
    );
    check(
        "mail A noaddr; ann 遠隔",
        expect![[r#"
        mail A noaddr => at_desk desk 1h r1 [asked] | ask ann Write r1, ask bob Write r1, mark +asked
        ann 遠隔 => at_desk desk 1h r1 [asked] | tell ann no address
    "#]],
    );
    check(
        "mail A 本店; ann 店舗; ann 遠隔",
        expect![[r#"
        mail A 本店 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 店舗 => at_shop shop:本店 168h r2 [asked_shop] | retire r1, ask staff Shop r2, tell ann done 店舗, mark +asked_shop -asked
        ann 遠隔 => at_shop shop:本店 168h r2 [asked_shop] | tell ann not now 遠隔 at_shop
    "#]],
    );
    check(
        "mail A; ann 完了; ann 遠隔",
        expect![[r#"
        mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 完了 => dismissed r1 [handled archived] | retire r1, tell ann done 完了, mark +handled -asked archive
        ann 遠隔 => dismissed r1 [handled archived] | tell ann not now 遠隔 dismissed
    "#]],
    );
}

#[test]
fn remote_guidance_takes_no_holding_mails_place() {
    check(
        "mail B 留守; ann 店舗; ann 遠隔",
        expect![[r#"
        mail B 留守 => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        ann 店舗 => drafted desk 10m r2 [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2
        ann 遠隔 => drafted desk 10m r2 [asked] | tell ann not now 遠隔 drafted
    "#]],
    );
}

#[test]
fn a_call_taken_in_is_its_writers_and_no_customer_hears_of_it() {
    check(
        "mail B phoned; due; due; due; ann 電話済 5m 案内; ann 予約確定",
        expect![[r#"
            mail B phoned => at_desk ann 1h r1 [asked] | ask ann Write r1, mark +asked
            due => at_desk ann 2h r1 [asked] | ask ann Write r1 again1
            due => at_desk ann 2h r1 [asked] | ask ann Write r1 again2, ask bob Write r1 again2
            due => at_desk ann 4h r1 [asked] | ask ann Write r1 again3, ask bob Write r1 again3, ask sue Write r1 again3
            ann 電話済 5m 案内 => awaiting_reply customer 336h r2 [awaiting_reply archived] | ask ann Outcome r2, mark +awaiting_reply -asked archive
            ann 予約確定 => converted r2 [handled archived] | tell ann done 予約確定, mark +handled -awaiting_reply
        "#]],
    );
    check(
        "mail A phoned noaddr; ann 修正 x; ann 完了",
        expect![[r#"
        mail A phoned noaddr => at_desk ann 1h r1 [asked] | ask ann Write r1, mark +asked
        ann 修正 x => at_desk ann 1h r1 [asked] | tell ann no address
        ann 完了 => dismissed r1 [handled archived] | tell ann done 完了, mark +handled -asked archive
    "#]],
    );
    check(
        "mail A phoned; ann 修正 短い; ann 承認; end send sent; mail A",
        expect![[r#"
        mail A phoned => at_desk ann 1h r1 [asked] | ask ann Write r1, mark +asked
        ann 修正 短い => drafted ann 10m r2 [asked] | save r2, ask ann Approve r2
        ann 承認 => sending machine 30m r2 [asked] | SEND r2#1
        end send sent => answered machine 48h r2 [handled archived] | retire r2, file r2, ask ann Outcome r2, mark +handled -asked archive
        mail A => at_desk desk 1h r3 [handled archived] [asked] | retire r2, ask ann Write r3, ask bob Write r3, mark +asked
    "#]],
    );
}

#[test]
fn calls_are_counted_and_measured() {
    let mut world = World::new();
    world.play("mail A; ann 電話×; +1h; bob 電話×; +1h; ann 通話中; +12m; ann 電話済 つながった");
    let dossier = world.case.unwrap().dossier;
    let calls: Vec<_> =
        dossier.calls.iter().map(|call| (call.by.local(), call.outcome, call.minutes)).collect();
    assert_eq!(
        calls,
        [
            ("ann", CallOutcome::NoAnswer, None),
            ("bob", CallOutcome::NoAnswer, None),
            ("ann", CallOutcome::Talked, Some(12)),
        ]
    );
    assert_eq!((dossier.unanswered(), dossier.on_call), (None, None));
}

#[test]
fn remote_guidance_is_offered_where_the_topic_says_so() {
    let mut world = World::new();
    let need = Need { remote: true, ..Need::default() };
    let topic = Topic {
        priority: None,
        name: "first".into(),
        place: String::new(),
        ja: String::new(),
        en: String::new(),
        weight: 0,
        books: WithSlot::Never,
        yields: WithSlot::Never,
        visits: Visits::None,
        urgent: vec![],
        staff: false,
        wants_day: false,
        needs: vec![],
        need,
        takes: vec![],
        demands: false,
        with_product: 0,
        with_order_no: 0,
        template: None,
    };
    let topics = Topics { list: vec![topic], ..Topics::default() };
    world.policy.needs = Needs::from(&topics).into();
    for (way, question, offered) in [
        ("mail A", crate::triage::effect::Question::Approve, true),
        ("ann 電話済", crate::triage::effect::Question::Outcome, true),
        ("mail A", crate::triage::effect::Question::Write, true),
        ("ann 店舗", crate::triage::effect::Question::Shop, false),
        ("ann 完了", crate::triage::effect::Question::Outcome, false),
    ] {
        world.play(way);
        let case = world.case.clone().unwrap();
        let offers = offers_with_remote(question, &case, false, &world.policy);
        assert_eq!(offers.contains(&Offer::Remote), offered, "{way}");
        if offered {
            let mut other = World::new();
            (other.policy, other.case) = (world.policy.clone(), Some(case.clone()));
            let said = other.play("ann 遠隔");
            assert!(said.contains("drafted"), "{way}: {said}");
        }
        assert!(!offers_with_remote(question, &case, true, &world.policy).contains(&Offer::Remote));
    }
    assert!(world.policy.calls.tell.contains(&address("gus")));
}

#[test]
fn a_call_that_was_begun_ends_wherever_the_case_stands() {
    for script in [
        "mail A; end ask done; ann 承認; end send sent; ann 通話中; ann 電話済 5m",
        "mail A; end ask done; ann 通話中; ann 電話×",
    ] {
        let mut world = World::new();
        world.play(script);
        let dossier = &world.case.as_ref().unwrap().dossier;
        assert!(dossier.on_call.is_none() && dossier.long.is_none(), "{script}");
        assert_eq!(dossier.calls.len(), 1, "{script}");
    }
}

#[test]
fn a_call_that_somebody_forgot_is_not_measured_for_somebody_else() {
    let mut world = World::new();
    world.play("mail A; end ask done; ann 通話中; +48h; bob 電話済");
    let calls = &world.case.as_ref().unwrap().dossier.calls;
    assert_eq!(calls.last().map(|call| call.minutes), Some(None));
    let mut world = World::new();
    world.play("mail A; end ask done; ann 通話中; +48h; ann 電話済");
    let calls = &world.case.as_ref().unwrap().dossier.calls;
    assert_eq!(calls.last().map(|call| call.minutes), Some(None), "nobody telephones for two days");
}
