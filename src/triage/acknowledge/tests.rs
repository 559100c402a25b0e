//! Who is told that a mail has come, and who is not.

use super::*;
use crate::triage::id::{Fingerprint, MessageId};
use crate::triage::mail::{Correspondent, TextOrigin};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn desk() -> Desk {
    Desk {
        name: "かもめ整体".to_owned(),
        zone: jiff::tz::TimeZone::UTC,
        addresses: [address("desk@kamome.example"), address("sato@agents.example")].into(),
        domains: vec!["ours.example".to_owned()],
        phones: [].into(),
        shops: Vec::new(),
        products: Vec::new(),
        opening: jiff::civil::Time::midnight(),
    }
}

fn now() -> Timestamp {
    "2026-08-27T01:00:00Z".parse().unwrap()
}

/// A letter from an address, with header fields `name: value` one a line.
fn letter(from: &str, head: &str) -> Letter {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    Letter {
        fingerprint: Fingerprint::new([1; 16]),
        message_id: MessageId::parse("1@customer.example"),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        sent: Some(now()),
        from: vec![Correspondent { name: String::new(), address: from.to_owned() }],
        reply_to: Vec::new(),
        to: Vec::new(),
        cc: Vec::new(),
        subject: "予約".to_owned(),
        text: "予約をお願いします。".to_owned(),
        origin: TextOrigin::Plain,
        headers: fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
        report: None,
        attachments: Vec::new(),
        damaged: false,
    }
}

const FORM: &str = "form@kamome.example";

fn told(from: &str, to: &str, head: &str, proved: bool) -> Result<Option<Address>, Silence> {
    let to = Address::parse(to);
    let sight = Sight {
        customer: to.as_ref(),
        doubtful: false,
        form_senders: &[address(FORM)],
        proved,
        received: now(),
    };
    asked(&letter(from, head), &desk(), &sight).map(|asked| asked.form)
}

#[test]
fn who_is_told() {
    let hana = "hana@customer.example";
    for (from, to, head, proved, expected) in [
        (hana, hana, "", false, Ok(None)),
        ("Hana@customer.example", hana, "", false, Ok(None)),
        (hana, "", "", false, Err(Silence::NoAddress)),
        ("", hana, "", false, Err(Silence::NoAddress)),
        (hana, "taro@customer.example", "", false, Err(Silence::Elsewhere)),
        // Our own people, mailboxes and domains, whichever way round.
        ("sato@agents.example", "sato@agents.example", "", false, Err(Silence::Ours)),
        ("x@ours.example", "x@ours.example", "", false, Err(Silence::Ours)),
        (FORM, "desk@kamome.example", "", true, Err(Silence::Ours)),
        // Forms: only the robot we know, and only when somebody vouches for it.
        (FORM, hana, "", true, Ok(Some(address(FORM)))),
        (FORM, hana, "auto-submitted: auto-generated\nreturn-path: <>", true, Ok(Some(address(FORM)))),
        (FORM, hana, "", false, Err(Silence::Unproved)),
        (FORM, "no-reply@customer.example", "", true, Err(Silence::Unread)),
        ("robot@kamome.example", hana, "", true, Err(Silence::Elsewhere)),
        (FORM, hana, "x-madoguchi-ref: ack.C-1", true, Err(Silence::Machine(MachineSign::Circle))),
        // Machines.
        (
            hana,
            hana,
            "auto-submitted: auto-replied",
            false,
            Err(Silence::Machine(MachineSign::AutoSubmitted)),
        ),
        (hana, hana, "precedence: bulk", false, Err(Silence::Machine(MachineSign::Precedence))),
        (hana, hana, "x-loop: desk@kamome.example", false, Err(Silence::Machine(MachineSign::Own))),
        (hana, hana, "x-madoguchi-ref: reply.C-1", true, Err(Silence::Machine(MachineSign::Own))),
        (
            "noreply@customer.example",
            "noreply@customer.example",
            "",
            false,
            Err(Silence::Machine(MachineSign::Sender)),
        ),
    ] {
        assert_eq!(told(from, to, head, proved), expected, "{from} for {to}, {head:?}, {proved}");
    }
}

#[test]
fn old_doubtful_and_crowded_mail_is_left_alone() {
    let hana = address("hana@customer.example");
    let sight =
        Sight { customer: Some(&hana), doubtful: false, form_senders: &[], proved: false, received: now() };
    let mail = letter(hana.as_str(), "");
    let doubtful = Sight { doubtful: true, ..sight };
    assert_eq!(asked(&mail, &desk(), &doubtful), Err(Silence::Doubtful));
    let old = Letter { sent: Some(now() - SignedDuration::from_hours(25)), ..mail.clone() };
    assert_eq!(asked(&old, &desk(), &sight), Err(Silence::Old));
    let undated = Letter { sent: None, ..mail.clone() };
    assert_eq!(asked(&undated, &desk(), &sight), Ok(Asked { received: now(), form: None }));
    let two = Letter { from: [mail.from.clone(), mail.from.clone()].concat(), ..mail };
    assert_eq!(asked(&two, &desk(), &sight), Err(Silence::NoAddress));
}
