//! Rows: who wrote, under which subject, and where the mail belongs.

use super::*;
use crate::triage::case::{Asking, Owner, Then};
use crate::triage::decide::tests::desk::{arrival, morning, policy};
use crate::triage::event::Event;

fn asking() -> Asking {
    Asking { at: morning(), until: morning(), reminders: 0, then: Then::Reply }
}

fn steps() -> [Step; 4] {
    [
        Step::Asked { asking: asking() },
        Step::AwaitingReply { since: morning() },
        Step::Answered { since: morning() },
        Step::AtShop { since: morning(), asking: asking() },
    ]
}

fn case(subject: &str, state: State) -> Case {
    let mut first = arrival(1, "A", morning());
    first.mail.subject = subject.to_owned();
    let event = Event::Arrived(Box::new(first));
    let decided = crate::triage::decide::decide(&policy(), None, &event, morning()).expect("opens a case");
    Case { state, ..decided.next }
}

fn open(step: Step) -> State {
    State::Open(Open { step, owner: Owner::Desk, due: morning() })
}

#[test]
fn a_writer_is_known_by_address_number_and_name_in_this_order() {
    let rows = [
        // customer's name, number; writer's name, number; the same address?
        ("山田 花子", "090-1234-5678", "山田花子", "０９０１２３４５６７８", true, Identity::Same),
        ("山田 花子", "090-1234-5678", "", "", true, Identity::Same),
        ("山田 花子", "090-1234-5678", "山田 太郎", "", true, Identity::Same),
        ("山田 花子", "090-1234-5678", "", "03-1234-5678", true, Identity::Same),
        ("山田 花子", "090-1234-5678", "山田 太郎", "03-1234-5678", true, Identity::Other),
        ("山田 花子", "090-1234-5678", "ヤマダ ハナコ", "03-1234-5678", true, Identity::Same),
        ("山田 花子", "090-1234-5678", "山田", "+81 90 1234 5678", false, Identity::Same),
        ("山田 花子", "090-1234-5678", "", "090(1234)5678", false, Identity::Same),
        ("山田 花子", "090-1234-5678", "山田 太郎", "090-1234-5678", false, Identity::Other),
        ("山田 花子", "", "山田花子様", "", false, Identity::Same),
        ("髙橋 愛", "", "高橋愛", "", false, Identity::Same),
        ("山田 花子", "", "佐藤 愛", "", false, Identity::Other),
        ("山田 花子", "", "Hanako Yamada", "", false, Identity::Unknown),
        ("山田 花子", "090-1234-5678", "山田 花子", "03-1234-5678", false, Identity::Unknown),
        ("山田 花子", "", "", "", false, Identity::Unknown),
        ("", "", "", "", false, Identity::Unknown),
        ("", "", "", "", true, Identity::Same),
    ];
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    for (name, phone, writers, number, known, expected) in rows {
        let customer = Customer { name: some(name), phone: some(phone), ..Customer::default() };
        let (writers, number) = (some(writers), some(number));
        let writer = Writer { address: None, name: writers.as_deref(), phone: number.as_deref() };
        assert_eq!(
            identity(&customer, writer, known),
            expected,
            "{name} {phone} / {writers:?} {number:?} {known}"
        );
    }
}

#[test]
fn a_subject_is_new_where_the_writer_typed_another_one() {
    let rows = [
        ("Re: 料金について", false),
        ("RE：料金について", false),
        ("Re[2]: 料金について", false),
        ("返信：料金について", false),
        ("Odp: 料金について", false),
        ("回复: 料金について", false),
        ("Fwd: 料金について", false),
        // Taken over from a mail that a person of ours wrote by hand.
        ("Re: ご案内", false),
        ("料金について", false),
        ("料金について（続き）", false),
        ("料金", false),
        ("", false),
        ("無題", false),
        ("(no subject)", false),
        ("?", false),
        ("駐車場について", true),
        ("予約したいです", true),
        ("Parking", true),
        ("要望: 駐車場", true),
    ];
    let case = case("料金について", open(Step::Answered { since: morning() }));
    for (subject, expected) in rows {
        assert_eq!(is_new_subject(&case, subject), expected, "{subject}");
    }
}

#[test]
fn what_a_mail_answers_decides_before_who_wrote_it() {
    use Answered::{Bulk, Ours, Theirs};
    use Belonging::{Apart, Joins, Linked};
    use Identity::{Other, Same, Unknown};
    let rows = [
        (Same, Ours, "Re: 料金", Joins),
        (Same, Ours, "駐車場について", Linked),
        // A customer's second address: only they had the mail that is answered.
        (Unknown, Ours, "Re: 料金", Joins),
        (Unknown, Ours, "駐車場について", Linked),
        (Other, Ours, "Re: 料金", Linked),
        // The customer's own mail may have gone to others, too.
        (Same, Theirs, "Re: 料金", Joins),
        (Unknown, Theirs, "Re: 料金", Linked),
        (Other, Theirs, "Re: 料金", Linked),
        // A mail to several people is answered by several people.
        (Same, Bulk, "Re: 料金", Joins),
        (Unknown, Bulk, "Re: 料金", Apart),
        (Other, Bulk, "Re: 料金", Apart),
    ];
    for step in steps() {
        let case = case("料金", open(step));
        for (identity, answered, subject, expected) in rows {
            assert_eq!(
                by_reference(&case, identity, answered, subject),
                expected,
                "{identity:?} {answered:?} {subject} {}",
                case.state_word()
            );
        }
    }
}

#[test]
fn a_mail_that_answers_nothing_joins_while_the_matter_is_open() {
    use Belonging::{Apart, Joins, Linked};
    let rows = [
        // Two mails before an answer are one case, whatever their subjects.
        (0, Identity::Same, false, "駐車場について", Joins),
        // While we wait for the customer, what comes is what we wait for.
        (1, Identity::Same, false, "駐車場について", Joins),
        (2, Identity::Same, false, "駐車場について", Linked),
        (2, Identity::Same, false, "Re: ご案内", Joins),
        (2, Identity::Same, true, "駐車場について", Joins),
        (3, Identity::Same, false, "駐車場について", Joins),
        (0, Identity::Other, false, "料金", Linked),
        (0, Identity::Unknown, false, "料金", Apart),
    ];
    for (step, identity, form, subject, expected) in rows {
        let case = case("料金", open(steps()[step].clone()));
        assert_eq!(
            by_person(&case, identity, form, subject),
            expected,
            "{} {identity:?} {form} {subject}",
            case.state_word()
        );
    }
    let over = State::Closed { outcome: crate::triage::case::Outcome::Answered, at: morning() };
    assert_eq!(by_person(&case("料金", over), Identity::Same, false, "料金"), Apart);
}

#[test]
fn a_case_is_full_one_day() {
    let mut case = case("料金", open(Step::Asked { asking: asking() }));
    let mail = case.mails[0].clone();
    case.mails.resize(MOST_MAILS - 1, mail.clone());
    assert_eq!(by_person(&case, Identity::Same, true, "料金"), Belonging::Joins);
    case.mails.push(mail);
    assert_eq!(by_person(&case, Identity::Same, true, "料金"), Belonging::Continues);
    assert_eq!(by_reference(&case, Identity::Same, Answered::Ours, "Re: 料金"), Belonging::Continues);
}
