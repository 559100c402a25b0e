//! What a token is good for, and how it is written.

use super::*;
use crate::triage::id::Fingerprint;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[test]
fn a_token_fits_one_draft_one_agent_and_one_hour() {
    let ring = Keyring::new(Secret::new("new key".to_owned()), Some(Secret::new("old key".to_owned())));
    let old = Keyring::new(Secret::new("old key".to_owned()), None);
    let strange = Keyring::new(Secret::new("another".to_owned()), None);
    let case = CaseId::of(Fingerprint::new([7; 16]));
    let agent = address("agent@corp.test");
    let content = Content::of(&address("c@example.com"), "s", "b");
    let expires: Timestamp = "2026-11-23T10:15:30Z".parse().unwrap();
    let now: Timestamp = "2026-11-23T10:14:59Z".parse().unwrap();
    let late: Timestamp = "2026-11-23T10:15:00Z".parse().unwrap();
    let second = Revision::FIRST.next();

    let token = ring.issue(&case, Revision::FIRST, content, &agent, expires);
    assert_eq!(token.expires(), late, "whole minutes, rounded down");
    for (what, ring, token, content, agent, now, expected) in [
        ("right", &ring, &token, content, &agent, now, Ok(())),
        ("late", &ring, &token, content, &agent, late, Err(Rejected::Expired)),
        ("other agent", &ring, &token, content, &address("b@corp.test"), now, Err(Rejected::Forged)),
        (
            "other body",
            &ring,
            &token,
            Content::of(&address("c@example.com"), "s", "B"),
            &agent,
            now,
            Err(Rejected::Forged),
        ),
        (
            "moved letter",
            &ring,
            &token,
            Content::of(&address("c@example.com"), "sb", ""),
            &agent,
            now,
            Err(Rejected::Forged),
        ),
        (
            "old key",
            &ring,
            &old.issue(&case, Revision::FIRST, content, &agent, expires),
            content,
            &agent,
            now,
            Ok(()),
        ),
        (
            "strange key",
            &ring,
            &strange.issue(&case, Revision::FIRST, content, &agent, expires),
            content,
            &agent,
            now,
            Err(Rejected::Forged),
        ),
        ("strange and late", &strange, &token, content, &agent, late, Err(Rejected::Forged)),
    ] {
        assert_eq!(ring.verify(token, content, agent, now), expected, "{what}");
    }
    let remark = ring.issue(&case, Revision::FIRST, content.for_check(None), &agent, expires);
    assert_eq!(ring.verify(&remark, content, &agent, now), Err(Rejected::Forged), "it never decides");
    let call = ring.issue(&case, Revision::FIRST, Content::of_call(), &agent, expires);
    assert_eq!(ring.verify(&call, content, &agent, now), Err(Rejected::Forged), "nor does this one");
    let other_agent = address("b@corp.test");
    for (token, agent, now, expected) in [
        (&token, &agent, now, Ok(Right::Decide)),
        (&remark, &agent, now, Ok(Right::Remark(None))),
        (&remark, &agent, late, Err(Rejected::Expired)),
        (&call, &agent, now, Ok(Right::Call)),
        (&call, &agent, late, Err(Rejected::Expired)),
        (&call, &other_agent, now, Err(Rejected::Forged)),
        (&remark, &other_agent, now, Err(Rejected::Forged)),
    ] {
        assert_eq!(ring.right(token, content, 0, agent, now), expected);
    }
    assert_eq!(ring.right(&token, content.for_check(None), 0, &agent, now), Err(Rejected::Forged));
    // Of two questions of one minute each has its own token, which is good as soon as its question is known.
    let about = |number| ring.issue(&case, Revision::FIRST, content.for_check(Some(number)), &agent, expires);
    assert_ne!(about(1).message_id("corp.test"), about(2).message_id("corp.test"));
    assert_eq!(ring.verify(&about(1), content, &agent, now), Err(Rejected::Forged), "it never decides");
    for (number, known, expected) in [
        (1, 2, Ok(Right::Remark(Some(1)))),
        (2, 2, Ok(Right::Remark(Some(2)))),
        (3, 2, Err(Rejected::Forged)),
        (u32::MAX, u32::MAX, Ok(Right::Remark(Some(u32::MAX)))),
        (1, u32::MAX, Err(Rejected::Forged)),
    ] {
        assert_eq!(ring.right(&about(number), content, known, &agent, now), expected);
    }
    let other = ring.issue(&case, second, content, &agent, expires);
    let mut forged = other.clone();
    forged.revision = Revision::FIRST;
    assert_eq!(ring.verify(&forged, content, &agent, now), Err(Rejected::Forged));
}

#[test]
fn the_written_form_round_trips_and_fits_an_address() {
    let ring = Keyring::new(Secret::new("key".to_owned()), None);
    let agent = address("agent@corp.test");
    let content = Content::of(&agent, "", "");
    let expires: Timestamp = "2026-11-23T10:15:00Z".parse().unwrap();
    for number in [1, 9, 31, 32, 1024, u32::MAX] {
        let case = CaseId::of(Fingerprint::new([u8::try_from(number % 251).unwrap(); 16]));
        let revision = Revision::new(number).unwrap();
        let token = ring.issue(&case, revision, content, &agent, expires);
        let text = token.to_string();
        if number < 32 {
            assert_eq!(text.len(), 50);
        }
        let read = (Token::parse(&text), Token::parse(&text.to_lowercase()));
        if number == u32::MAX {
            assert_eq!(read.0, None, "seven digits are more than any case has");
        } else {
            assert_eq!(read, (Some(token.clone()), Some(token.clone())), "{text}");
        }
        let short = text.strip_suffix(|_: char| true).unwrap();
        let late = text.strip_prefix(|_: char| true).unwrap();
        for broken in [short, late, &format!("{text}0"), &text.replace('-', "_"), "", "--"] {
            assert_eq!(Token::parse(broken), None, "{broken}");
        }
    }
    let token = ring.issue(&CaseId::of(Fingerprint::new([1; 16])), Revision::FIRST, content, &agent, expires);
    assert_eq!(token.plus_address(&address("reservation1@corp.test")).unwrap().local().len(), 63);
    assert_eq!(token.plus_address(&address("reservation-one@corp.test")), None);
    assert!(token.message_id("corp.test").unwrap().as_str().len() < 250);
    let written = token.to_string();
    assert!(!format!("{token:?}").contains(written.rsplit('-').next().unwrap()));
}
