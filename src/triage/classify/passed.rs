//! Rules whose words stand in a mail and that did not decide, for people who ask why.
//!
//! Nobody asks when a mail comes in: then nothing is put together. What a rule found is its own matter.

use crate::triage::verdict::{Evidence, Passed};

/// Takes the rules that were passed over, where somebody asked for them.
#[derive(Debug)]
pub(in crate::triage) struct PassedOver(Option<Vec<Passed>>);

impl PassedOver {
    /// Somebody asks.
    pub(in crate::triage) const fn asked() -> Self {
        Self(Some(Vec::new()))
    }

    /// Nobody does.
    pub(in crate::triage) const fn unasked() -> Self {
        Self(None)
    }

    /// Takes a rule.
    pub(in crate::triage) fn note(&mut self, passed: impl FnOnce() -> Passed) {
        if let Some(list) = &mut self.0 {
            list.push(passed());
        }
    }

    /// The rules taken so far, to change them.
    pub(in crate::triage) fn rules(&mut self) -> impl Iterator<Item = &mut Evidence> {
        self.0.iter_mut().flatten().map(|passed| &mut passed.rule)
    }

    /// The rules in the order in which they came.
    pub(in crate::triage) fn list(self) -> Vec<Passed> {
        self.0.unwrap_or_default()
    }
}
