//! What a case has gathered beside its matter, as an object: given fields, what is missing, tags, calls.

use serde_json::{Value, json};

use super::instant;
use crate::live::Live;
use crate::triage::case::Case;
use crate::triage::fold::Folded;

/// Whether a case has a tag, in any width and with its brackets or without.
pub(super) fn has_tag(case: &Case, tag: &str) -> bool {
    let plain = |text: &str| {
        let folded = Folded::new(text);
        let kept = |c: &char| !c.is_whitespace() && !matches!(c, '【' | '】' | '[' | ']');
        folded.text().chars().filter(kept).collect::<String>()
    };
    case.dossier.tags.iter().any(|known| plain(known) == plain(tag))
}

/// The dossier of a case.
pub(super) fn shown(live: &Live, case: &Case) -> Value {
    let (dossier, zone) = (&case.dossier, live.zone(&case.mailbox));
    let needs = &live.policy(&case.mailbox).needs;
    let given: serde_json::Map<String, Value> =
        needs.given(case).into_iter().map(|(field, value)| (field.name.clone(), json!(value))).collect();
    let missing: Vec<&str> =
        needs.missing_for(case, &case.matter.topic).iter().map(|field| field.name.as_str()).collect();
    let calls: Vec<Value> = dossier
        .calls
        .iter()
        .map(|call| {
            json!({
                "by": call.by.as_str(),
                "at": instant(call.at, zone),
                "minutes": call.minutes,
                "outcome": call.outcome.word(),
                "note": call.note,
            })
        })
        .collect();
    json!({
        "given": given,
        "missing": missing,
        "also_named": dossier.named,
        "tags": dossier.tags,
        "calls": calls,
        "on_call": dossier.on_call.as_ref().map(|call| json!({ "by": call.by.as_str(), "since": instant(call.since, zone) })),
        "long_call": dossier.long.as_ref().map(|long| {
            json!({ "by": long.by.as_str(), "since": instant(long.at, zone), "minutes": long.minutes })
        }),
        "remote": dossier.remote.as_ref().map(|remote| json!({ "by": remote.by.as_str(), "at": instant(remote.at, zone) })),
        "taken_by": dossier.taken_by.as_ref().map(ToString::to_string),
    })
}
