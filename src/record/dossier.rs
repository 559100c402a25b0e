//! The stored form of what a case gathers beside its matter: given fields, tags, calls.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Text, mirror};
use crate::triage::dossier::{Call, CallOutcome, Dossier, Guidance, LongCall, OnCall};
use crate::triage::id::Address;

mirror!(CallOutcomeForm = CallOutcome { Talked, NoAnswer });

/// A case of before there were dossiers has an empty one.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DossierForm {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    given: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    named: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    tags: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    calls: Vec<CallForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_call: Option<SinceForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    long: Option<LongCallForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remote: Option<SinceForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken_by: Option<Text<Address>>,
}

impl DossierForm {
    /// Whether there is nothing to write down.
    pub(super) fn is_empty(&self) -> bool {
        let Self { given, product, named, tags, calls, on_call, long, remote, taken_by } = self;
        given.is_empty()
            && named.is_empty()
            && tags.is_empty()
            && calls.is_empty()
            && product.is_none()
            && on_call.is_none()
            && long.is_none()
            && remote.is_none()
            && taken_by.is_none()
    }
}

impl From<&Dossier> for DossierForm {
    fn from(dossier: &Dossier) -> Self {
        let Dossier { given, product, named, tags, calls, on_call, long, remote, taken_by } = dossier.clone();
        Self {
            given,
            product,
            named,
            tags,
            calls: calls.into_iter().map(CallForm::from).collect(),
            on_call: on_call.map(|OnCall { by, since }| SinceForm { by: Text(by), at: Text(since) }),
            long: long.map(LongCallForm::from),
            remote: remote.map(|Guidance { by, at }| SinceForm { by: Text(by), at: Text(at) }),
            taken_by: taken_by.map(Text),
        }
    }
}

impl From<DossierForm> for Dossier {
    fn from(form: DossierForm) -> Self {
        let DossierForm { given, product, named, tags, calls, on_call, long, remote, taken_by } = form;
        Self {
            given,
            product,
            named,
            tags,
            calls: calls.into_iter().map(Call::from).collect(),
            on_call: on_call.map(|SinceForm { by, at }| OnCall { by: by.0, since: at.0 }),
            long: long.map(LongCall::from),
            remote: remote.map(|SinceForm { by, at }| Guidance { by: by.0, at: at.0 }),
            taken_by: taken_by.map(|by| by.0),
        }
    }
}

/// Somebody, and since when.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SinceForm {
    by: Text<Address>,
    at: Text<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallForm {
    by: Text<Address>,
    at: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    outcome: CallOutcomeForm,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
}

impl From<Call> for CallForm {
    fn from(Call { by, at, minutes, outcome, note }: Call) -> Self {
        Self { by: Text(by), at: Text(at), minutes, outcome: outcome.into(), note }
    }
}

impl From<CallForm> for Call {
    fn from(CallForm { by, at, minutes, outcome, note }: CallForm) -> Self {
        Self { by: by.0, at: at.0, minutes, outcome: outcome.into(), note }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LongCallForm {
    by: Text<Address>,
    at: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    told: BTreeSet<Text<Address>>,
}

impl From<LongCall> for LongCallForm {
    fn from(LongCall { by, at, minutes, told }: LongCall) -> Self {
        Self { by: Text(by), at: Text(at), minutes, told: told.into_iter().map(Text).collect() }
    }
}

impl From<LongCallForm> for LongCall {
    fn from(LongCallForm { by, at, minutes, told }: LongCallForm) -> Self {
        Self { by: by.0, at: at.0, minutes, told: told.into_iter().map(|to| to.0).collect() }
    }
}
