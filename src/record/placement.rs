//! The stored form of where a case belongs. A case of before there were queues has none.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Text, mirror};
use super::step::OwnerForm;
use crate::triage::alert::{Item, Stage, Telling};
use crate::triage::case::Owner;
use crate::triage::id::{Address, CaseId};
use crate::triage::level::{Goal, Pause, Priority, Tier};
use crate::triage::placement::Placement;

mirror!(TierForm = Tier { Standard, Premium });
mirror!(PriorityForm = Priority { Critical, High, Medium, Low });
mirror!(GoalForm = Goal { FirstAnswer, Resolution });
mirror!(StageForm = Stage { Warning, Breach });

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacementForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tier: Option<TierForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priority: Option<PriorityForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    received: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    escalated: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent: Option<Text<Address>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assigned: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<OwnerForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pauses: Vec<PauseForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told: Vec<TellingForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alarm: Option<Text<Timestamp>>,
}

impl PlacementForm {
    /// Whether there is nothing to write.
    pub(super) const fn is_plain(&self) -> bool {
        let Self {
            queue,
            kind,
            tier,
            priority,
            received,
            escalated,
            agent,
            assigned,
            holder,
            pauses,
            told,
            alarm,
        } = self;
        queue.is_none()
            && kind.is_none()
            && tier.is_none()
            && priority.is_none()
            && received.is_none()
            && escalated.is_none()
            && agent.is_none()
            && assigned.is_none()
            && holder.is_none()
            && pauses.is_empty()
            && told.is_empty()
            && alarm.is_none()
    }
}

impl From<&Placement> for PlacementForm {
    fn from(placement: &Placement) -> Self {
        let Placement {
            queue,
            kind,
            tier,
            priority,
            received,
            escalated,
            agent,
            assigned,
            holder,
            pauses,
            told,
            alarm,
        } = placement.clone();
        Self {
            queue,
            kind,
            tier: Some(tier).filter(|tier| *tier != Tier::Standard).map(TierForm::from),
            priority: priority.map(PriorityForm::from),
            received: received.map(Text),
            escalated: escalated.map(Text),
            agent: agent.map(Text),
            assigned: assigned.map(Text),
            holder: holder.as_ref().map(OwnerForm::from),
            pauses: pauses.into_iter().map(PauseForm::from).collect(),
            told: told.into_iter().map(TellingForm::from).collect(),
            alarm: alarm.map(Text),
        }
    }
}

impl From<PlacementForm> for Placement {
    fn from(form: PlacementForm) -> Self {
        let PlacementForm {
            queue,
            kind,
            tier,
            priority,
            received,
            escalated,
            agent,
            assigned,
            holder,
            pauses,
            told,
            alarm,
        } = form;
        Self {
            queue,
            kind,
            tier: tier.map(Tier::from).unwrap_or_default(),
            priority: priority.map(Priority::from),
            received: received.map(|at| at.0),
            escalated: escalated.map(|at| at.0),
            agent: agent.map(|agent| agent.0),
            assigned: assigned.map(|at| at.0),
            holder: holder.map(Owner::from),
            pauses: pauses.into_iter().map(Pause::from).collect(),
            told: told.into_iter().map(Telling::from).collect(),
            alarm: alarm.map(|at| at.0),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PauseForm {
    from: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Text<Timestamp>>,
}

impl From<Pause> for PauseForm {
    fn from(Pause { from, until }: Pause) -> Self {
        Self { from: Text(from), until: until.map(Text) }
    }
}

impl From<PauseForm> for Pause {
    fn from(PauseForm { from, until }: PauseForm) -> Self {
        Self { from: from.0, until: until.map(|until| until.0) }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TellingForm {
    goal: GoalForm,
    stage: StageForm,
    by: Text<Timestamp>,
    told: Vec<Text<Address>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    owed: Vec<Text<Address>>,
}

impl From<Telling> for TellingForm {
    fn from(telling: Telling) -> Self {
        let Telling { goal, stage, by, told, owed } = telling;
        let texts = |people: Vec<Address>| people.into_iter().map(Text).collect();
        Self { goal: goal.into(), stage: stage.into(), by: Text(by), told: texts(told), owed: texts(owed) }
    }
}

impl From<TellingForm> for Telling {
    fn from(form: TellingForm) -> Self {
        let TellingForm { goal, stage, by, told, owed } = form;
        let people = |texts: Vec<Text<Address>>| texts.into_iter().map(|text| text.0).collect();
        Self { goal: goal.into(), stage: stage.into(), by: by.0, told: people(told), owed: people(owed) }
    }
}

/// A line of a mail that tells of deadlines.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemForm {
    case: Text<CaseId>,
    goal: GoalForm,
    stage: StageForm,
    by: Text<Timestamp>,
}

impl From<Item> for ItemForm {
    fn from(Item { case, goal, stage, by }: Item) -> Self {
        Self { case: Text(case), goal: goal.into(), stage: stage.into(), by: Text(by) }
    }
}

impl From<ItemForm> for Item {
    fn from(ItemForm { case, goal, stage, by }: ItemForm) -> Self {
        Self { case: case.0, goal: goal.into(), stage: stage.into(), by: by.0 }
    }
}
