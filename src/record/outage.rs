//! A mailbox that cannot be looked at, and who has heard of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Text, Version};
use super::{Record, RecordError};
use crate::operator::outage::Outage;

/// Writes an outage down.
pub fn outage_to_json(outage: &Outage) -> Vec<u8> {
    let Outage { since, why, needs_person, alarm, over, told: [mail, command] } = outage.clone();
    super::write(&OutageForm {
        v: Version,
        since: Text(since),
        why,
        needs_person,
        alarm,
        over: over.map(Text),
        mail: mail.map(Text),
        command: command.map(Text),
    })
}

/// Reads what [`outage_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn outage_from_json(json: &[u8]) -> Result<Outage, RecordError> {
    let OutageForm { v: Version, since, why, needs_person, alarm, over, mail, command } = super::read(json)?;
    let instant = |at: Option<Text<Timestamp>>| at.map(|at| at.0);
    Ok(Outage {
        since: since.0,
        why,
        needs_person,
        alarm,
        over: instant(over),
        told: [instant(mail), instant(command)],
    })
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutageForm {
    v: Version,
    since: Text<Timestamp>,
    why: String,
    needs_person: bool,
    alarm: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mail: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<Text<Timestamp>>,
}

impl Record for OutageForm {
    const NAME: &'static str = "outage";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_survive_being_written_down() {
        let at = |second| Timestamp::from_second(second).ok();
        let outage = Outage {
            since: at(1_800_000_000).unwrap(),
            why: "the server refuses user name or password".to_owned(),
            needs_person: true,
            alarm: true,
            over: None,
            told: [at(1_800_000_060), None],
        };
        for outage in [outage.clone(), Outage { over: at(1_800_000_090), told: [None, at(1)], ..outage }] {
            assert_eq!(outage_from_json(&outage_to_json(&outage)), Ok(outage));
        }
        assert!(outage_from_json(b"{}").is_err() && outage_from_json(b"\xff").is_err());
    }
}
