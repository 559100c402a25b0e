//! The stored form of where a case stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::leaf::{Text, mirror};
use crate::triage::case::{Asking, Open, Outcome, Owner, State, Step, Then, Why};
use crate::triage::id::Address;

mirror!(ThenForm = Then { Reply, Shop, Report });
mirror!(OutcomeForm = Outcome { Converted, Unconverted, Answered, Referred, Dismissed, TakenOver });

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum StateForm {
    Open { step: StepForm, owner: OwnerForm, due: Text<Timestamp> },
    Closed { outcome: OutcomeForm, at: Text<Timestamp> },
}

impl From<&State> for StateForm {
    fn from(state: &State) -> Self {
        match state {
            State::Open(Open { step, owner, due }) => {
                Self::Open { step: step.into(), owner: owner.into(), due: Text(*due) }
            }
            State::Closed { outcome, at } => Self::Closed { outcome: (*outcome).into(), at: Text(*at) },
        }
    }
}

impl From<StateForm> for State {
    fn from(form: StateForm) -> Self {
        match form {
            StateForm::Open { step, owner, due } => {
                Self::Open(Open { step: step.into(), owner: owner.into(), due: due.0 })
            }
            StateForm::Closed { outcome, at } => Self::Closed { outcome: outcome.into(), at: at.0 },
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum StepForm {
    Drafted {
        asking: AskingForm,
    },
    Asked {
        asking: AskingForm,
    },
    AtDesk {
        why: WhyForm,
        asking: AskingForm,
    },
    Sending {
        by: Text<Address>,
        then: ThenForm,
        answered: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leaves: Option<Text<Timestamp>>,
    },
    Unknown {
        by: Text<Address>,
        then: ThenForm,
        since: Text<Timestamp>,
        looks: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        asking: Option<AskingForm>,
        answered: bool,
    },
    AwaitingReply {
        since: Text<Timestamp>,
    },
    Answered {
        since: Text<Timestamp>,
    },
    AtShop {
        since: Text<Timestamp>,
        asking: AskingForm,
    },
    Complaint {
        since: Text<Timestamp>,
    },
    Quarantined {
        why: String,
        asking: AskingForm,
    },
}

impl From<&Step> for StepForm {
    fn from(step: &Step) -> Self {
        match step {
            Step::Drafted { asking } => Self::Drafted { asking: asking.into() },
            Step::Asked { asking } => Self::Asked { asking: asking.into() },
            Step::AtDesk { why, asking } => Self::AtDesk { why: why.into(), asking: asking.into() },
            Step::Sending { by, then, answered, leaves } => Self::Sending {
                by: Text(by.clone()),
                then: (*then).into(),
                answered: *answered,
                leaves: leaves.map(Text),
            },
            Step::Unknown { by, then, since, looks, asking, answered } => Self::Unknown {
                by: Text(by.clone()),
                then: (*then).into(),
                since: Text(*since),
                looks: *looks,
                asking: asking.as_ref().map(AskingForm::from),
                answered: *answered,
            },
            Step::AwaitingReply { since } => Self::AwaitingReply { since: Text(*since) },
            Step::Answered { since } => Self::Answered { since: Text(*since) },
            Step::AtShop { since, asking } => Self::AtShop { since: Text(*since), asking: asking.into() },
            Step::Complaint { since } => Self::Complaint { since: Text(*since) },
            Step::Quarantined { why, asking } => {
                Self::Quarantined { why: why.clone(), asking: asking.into() }
            }
        }
    }
}

impl From<StepForm> for Step {
    fn from(form: StepForm) -> Self {
        match form {
            StepForm::Drafted { asking } => Self::Drafted { asking: asking.into() },
            StepForm::Asked { asking } => Self::Asked { asking: asking.into() },
            StepForm::AtDesk { why, asking } => Self::AtDesk { why: why.into(), asking: asking.into() },
            StepForm::Sending { by, then, answered, leaves } => {
                Self::Sending { by: by.0, then: then.into(), answered, leaves: leaves.map(|at| at.0) }
            }
            StepForm::Unknown { by, then, since, looks, asking, answered } => Self::Unknown {
                by: by.0,
                then: then.into(),
                since: since.0,
                looks,
                asking: asking.map(Asking::from),
                answered,
            },
            StepForm::AwaitingReply { since } => Self::AwaitingReply { since: since.0 },
            StepForm::Answered { since } => Self::Answered { since: since.0 },
            StepForm::AtShop { since, asking } => Self::AtShop { since: since.0, asking: asking.into() },
            StepForm::Complaint { since } => Self::Complaint { since: since.0 },
            StepForm::Quarantined { why, asking } => Self::Quarantined { why, asking: asking.into() },
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskingForm {
    at: Text<Timestamp>,
    until: Text<Timestamp>,
    reminders: u8,
    then: ThenForm,
}

impl From<&Asking> for AskingForm {
    fn from(asking: &Asking) -> Self {
        let Asking { at, until, reminders, then } = *asking;
        Self { at: Text(at), until: Text(until), reminders, then: then.into() }
    }
}

impl From<AskingForm> for Asking {
    fn from(form: AskingForm) -> Self {
        let AskingForm { at, until, reminders, then } = form;
        Self { at: at.0, until: until.0, reminders, then: then.into() }
    }
}

/// Variants without data have braces: only so does serde refuse unknown fields in them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum WhyForm {
    Fault { what: String },
    NoAddress {},
    Rejected { by: Text<Address>, reason: String },
    CustomerAnswered {},
    Bounced {},
    Refused { what: String },
    DraftEdited {},
    HandedOver { by: Text<Address>, text: String },
    CallBack {},
    PhonedIn { by: Text<Address> },
}

impl From<&Why> for WhyForm {
    fn from(why: &Why) -> Self {
        match why {
            Why::Fault(what) => Self::Fault { what: what.clone() },
            Why::NoAddress => Self::NoAddress {},
            Why::Rejected { by, reason } => Self::Rejected { by: Text(by.clone()), reason: reason.clone() },
            Why::CustomerAnswered => Self::CustomerAnswered {},
            Why::Bounced => Self::Bounced {},
            Why::Refused { what } => Self::Refused { what: what.clone() },
            Why::DraftEdited => Self::DraftEdited {},
            Why::HandedOver { by, text } => Self::HandedOver { by: Text(by.clone()), text: text.clone() },
            Why::CallBack => Self::CallBack {},
            Why::PhonedIn { by } => Self::PhonedIn { by: Text(by.clone()) },
        }
    }
}

impl From<WhyForm> for Why {
    fn from(form: WhyForm) -> Self {
        match form {
            WhyForm::Fault { what } => Self::Fault(what),
            WhyForm::NoAddress {} => Self::NoAddress,
            WhyForm::Rejected { by, reason } => Self::Rejected { by: by.0, reason },
            WhyForm::CustomerAnswered {} => Self::CustomerAnswered,
            WhyForm::Bounced {} => Self::Bounced,
            WhyForm::Refused { what } => Self::Refused { what },
            WhyForm::DraftEdited {} => Self::DraftEdited,
            WhyForm::HandedOver { by, text } => Self::HandedOver { by: by.0, text },
            WhyForm::CallBack {} => Self::CallBack,
            WhyForm::PhonedIn { by } => Self::PhonedIn { by: by.0 },
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum OwnerForm {
    Desk {},
    Agent { address: Text<Address> },
    Shop { name: String },
    Supervisors {},
    Customer {},
    Machine {},
}

impl From<&Owner> for OwnerForm {
    fn from(owner: &Owner) -> Self {
        match owner {
            Owner::Desk => Self::Desk {},
            Owner::Agent(address) => Self::Agent { address: Text(address.clone()) },
            Owner::Shop(name) => Self::Shop { name: name.clone() },
            Owner::Supervisors => Self::Supervisors {},
            Owner::Customer => Self::Customer {},
            Owner::Machine => Self::Machine {},
        }
    }
}

impl From<OwnerForm> for Owner {
    fn from(form: OwnerForm) -> Self {
        match form {
            OwnerForm::Desk {} => Self::Desk,
            OwnerForm::Agent { address } => Self::Agent(address.0),
            OwnerForm::Shop { name } => Self::Shop(name),
            OwnerForm::Supervisors {} => Self::Supervisors,
            OwnerForm::Customer {} => Self::Customer,
            OwnerForm::Machine {} => Self::Machine,
        }
    }
}
