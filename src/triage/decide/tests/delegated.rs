//! Questions that are handed to somebody else: who gets them, who is reminded, whose answer counts.

use expect_test::expect;

use jiff::Timestamp;

use super::decisions::everywhere;
use super::desk::{address, proof};
use super::render::render;
use super::world::{World, check};
use crate::triage::command::Command;
use crate::triage::effect::Effect;
use crate::triage::event::{Event, Said};
use crate::triage::people::{Contact, Group, Lang, MOST_ASKED};

/// Contacts of these names, and a group of them all.
fn many(world: &mut World, count: usize) {
    let name = |number: usize| format!("c{number}");
    let contact =
        |number: usize| Contact { name: name(number), address: address(&name(number)), lang: Lang::Ja };
    let more: Vec<Contact> = (0..count).map(contact).collect();
    let members = more.iter().map(|contact| contact.address.clone()).collect();
    world.policy.contacts = world.policy.contacts.iter().cloned().chain(more).collect();
    let group = Group { name: "everybody".into(), members };
    world.policy.groups = world.policy.groups.iter().cloned().chain([group]).collect();
}

/// Which question a token names, and until when it is good.
type Bound = (Option<u32>, Timestamp);

/// What the token of the question is bound to that was put last to somebody.
fn token(world: &World, to: &str) -> Bound {
    let asked = world.planned.iter().rev().find_map(|planned| {
        let Effect::Ask { to: asked, until, check, .. } = &planned.effect else { return None };
        (*asked == address(to)).then_some((*check, *until))
    });
    asked.expect("they were asked")
}

/// Somebody answers the mail with this token.
fn answers(world: &mut World, who: &str, (asked, good_until): Bound) -> String {
    let reply = Command::Reply { text: "はい".into(), check: None, good_until: None };
    let command = reply.by_token(good_until, asked);
    let revision = world.case.as_ref().unwrap().revision;
    let said = Said::Command(command);
    let event = Event::Agent { by: address(who), proof: proof(), revision, said, mail: None };
    world.happen(&event).map_or_else(|| "-".into(), |decision| render(world, &decision))
}

