//! The stored form of who has had a case in hand. Spans are whole seconds.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::leaf::{Text, mirror};
use crate::triage::handling::{Basis, Corrected, Handling, Running, Spell};
use crate::triage::id::Address;

mirror!(BasisForm = Basis { Seen, Assumed, Said });

/// What a case of before there were spells lacks: nobody is known to have had it in hand.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandlingForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    running: Vec<RunningForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spells: Vec<SpellForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    corrected: Vec<CorrectedForm>,
}

impl HandlingForm {
    pub(super) const fn is_empty(&self) -> bool {
        self.since.is_none()
            && self.taken.is_none()
            && self.running.is_empty()
            && self.spells.is_empty()
            && self.corrected.is_empty()
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunningForm {
    by: Text<Address>,
    from: Text<Timestamp>,
    last: Text<Timestamp>,
    worked: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpellForm {
    by: Text<Address>,
    from: Text<Timestamp>,
    until: Text<Timestamp>,
    worked: u32,
    basis: BasisForm,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorrectedForm {
    by: Text<Address>,
    day: Text<Date>,
    worked: u32,
    at: Text<Timestamp>,
}

/// Nobody is at a case for a hundred years.
fn seconds(span: SignedDuration) -> u32 {
    u32::try_from(span.as_secs().max(0)).unwrap_or(u32::MAX)
}

fn span(seconds: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(seconds))
}

impl From<&Handling> for HandlingForm {
    fn from(handling: &Handling) -> Self {
        let Handling { since, taken, running, spells, corrected } = handling;
        Self {
            since: since.map(Text),
            taken: taken.map(Text),
            running: running.iter().map(RunningForm::from).collect(),
            spells: spells.iter().map(SpellForm::from).collect(),
            corrected: corrected.iter().map(CorrectedForm::from).collect(),
        }
    }
}

impl From<HandlingForm> for Handling {
    fn from(form: HandlingForm) -> Self {
        Self {
            since: form.since.map(|at| at.0),
            taken: form.taken.map(|at| at.0),
            running: form.running.into_iter().map(Running::from).collect(),
            spells: form.spells.into_iter().map(Spell::from).collect(),
            corrected: form.corrected.into_iter().map(Corrected::from).collect(),
        }
    }
}

impl From<&Running> for RunningForm {
    fn from(running: &Running) -> Self {
        let Running { by, from, last, worked } = running.clone();
        Self { by: Text(by), from: Text(from), last: Text(last), worked: seconds(worked) }
    }
}

impl From<RunningForm> for Running {
    fn from(form: RunningForm) -> Self {
        Self { by: form.by.0, from: form.from.0, last: form.last.0, worked: span(form.worked) }
    }
}

impl From<&Spell> for SpellForm {
    fn from(spell: &Spell) -> Self {
        let Spell { by, from, until, worked, basis } = spell.clone();
        Self {
            by: Text(by),
            from: Text(from),
            until: Text(until),
            worked: seconds(worked),
            basis: basis.into(),
        }
    }
}

impl From<SpellForm> for Spell {
    fn from(form: SpellForm) -> Self {
        Self {
            by: form.by.0,
            from: form.from.0,
            until: form.until.0,
            worked: span(form.worked),
            basis: form.basis.into(),
        }
    }
}

impl From<&Corrected> for CorrectedForm {
    fn from(corrected: &Corrected) -> Self {
        let Corrected { by, day, worked, at } = corrected.clone();
        Self { by: Text(by), day: Text(day), worked: seconds(worked), at: Text(at) }
    }
}

impl From<CorrectedForm> for Corrected {
    fn from(form: CorrectedForm) -> Self {
        Self { by: form.by.0, day: form.day.0, worked: span(form.worked), at: form.at.0 }
    }
}
