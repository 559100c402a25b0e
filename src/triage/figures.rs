//! What was done on a day: the figures of people and mailboxes (workflow W2).
//!
//! First cases are read into facts, each of one day, one mailbox, at most one queue and at most one person; then facts are counted. So
//! every total is the sum of its parts, however they are put together. Pure: cases and what else must be known of
//! them are arguments, and the same cases give the same figures in any order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::case::{Case, Owner, State, Step};
use super::handling::{Basis, Reckoning};
use super::id::{Address, CaseId, MailboxName};
use super::verdict::Class;

mod sums;
#[cfg(test)]
mod tests;

pub use sums::{Sums, median};

/// What a case does not hold itself and figures want to know of it.
pub trait Known {
    /// How its topic is called.
    fn topic(&self, case: &Case) -> String;
    /// Where its customer comes from: source tags such as 【DMをみた】.
    fn tags(&self, case: &Case) -> Vec<String>;
    /// The first answer, where there is one: how long it took, and whether that was within the level.
    fn first_answer(&self, case: &Case) -> Option<Answered>;
    /// When the case was over, where it is, and whether that was within the level.
    fn resolved(&self, case: &Case) -> Option<Resolved>;
}

/// A first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// When.
    pub at: Timestamp,
    /// How long it took, in business time.
    pub took: SignedDuration,
    /// Within the level; `None` where no level speaks of it.
    pub within: Option<bool>,
}

/// An end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// When.
    pub at: Timestamp,
    /// Within the level; `None` where no level speaks of it.
    pub within: Option<bool>,
}

/// The days that are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Period {
    /// One day.
    pub const fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    /// The week of a day, Monday first.
    pub fn week(day: Date) -> Self {
        let back = i64::from(day.weekday().to_monday_zero_offset());
        let from = day.saturating_sub(jiff::Span::new().days(back));
        Self { from, to: from.saturating_add(jiff::Span::new().days(6)) }
    }

    /// The month of a day.
    pub fn month(day: Date) -> Self {
        Self { from: day.first_of_month(), to: day.last_of_month() }
    }

    /// Whether a day is among them.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Each of them.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        let to = self.to;
        self.from.series(jiff::Span::new().days(1)).take_while(move |day| *day <= to)
    }
}

/// One thing that happened, or stands open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// On which day.
    pub day: Date,
    /// Whose doing; `None`: nobody's who is known by name.
    pub by: Option<Address>,
    /// The mailbox of its case.
    pub mailbox: MailboxName,
    /// The queue in which its case is; `None`: in none.
    pub queue: Option<String>,
    /// Its case.
    pub case: CaseId,
    /// What.
    pub what: What,
}

impl Fact {
    fn of(case: &Case, day: Date, by: Option<Address>, what: What) -> Self {
        let (mailbox, queue) = (case.mailbox.clone(), case.placement.queue.clone());
        Self { day, by, mailbox, queue, case: case.id.clone(), what }
    }
}

/// What a fact tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A case came in.
    Arrived,
    /// A person handled a case: once for each person and day, however often they decided.
    Handled(Box<Handled>),
    /// A call to the customer.
    Called {
        /// The customer picked up.
        answered: bool,
    },
    /// The first answer of a case.
    FirstAnswer {
        /// How long it took.
        took: SignedDuration,
        /// Within the level.
        within: Option<bool>,
    },
    /// A case was over.
    Resolved {
        /// Within the level.
        within: Option<bool>,
    },
    /// A case waits for us now; of the last day asked about.
    Open,
}

/// A case that a person handled on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// How long.
    pub worked: SignedDuration,
    /// The person said so.
    pub corrected: bool,
    /// The topic as people call it.
    pub topic: String,
    /// A or B.
    pub class: Class,
    /// Source tags.
    pub tags: Vec<String>,
    /// The customer's name as typed; hostile.
    pub name: Option<String>,
    /// The last word of that person on that day, by the command's word; empty where only time is known.
    pub last: String,
}

/// All facts of some days, in order: by day, person, mailbox, case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    /// The facts.
    pub facts: Vec<Fact>,
}

/// A time of one person with one case, as it counts among all of that person's.
struct Share<'a> {
    case: &'a Case,
    until: Timestamp,
    worked: SignedDuration,
    basis: Basis,
}

