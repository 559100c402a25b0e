//! Every state against a booking system's notice: surely the customer, perhaps the customer, somebody else.

use expect_test::expect;

use super::decisions::everywhere;
use super::world::World;

#[test]
fn a_booking_that_is_surely_the_customers_ends_the_waiting_and_nothing_else() {
    everywhere(
        &["notice booked mail", "notice booked slot"],
        expect![[r#"
        notice booked mail
          drafted: drafted desk 10m r1 [asked] |
          asked: asked desk 1h r1 [asked] |
          at_desk: at_desk desk 1h r2 [asked] |
          sending: sending machine 30m r1 [asked] |
          unknown: unknown machine 30m r1 [asked] |
          awaiting_reply: converted r1 [handled archived] | mark +handled -awaiting_reply
          answered: answered machine 48h r1 [handled archived] |
          at_shop: at_shop shop:本店 168h r2 [asked_shop] |
          quarantined: -
          converted: -
          unconverted: -
          taken_over: -
        notice booked slot
          drafted: drafted desk 10m r1 [asked] |
          asked: asked desk 1h r1 [asked] |
          at_desk: at_desk desk 1h r2 [asked] |
          sending: sending machine 30m r1 [asked] |
          unknown: unknown machine 30m r1 [asked] |
          awaiting_reply: converted r1 [handled archived] | mark +handled -awaiting_reply
          answered: answered machine 48h r1 [handled archived] |
          at_shop: at_shop shop:本店 168h r2 [asked_shop] |
          quarantined: -
          converted: -
          unconverted: -
          taken_over: -
    "#]],
    );
}

#[test]
fn what_is_less_sure_or_no_booking_is_only_kept() {
    everywhere(
        &["notice booked name", "notice cancelled mail", "notice changed mail", "notice booked stranger"],
        expect![[r#"
            notice booked name
              drafted: drafted desk 10m r1 [asked] |
              asked: asked desk 1h r1 [asked] |
              at_desk: at_desk desk 1h r2 [asked] |
              sending: sending machine 30m r1 [asked] |
              unknown: unknown machine 30m r1 [asked] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
            notice cancelled mail
              drafted: drafted desk 10m r1 [asked] |
              asked: asked desk 1h r1 [asked] |
              at_desk: at_desk desk 1h r2 [asked] |
              sending: sending machine 30m r1 [asked] |
              unknown: unknown machine 30m r1 [asked] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
            notice changed mail
              drafted: drafted desk 10m r1 [asked] |
              asked: asked desk 1h r1 [asked] |
              at_desk: at_desk desk 1h r2 [asked] |
              sending: sending machine 30m r1 [asked] |
              unknown: unknown machine 30m r1 [asked] |
              awaiting_reply: awaiting_reply customer 336h r1 [awaiting_reply archived] |
              answered: answered machine 48h r1 [handled archived] |
              at_shop: at_shop shop:本店 168h r2 [asked_shop] |
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
            notice booked stranger
              drafted: -
              asked: -
              at_desk: -
              sending: -
              unknown: -
              awaiting_reply: -
              answered: -
              at_shop: -
              quarantined: -
              converted: -
              unconverted: -
              taken_over: -
        "#]],
    );
}

#[test]
fn the_record_says_what_was_told() {
    for (notice, kept) in [
        ("booked mail", Some(("booking_notice", "SALON 8月28日(金) 14:00 B-1"))),
        ("booked name", Some(("booking_notice_like", "SALON 8月28日(金) 15:00 B-1"))),
        ("cancelled mail", Some(("booking_notice_cancelled", "SALON 8月28日(金) 14:00 B-1"))),
        ("changed mail", Some(("booking_notice_changed", "SALON 8月28日(金) 14:00 B-1"))),
        ("booked stranger", None),
    ] {
        let mut world = World::new();
        world.play(&format!("mail B 本店; end ask done; ann 承認; end send sent; notice {notice}"));
        let record = &world.case.as_ref().unwrap().record;
        let last = record.iter().rfind(|entry| entry.what.starts_with("booking_notice"));
        assert_eq!(last.map(|entry| (entry.what.as_str(), entry.note.as_str())), kept, "{notice}");
    }
}
