//! The people around a mailbox: agents, supervisors, and the shops with their staff.

use jiff::civil::Date;

use super::id::Address;

/// Somebody who may answer our requests by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name as colleagues use it; `担当 佐藤` finds it.
    pub name: String,
    /// Where requests go and answers come from.
    pub address: Address,
    /// What this person is asked for.
    pub role: PersonRole,
    /// Language of our mails to this person: `ja`, `en`, `pl`.
    pub lang: String,
}

/// What a person is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonRole {
    /// Answers customers.
    Agent,
    /// Receives escalations, faults and reports; may decide like an agent.
    Supervisor,
}

/// A shop or branch that customers visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Name as customers write it.
    pub name: String,
    /// Staff mail addresses; empty: the desk telephones.
    pub addresses: Vec<Address>,
    /// Telephone number shown to customers; may be empty.
    pub phone: String,
    /// How to get there; may be empty.
    pub access: String,
    /// Opening hours as text; may be empty.
    pub hours: String,
    /// When its staff are away.
    pub away: Vec<Absence>,
}

/// A span of days on which a shop's staff cannot answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// First day away.
    pub from: Date,
    /// Last day away.
    pub until: Date,
    /// First day back.
    pub back: Date,
    /// Who will answer then; may be empty.
    pub who: String,
}