impl Book {
    /// Reads cases. `now`: what stands open stands so now, so only a period that holds today counts it.
    pub fn of<'c>(
        cases: impl IntoIterator<Item = &'c Case>,
        known: &dyn Known,
        reckoning: &Reckoning,
        period: Period,
        now: Timestamp,
    ) -> Self {
        let mut facts = Vec::new();
        let mut shares: BTreeMap<Address, Vec<Share<'_>>> = BTreeMap::new();
        let today = reckoning.day_of(now);
        let mut cases: Vec<&Case> = cases.into_iter().collect();
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        cases.dedup_by(|a, b| a.id == b.id);
        for case in &cases {
            let mut tell = |day: Date, by: Option<Address>, what: What| {
                if period.holds(day) {
                    facts.push(Fact::of(case, day, by, what));
                }
            };
            tell(reckoning.day_of(case.opened), None, What::Arrived);
            for entry in case.record.iter().filter(|entry| entry.by.is_some()) {
                let answered = match entry.what.as_str() {
                    "電話済" => true,
                    "電話×" => false,
                    _ => continue,
                };
                tell(reckoning.day_of(entry.at), entry.by.clone(), What::Called { answered });
            }
            if let Some(first) = known.first_answer(case) {
                let what = What::FirstAnswer { took: first.took, within: first.within };
                tell(reckoning.day_of(first.at), who_decided(case, first.at), what);
            }
            if let Some(over) = known.resolved(case) {
                let what = What::Resolved { within: over.within };
                tell(reckoning.day_of(over.at), who_decided(case, over.at), what);
            }
            if let State::Open(open) = &case.state
                && period.holds(today)
                && is_owed(&open.step)
            {
                let by = match &open.owner {
                    Owner::Agent(agent) => Some(agent.clone()),
                    Owner::Desk | Owner::Shop(_) | Owner::Supervisors | Owner::Customer | Owner::Machine => {
                        None
                    }
                };
                tell(today, by, What::Open);
            }
            for spell in &case.handling.spells {
                let (until, worked, basis) = (spell.until, spell.worked, spell.basis);
                let share = Share { case, until, worked, basis };
                shares.entry(spell.by.clone()).or_default().push(share);
            }
        }
        let mut book = Self { facts };
        book.take_handled(&cases, shares, known, reckoning, period);
        book.facts.sort_by(|a, b| {
            let first = a.day.cmp(&b.day).then_with(|| a.by.cmp(&b.by));
            first.then_with(|| a.mailbox.cmp(&b.mailbox)).then_with(|| a.case.cmp(&b.case))
        });
        book
    }

    /// What each person handled on each day.
    fn take_handled(
        &mut self,
        cases: &[&Case],
        shares: BTreeMap<Address, Vec<Share<'_>>>,
        known: &dyn Known,
        reckoning: &Reckoning,
        period: Period,
    ) {
        let mut worked: BTreeMap<(Date, Address, &CaseId), SignedDuration> = BTreeMap::new();
        for (by, mut shares) in shares {
            shares.sort_by(|a, b| a.until.cmp(&b.until).then_with(|| a.case.id.cmp(&b.case.id)));
            let mut before = Timestamp::MIN;
            for share in shares {
                // Who answers ten requests within a minute was not at each of them since it came.
                let counts = match share.basis {
                    Basis::Assumed => share.worked.min(share.until.duration_since(before)),
                    Basis::Seen | Basis::Said => share.worked,
                };
                let counts = SignedDuration::from_secs(counts.as_secs().max(0));
                before = share.until;
                let key = (reckoning.day_of(share.until), by.clone(), &share.case.id);
                let sum = worked.entry(key).or_default();
                *sum = sum.saturating_add(counts);
            }
        }
        let by_id: BTreeMap<&CaseId, &Case> = cases.iter().map(|case| (&case.id, *case)).collect();
        let corrected = cases.iter().flat_map(|case| {
            case.handling.corrected.iter().map(|said| ((said.day, said.by.clone(), &case.id), said.worked))
        });
        let corrected: BTreeMap<_, _> = corrected.collect();
        let keys: BTreeSet<_> = worked.keys().chain(corrected.keys()).cloned().collect();
        for (day, by, id) in keys.into_iter().filter(|(day, ..)| period.holds(*day)) {
            let Some(case) = by_id.get(id) else { continue };
            let key = (day, by, id);
            let said = corrected.get(&key).copied();
            let reckoned = worked.get(&key).copied().unwrap_or_default();
            let (day, by, _) = key;
            let own = case.record.iter().rev().filter(|entry| {
                entry.by.as_ref() == Some(&by) && reckoning.day_of(entry.at) == day && entry.what != "時間"
            });
            let handled = Handled {
                worked: said.unwrap_or(reckoned),
                corrected: said.is_some(),
                topic: known.topic(case),
                class: case.matter.class,
                tags: known.tags(case),
                name: case.customer.name.clone(),
                last: own.map(|entry| entry.what.clone()).next().unwrap_or_default(),
            };
            self.facts.push(Fact::of(case, day, Some(by), What::Handled(Box::new(handled))));
        }
    }

    /// Only the facts of one person.
    #[must_use]
    pub fn of_person(&self, person: &Address) -> Self {
        let own = self.facts.iter().filter(|fact| fact.by.as_ref() == Some(person));
        Self { facts: own.cloned().collect() }
    }

    /// Sums of the facts that have the same key.
    pub fn by<K: Ord>(&self, key: impl Fn(&Fact) -> K) -> BTreeMap<K, Sums> {
        let mut sums: BTreeMap<K, Sums> = BTreeMap::new();
        for fact in &self.facts {
            sums.entry(key(fact)).or_default().count(fact);
        }
        sums
    }

    /// Sums of all facts.
    pub fn total(&self) -> Sums {
        self.by(|_| ()).remove(&()).unwrap_or_default()
    }

    /// The cases that people handled, with the facts they come from.
    pub fn handled(&self) -> impl Iterator<Item = (&Fact, &Handled)> {
        self.facts.iter().filter_map(|fact| match &fact.what {
            What::Handled(handled) => Some((fact, &**handled)),
            What::Arrived
            | What::Called { .. }
            | What::FirstAnswer { .. }
            | What::Resolved { .. }
            | What::Open => None,
        })
    }
}