/// Who is waited for.
fn waiting(world: &World) -> String {
    let case = world.case.as_ref().unwrap();
    case.waiting().map(|check| check.of.local()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_question_goes_to_whoever_is_meant_and_the_case_waits_for_them() {
    check(
        "mail B; end ask done; ann 依頼 dan 在庫は; dan 回答 あります; ann 承認; end send sent; +48h; early",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 dan 在庫は => asked desk 24h r1 [asked] | ask dan Check r1, tell ann done 依頼
            dan 回答 あります => asked desk 1h r1 [asked] | ask ann Approve r1, tell dan done 回答
            ann 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => awaiting_reply customer 336h r1 [awaiting_reply archived] | retire r1, file r1, ask ann Outcome r1, mark +awaiting_reply -asked archive
            +48h => later
            early => -
        "#]],
    );
}

#[test]
fn of_a_group_the_first_answer_counts_and_later_ones_are_heard() {
    check(
        "mail B; end ask done; ann 依頼 tech 60 在庫は; eve 回答 あります; due; dan 回答 ありません",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 tech 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, ask eve Check r1, tell ann done 依頼
            eve 回答 あります => asked desk 1h r1 [asked] | ask ann Approve r1, tell eve done 回答
            due => asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
            dan 回答 ありません => asked desk 2h r1 [asked] | ask ann Approve r1 again1, tell dan done 回答
        "#]],
    );
}

#[test]
fn who_does_not_answer_is_asked_again_and_the_asker_hears_of_it() {
    check(
        "mail B; end ask done; ann 依頼 dan 60 在庫は; due; due; due; bob STATUS; dan 回答 あります; due",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 dan 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, tell ann done 依頼
            due => asked desk 2h r1 [asked] | ask dan Check r1 again1, tell ann no word of dan
            due => asked desk 4h r1 [asked] | ask dan Check r1 again2, tell ann no word of dan, tell sue no word of dan
            due => asked desk 8h r1 [asked] | ask dan Check r1 again3, tell ann no word of dan, tell sue no word of dan
            bob STATUS => asked desk 8h r1 [asked] | tell bob status
            dan 回答 あります => asked desk 1h r1 [asked] | ask ann Approve r1, tell dan done 回答
            due => asked desk 2h r1 [asked] | ask ann Approve r1 again1, ask bob Approve r1 again1
        "#]],
    );
    // Who is away is passed over, and who is nobody any more is not waited for.
    check(
        "mail B; end ask done; away dan; ann 依頼 tech 60 在庫は; left ann; due; left_contact eve; due; due",
        expect![[r#"
            mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            away dan => asked desk 1h r1 [asked] |
            ann 依頼 tech 60 在庫は => asked desk 1h r1 [asked] | ask eve Check r1, tell ann done 依頼
            left ann => left the company
            due => asked desk 2h r1 [asked] | ask eve Check r1 again1, tell sue no word of eve
            left_contact eve => left
            due => asked desk 2h r1 [asked] | tell sue no word of eve, ask bob Approve r1 again1
            due => asked desk 4h r1 [asked] | ask bob Approve r1 again2, ask sue Approve r1 again2
        "#]],
    );
}

#[test]
fn a_case_that_is_answered_waits_for_nobody_else() {
    check(
        "mail A; end ask done; ann 依頼 dan 60 在庫は; bob 承認; end send sent; +3h; early; dan 回答 遅くなりました",
        expect![[r#"
            mail A => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
            end ask done => asked desk 1h r1 [asked] |
            ann 依頼 dan 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, tell ann done 依頼
            bob 承認 => sending machine 30m r1 [asked] | SEND r1#1
            end send sent => answered machine 48h r1 [handled archived] | retire r1, file r1, ask bob Outcome r1, mark +handled -asked archive
            +3h => later
            early => -
            dan 回答 遅くなりました => answered machine 45h r1 [handled archived] | tell ann dan says 遅くなりました, tell dan done 回答
        "#]],
    );
    check(
        "mail B; end ask done; ann 依頼 dan 60 在庫は; mail B; due",
        expect![[r#"
        mail B => drafted desk 10m r1 [asked] | save r1, ask ann Approve r1, ask bob Approve r1, mark +asked
        end ask done => asked desk 1h r1 [asked] |
        ann 依頼 dan 60 在庫は => asked desk 1h r1 [asked] | ask dan Check r1, tell ann done 依頼
        mail B => drafted desk 10m r2 [asked] [asked] | retire r1, save r2, ask ann Approve r2, ask bob Approve r2, mark +asked
        due => drafted desk 2h r2 [asked] [asked] | tell sue overdue drafted
    "#]],
    );
}

#[test]
fn every_state_and_a_question_handed_over() {
    everywhere(
        &["bob 依頼 dan 在庫は", "bob 依頼 誰か 在庫は", "bob 依頼 bob 在庫は", "dan 回答 はい", "dan 承認"],
        expect![[r#"
            bob 依頼 dan 在庫は
              drafted: drafted desk 10m r1 [asked] | ask dan Check r1, tell bob done 依頼
              asked: asked desk 24h r1 [asked] | ask dan Check r1, tell bob done 依頼
              at_desk: at_desk desk 24h r2 [asked] | ask dan Check r2, tell bob done 依頼
              sending: sending machine 30m r1 [asked] | ask dan Check r1, tell bob done 依頼
              unknown: unknown machine 30m r1 [asked] | ask dan Check r1, tell bob done 依頼
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | ask dan Check r1, tell bob done 依頼
              answered: answered machine 48h r1 [handled archived] | ask dan Check r1, tell bob done 依頼
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | ask dan Check r2, tell bob done 依頼
              quarantined: quarantined supervisors 2h r1 [triage_poison] | ask dan Check r1, tell bob done 依頼
              converted: converted r1 [handled archived] | tell bob not now 依頼 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 依頼 unconverted
              taken_over: taken_over r1 [] | tell bob not now 依頼 taken_over
            bob 依頼 誰か 在庫は
              drafted: drafted desk 10m r1 [asked] | tell bob nobody is 誰か
              asked: asked desk 1h r1 [asked] | tell bob nobody is 誰か
              at_desk: at_desk desk 1h r2 [asked] | tell bob nobody is 誰か
              sending: sending machine 30m r1 [asked] | tell bob nobody is 誰か
              unknown: unknown machine 30m r1 [asked] | tell bob nobody is 誰か
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob nobody is 誰か
              answered: answered machine 48h r1 [handled archived] | tell bob nobody is 誰か
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob nobody is 誰か
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob nobody is 誰か
              converted: converted r1 [handled archived] | tell bob nobody is 誰か
              unconverted: unconverted r1 [handled archived] | tell bob nobody is 誰か
              taken_over: taken_over r1 [] | tell bob nobody is 誰か
            bob 依頼 bob 在庫は
              drafted: drafted desk 10m r1 [asked] | tell bob not now 依頼 drafted
              asked: asked desk 1h r1 [asked] | tell bob not now 依頼 asked
              at_desk: at_desk desk 1h r2 [asked] | tell bob not now 依頼 at_desk
              sending: sending machine 30m r1 [asked] | tell bob not now 依頼 sending
              unknown: unknown machine 30m r1 [asked] | tell bob not now 依頼 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell bob not now 依頼 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell bob not now 依頼 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell bob not now 依頼 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell bob not now 依頼 quarantined
              converted: converted r1 [handled archived] | tell bob not now 依頼 converted
              unconverted: unconverted r1 [handled archived] | tell bob not now 依頼 unconverted
              taken_over: taken_over r1 [] | tell bob not now 依頼 taken_over
            dan 回答 はい
              drafted: drafted desk 10m r1 [asked] | ask ann Approve r1, ask bob Approve r1, tell dan done 回答
              asked: asked desk 1h r1 [asked] | ask ann Approve r1, ask bob Approve r1, tell dan done 回答
              at_desk: at_desk desk 1h r2 [asked] | ask ann Write r2, ask bob Write r2, tell dan done 回答
              sending: sending machine 30m r1 [asked] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              unknown: unknown machine 30m r1 [asked] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              answered: answered machine 48h r1 [handled archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              converted: converted r1 [handled archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              unconverted: unconverted r1 [handled archived] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
              taken_over: taken_over r1 [] | tell ann dan says はい, tell bob dan says はい, tell dan done 回答
            dan 承認
              drafted: drafted desk 10m r1 [asked] | tell dan not now 承認 drafted
              asked: asked desk 1h r1 [asked] | tell dan not now 承認 asked
              at_desk: at_desk desk 1h r2 [asked] | tell dan not now 承認 at_desk
              sending: sending machine 30m r1 [asked] | tell dan not now 承認 sending
              unknown: unknown machine 30m r1 [asked] | tell dan not now 承認 unknown
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] | tell dan not now 承認 awaiting_reply
              answered: answered machine 48h r1 [handled archived] | tell dan not now 承認 answered
              at_shop: at_shop shop:本店 168h r2 [asked_shop] | tell dan not now 承認 at_shop
              quarantined: quarantined supervisors 2h r1 [triage_poison] | tell dan not now 承認 quarantined
              converted: converted r1 [handled archived] | tell dan not now 承認 converted
              unconverted: unconverted r1 [handled archived] | tell dan not now 承認 unconverted
              taken_over: taken_over r1 [] | tell dan not now 承認 taken_over
        "#]],
    );
}

#[test]
fn more_people_than_can_be_kept_are_not_asked_and_nobody_is_dropped_in_silence() {
    let mut world = World::new();
    many(&mut world, MOST_ASKED + 1);
    world.play("mail B; end ask done");
    assert_eq!(
        world.play("ann 依頼 everybody 60 在庫は"),
        "asked desk 1h r1 [asked] | tell ann no more than 16 with 0 and 17"
    );
    for number in 0..MOST_ASKED {
        let asked = world.play(&format!("+1m; bob 依頼 c{number} 600 在庫は"));
        assert!(asked.contains(&format!("ask c{number} Check r1")), "{asked}");
    }
    let everybody = waiting(&world);
    for command in ["sue 依頼 c16 600 在庫は", "sue 確認 ann 料金は"] {
        let refused = world.play(command);
        assert!(refused.ends_with("| tell sue no more than 16 with 16 and 1"), "{refused}");
        assert_eq!(waiting(&world), everybody);
    }
    // The same person can be asked anew, and an answer makes room.
    let anew = world.play("+1m; bob 依頼 c0 600 本当に在庫は");
    assert!(anew.contains("ask c0 Check r1"), "{anew}");
    world.play("c1 回答 あります; sue 依頼 c16 600 在庫は");
    assert_eq!(waiting(&world), "c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c0 c16");
}

#[test]
fn an_answer_to_an_earlier_question_is_a_note_and_ends_no_wait() {
    let mut world = World::new();
    world.play("mail B; end ask done; ann 依頼 dan 600 在庫は");
    let first = token(&world, "dan");
    world.play("+5m; ann 依頼 dan 600 色は");
    let second = token(&world, "dan");
    world.play("ann 保留 1200");
    assert_eq!(
        answers(&mut world, "dan", first),
        "asked desk 20h r1 [asked] | tell ann dan says はい, tell dan done 回答"
    );
    assert_eq!(waiting(&world), "dan");
    assert_eq!(
        answers(&mut world, "dan", second),
        "asked desk 1h r1 [asked] | ask ann Approve r1, tell dan done 回答"
    );
    assert_eq!(waiting(&world), "");
    // A reminder is the same question, whichever of its mails is answered.
    let mut world = World::new();
    world.play("mail B; end ask done; ann 依頼 dan 60 在庫は");
    let first = token(&world, "dan");
    world.play("due");
    assert!(token(&world, "dan").1 > first.1, "a token of its own");
    assert_eq!(token(&world, "dan").0, first.0, "to the same question");
    assert_eq!(
        answers(&mut world, "dan", first),
        "asked desk 1h r1 [asked] | ask ann Approve r1, tell dan done 回答"
    );
}

/// Who waits for an answer.
fn askers(world: &World) -> Vec<&str> {
    world.case.as_ref().unwrap().waiting().map(|check| check.by.local()).collect()
}

#[test]
fn of_two_who_ask_one_person_each_gets_the_answer_to_their_own_question() {
    // Ann's is due first; of what she asks dan hears once more while bob's waits.
    let asked = || {
        let mut world = World::new();
        world.play("mail B; end ask done; ann 依頼 dan 60 在庫は");
        let first = token(&world, "dan");
        world.play("bob 依頼 dan 600 色は");
        let second = token(&world, "dan");
        assert_ne!(first, second, "two mails of one minute have two tokens");
        (world, first, second)
    };
    for (what, answered, told, waits) in [
        ("the older", 0, "ask ann Approve r1", ["bob"]),
        ("the newer", 1, "ask bob Approve r1", ["ann"]),
        ("a reminder of the older", 2, "ask ann Approve r1", ["bob"]),
    ] {
        let (mut world, first, second) = asked();
        if answered == 2 {
            let late = world.play("due");
            assert!(late.ends_with("ask dan Check r1 again1, tell ann no word of dan"), "{late}");
        }
        let bound = [first, second, token(&world, "dan")][answered];
        let heard = answers(&mut world, "dan", bound);
        assert!(heard.ends_with(&format!("| {told}, tell dan done 回答")), "{what}: {heard}");
        assert_eq!(askers(&world), waits, "{what}");
        // The word comes again: nothing more is ended by it.
        answers(&mut world, "dan", bound);
        assert_eq!(askers(&world), waits, "{what}");
    }
    // What is not answered is asked again, whatever else was.
    let (mut world, _, second) = asked();
    answers(&mut world, "dan", second);
    let late = world.play("due");
    assert!(late.ends_with("ask dan Check r1 again1, tell ann no word of dan"), "{late}");
}

#[test]
fn whoever_is_asked_twice_has_the_time_of_the_question_they_answer() {
    let mut world = World::new();
    world.play("mail B; end ask done; +4m; ann 確認 bob これでいいですか");
    let first = token(&world, "bob");
    world.play("+3m; sue 確認 bob 色は; +6m");
    answers(&mut world, "bob", first);
    let spells = &world.case.as_ref().unwrap().handling.spells;
    let of_bob = spells.iter().find(|spell| spell.by == address("bob")).unwrap();
    assert_eq!(of_bob.worked, jiff::SignedDuration::from_mins(9));
}

#[test]
fn a_question_of_before_questions_were_counted_is_answered_and_counted_when_it_is_put_again() {
    let mut world = World::new();
    world.play("mail B; end ask done; ann 依頼 dan 60 在庫は");
    let (_, first) = token(&world, "dan");
    world.play("+5m; bob 依頼 dan 600 色は");
    let (_, second) = token(&world, "dan");
    for check in &mut world.case.as_mut().unwrap().checks {
        check.number = None;
    }
    let uncounted = world.case.clone();
    // The token names no question: it is the newest one that can be meant.
    for (good_until, waits) in [(first, "bob"), (second, "ann")] {
        world.case.clone_from(&uncounted);
        answers(&mut world, "dan", (None, good_until));
        assert_eq!(askers(&world), [waits]);
    }
    world.case.clone_from(&uncounted);
    world.play("due");
    let reminder = token(&world, "dan");
    assert_eq!(reminder.0, Some(1));
    answers(&mut world, "dan", reminder);
    assert_eq!(askers(&world), ["bob"]);
}

#[test]
fn a_group_stays_answered_or_asked_whatever_becomes_of_one_of_them() {
    // Dan has answered for all of them, and is asked something else.
    let mut world = World::new();
    world
        .play("mail B; end ask done; ann 依頼 tech 60 在庫は; dan 回答 あります; +5m; ann 依頼 dan 600 色は");
    assert_eq!(waiting(&world), "dan");
    // He is asked something else before that: his late word still counts for all of them.
    let mut world = World::new();
    world.play("mail B; end ask done; ann 依頼 tech 600 在庫は");
    let first = token(&world, "dan");
    world.play("+5m; ann 依頼 dan 600 色は");
    assert_eq!(waiting(&world), "eve dan");
    answers(&mut world, "dan", first);
    assert_eq!(waiting(&world), "dan");
    // What tells that a group has answered makes room for others.
    let mut world = World::new();
    many(&mut world, MOST_ASKED);
    world.play("mail B; end ask done; ann 依頼 tech 60 在庫は; dan 回答 あります; +5m; bob 依頼 everybody 600 在庫は");
    let everybody = (0..MOST_ASKED).map(|number| format!("c{number}")).collect::<Vec<_>>().join(" ");
    assert_eq!(waiting(&world), everybody);
    // Who is nobody of ours any more is given up; the others of the group are asked again.
    let mut world = World::new();
    world.play("mail B; end ask done; ann 依頼 tech 60 在庫は; left_contact dan");
    let late = world.play("due");
    assert!(late.contains("ask eve Check r1 again1") && !late.contains("ask dan"), "{late}");
    assert_eq!(waiting(&world), "eve");
}
