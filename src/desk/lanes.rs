//! Which mails of a batch must be taken in order, and which may be taken side by side. Reads and writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::belonging::known_by;
use super::keys;
use super::study::Opened;

/// Splits mails into lanes: whoever shares a case, an address or a message id shares a lane, in order.
pub(super) fn lanes(mails: Vec<Opened>) -> Vec<Vec<Opened>> {
    let mut lane_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut lanes: Vec<Vec<Opened>> = Vec::new();
    for mail in mails {
        let names = names(&mail);
        let known: BTreeSet<usize> = names.iter().filter_map(|name| lane_of.get(name).copied()).collect();
        let mut known = known.into_iter();
        let home = known.next().unwrap_or_else(|| {
            lanes.push(Vec::new());
            lanes.len().saturating_sub(1)
        });
        // The mail ties lanes together: they become one. Their mails were separate, so any order will do.
        for other in known {
            let moved = lanes.get_mut(other).map(std::mem::take).unwrap_or_default();
            if let Some(lane) = lanes.get_mut(home) {
                lane.extend(moved);
            }
            for lane in lane_of.values_mut().filter(|lane| **lane == other) {
                *lane = home;
            }
        }
        for name in names {
            lane_of.insert(name, home);
        }
        if let Some(lane) = lanes.get_mut(home) {
            lane.push(mail);
        }
    }
    lanes.retain(|lane| !lane.is_empty());
    lanes
}

/// What a mail may share with another one of its case.
fn names(mail: &Opened) -> BTreeSet<String> {
    let mut names = BTreeSet::from([mail.fingerprint.to_string()]);
    if let Ok(letter) = &mail.letter {
        let ids = letter.message_id.iter().chain(letter.answers());
        names.extend(ids.map(|id| format!("id {}", id.as_str())));
    }
    let known_by = mail.reading.iter().flat_map(|reading| known_by(&reading.facts));
    names.extend(known_by.map(|handle| keys::person(&handle)));
    names.extend(mail.cases.iter().map(|case| format!("case {case}")));
    names
}