/// Whether an open case waits for us: not where it is answered, and the customer or the night report is next.
const fn is_owed(step: &Step) -> bool {
    match step {
        Step::AwaitingReply { .. } | Step::Answered { .. } => false,
        Step::Drafted { .. }
        | Step::Asked { .. }
        | Step::AtDesk { .. }
        | Step::Sending { .. }
        | Step::Unknown { .. }
        | Step::AtShop { .. }
        | Step::Complaint { .. }
        | Step::Quarantined { .. } => true,
    }
}

/// Whose decision led to something: the last person who had said a word before it. What was done by hand is nobody's.
fn who_decided(case: &Case, at: Timestamp) -> Option<Address> {
    const BY_HAND: [&str; 4] =
        [Case::ANSWERED_BY_HAND, Case::ANSWERED_ELSEWHERE, Case::HANDLED_BY_HAND, Case::SHOP_BY_HAND];
    let mut before = case
        .record
        .iter()
        .rev()
        .filter(|entry| entry.at <= at && (entry.by.is_some() || BY_HAND.contains(&entry.what.as_str())));
    let decided = before.find(|entry| !Case::is_remark(&entry.what));
    decided.and_then(|entry| entry.by.clone())
}

/// The instant at which people were done with a case that is over: what a machine waits for afterwards is not theirs.
pub fn ended(case: &Case) -> Option<Timestamp> {
    let State::Closed { at, .. } = case.state else { return None };
    let decided = case.last_decision().map(|entry| entry.at);
    let sent = case.sent.as_ref().map(|sent| sent.at);
    Some(decided.max(sent).unwrap_or(at).min(at))
}

/// Whether what happened to a case is worth a look by the figures of the day on which it happened.
pub fn counts(before: Option<&Case>, next: &Case) -> bool {
    before.is_none_or(|before| {
        before.handling.spells != next.handling.spells
            || before.handling.corrected != next.handling.corrected
            || before.service.first_answer != next.service.first_answer
            || before.open().is_some() != next.open().is_some()
            || before.record.last() != next.record.last()
    })
}
