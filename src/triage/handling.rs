//! How long people have a case in hand (workflow W2: from looking into the inquiry to finished).
//!
//! A spell begins when somebody takes the case in hand: 担当 to them, 「確認中」 taken off, or their first word about it
//! that decides nothing. It ends with their decision. Where nothing says when it began, it is believed to have begun
//! when they were asked, and a longest span bounds that belief. Only business time counts, none while the case is put
//! off, and none while the customer or a shop has the word. What a person says about their own time goes before all
//! that is reckoned. This file reckons and never decides; `decide` tells it what was said.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::calendar::Calendar;
use super::id::Address;

/// Spells kept of one case; the oldest go first.
const MOST: usize = 60;

/// How time is reckoned, and where a day begins. From `[handling]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoning {
    /// The most that is believed of the time between a request and its answer, where nobody said when they began.
    pub asked: SignedDuration,
    /// The most that is believed of the time between two words of one person about a case.
    pub idle: SignedDuration,
    /// The zone of the people's days.
    pub zone: TimeZone,
    /// When a day begins: what is done before belongs to the day before, so that a night is not cut in two.
    pub begins: Time,
}

impl Reckoning {
    /// As it is where the config says nothing.
    pub const fn usual(zone: TimeZone) -> Self {
        Self {
            asked: SignedDuration::from_mins(15),
            idle: SignedDuration::from_mins(60),
            zone,
            begins: Time::midnight(),
        }
    }

    /// The day to which an instant belongs.
    pub fn day_of(&self, at: Timestamp) -> Date {
        let at = at.to_zoned(self.zone.clone());
        if at.time() >= self.begins { at.date() } else { at.date().yesterday().unwrap_or_else(|_| at.date()) }
    }

    /// The first instant of a day.
    pub fn begin_of(&self, day: Date) -> Timestamp {
        let begin = day.to_datetime(self.begins).to_zoned(self.zone.clone());
        begin.map_or(Timestamp::MAX, |begin| begin.timestamp())
    }

    /// The instant at which a day is over.
    pub fn end_of(&self, day: Date) -> Timestamp {
        day.checked_add(1.day()).map_or(Timestamp::MAX, |next| self.begin_of(next))
    }
}

/// Who has had a case in hand, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handling {
    /// Since when it lies before people: they were asked then, or a 保留 was over.
    pub since: Option<Timestamp>,
    /// Somebody unknown took it in hand then: they took 「確認中」 off.
    pub taken: Option<Timestamp>,
    /// Who has it in hand now, in the order in which they began.
    pub running: Vec<Running>,
    /// What is over, oldest first.
    pub spells: Vec<Spell>,
    /// What people said about their own time, oldest first; one for each person and day.
    pub corrected: Vec<Corrected>,
}

/// Somebody has the case in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Who.
    pub by: Address,
    /// Since when.
    pub from: Timestamp,
    /// Their last word.
    pub last: Timestamp,
    /// What counts until then.
    pub worked: SignedDuration,
}

/// A time in which one person had the case in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spell {
    /// Who.
    pub by: Address,
    /// From when.
    pub from: Timestamp,
    /// Until when: their decision.
    pub until: Timestamp,
    /// How much of it counts, in whole seconds.
    pub worked: SignedDuration,
    /// How that is known.
    pub basis: Basis,
}

/// How the length of a spell is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The person was seen to take the case in hand.
    Seen,
    /// Believed from the request to the answer, within bounds. Of one person no two such times may overlap.
    Assumed,
    /// The person said it, such as the minutes of a call.
    Said,
}

/// What a person said about their time with a case on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// Who.
    pub by: Address,
    /// Of which day.
    pub day: Date,
    /// How long.
    pub worked: SignedDuration,
    /// When they said it.
    pub at: Timestamp,
}

/// What reckoning needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// Now.
    pub now: Timestamp,
    /// When somebody is there.
    pub calendar: &'a Calendar,
    /// The bounds.
    pub reckoning: &'a Reckoning,
}

impl Clock<'_> {
    /// Business time from an instant until now, at most so much, in whole seconds.
    fn since(&self, from: Timestamp, most: SignedDuration) -> SignedDuration {
        whole(self.calendar.between(from, self.now).min(most))
    }
}

impl Handling {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// People are asked now.
    pub const fn asked(&mut self, now: Timestamp) {
        self.since = Some(now);
    }

    /// Nobody has it in hand until then.
    pub const fn rests(&mut self, until: Timestamp) {
        self.since = Some(until);
        self.taken = None;
    }

    /// Somebody whose name nobody knows took it in hand.
    pub const fn taken(&mut self, now: Timestamp) {
        self.taken = Some(now);
    }

    /// A person takes it in hand now, or has said a word that decides nothing.
    pub fn word(&mut self, by: &Address, clock: Clock<'_>) {
        if let Some(running) = self.running.iter_mut().find(|running| running.by == *by) {
            running.worked = running.worked.saturating_add(clock.since(running.last, clock.reckoning.idle));
            running.last = running.last.max(clock.now);
            return;
        }
        let from = self.taken.take().unwrap_or(clock.now).min(clock.now).max(self.end_of(by));
        let worked = clock.since(from, clock.reckoning.idle);
        self.running.push(Running { by: by.clone(), from, last: clock.now, worked });
    }

    /// A person has decided: their spell is over. `since`: when they were asked, where that is known of them alone.
    pub fn decided(&mut self, by: &Address, since: Option<Timestamp>, clock: Clock<'_>) {
        let seen = self.running.iter().any(|running| running.by == *by) || self.taken.is_some();
        if seen {
            self.word(by, clock);
            self.over(by);
            return;
        }
        let since = since.or(self.since).unwrap_or(clock.now).min(clock.now);
        let from = since.max(self.end_of(by));
        let worked = clock.since(from, clock.reckoning.asked);
        self.keep(Spell { by: by.clone(), from, until: clock.now, worked, basis: Basis::Assumed });
    }

    /// A person's spell ends with their last word, if they have one running.
    pub fn over(&mut self, by: &Address) {
        let Some(at) = self.running.iter().position(|running| running.by == *by) else { return };
        let Running { by, from, last, worked } = self.running.remove(at);
        self.keep(Spell { by, from, until: last, worked, basis: Basis::Seen });
    }

    /// The case has left the desk: whoever still had it in hand is done with it. A look that led to nothing is no spell.
    pub fn left(&mut self) {
        for running in std::mem::take(&mut self.running) {
            if running.worked.is_positive() {
                let Running { by, from, last, worked } = running;
                self.keep(Spell { by, from, until: last, worked, basis: Basis::Seen });
            }
        }
        self.since = None;
        self.taken = None;
    }

    /// A person says how long they were on the telephone: what ended now took at least so long.
    pub fn called(&mut self, by: &Address, minutes: u32, now: Timestamp) {
        let said = SignedDuration::from_mins(i64::from(minutes));
        let from = now.checked_sub(said).unwrap_or(now);
        match self.spells.iter_mut().rev().find(|spell| spell.by == *by && spell.until == now) {
            Some(spell) if spell.worked >= said => {}
            Some(spell) => {
                (spell.worked, spell.basis, spell.from) = (said, Basis::Said, spell.from.min(from));
            }
            None => {
                self.keep(Spell { by: by.clone(), from, until: now, worked: said, basis: Basis::Said });
            }
        }
    }

    /// A person says how long they were at it on a day; their last word about it counts.
    pub fn correct(&mut self, by: &Address, day: Date, worked: SignedDuration, now: Timestamp) {
        self.corrected.retain(|known| known.by != *by || known.day != day);
        self.corrected.push(Corrected { by: by.clone(), day, worked: whole(worked), at: now });
        if self.corrected.len() > MOST {
            self.corrected.remove(0);
        }
    }

    /// What a person said about a day.
    pub fn said(&self, by: &Address, day: Date) -> Option<SignedDuration> {
        let mut known = self.corrected.iter().filter(|known| known.by == *by && known.day == day);
        known.next().map(|known| known.worked)
    }

    /// The last day on which a person had the case in hand.
    pub fn last_day(&self, by: &Address, reckoning: &Reckoning) -> Option<Date> {
        let ended = self.spells.iter().filter(|spell| spell.by == *by).map(|spell| spell.until);
        ended.max().map(|until| reckoning.day_of(until))
    }

    /// What counts of a person's time on the case, on all days together, as the case alone tells.
    pub fn total(&self, by: &Address, reckoning: &Reckoning) -> SignedDuration {
        let said = self.corrected.iter().filter(|known| known.by == *by).map(|known| known.worked);
        let free = |spell: &&Spell| spell.by == *by && self.said(by, reckoning.day_of(spell.until)).is_none();
        let reckoned = self.spells.iter().filter(free).map(|spell| spell.worked);
        said.chain(reckoned).fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Everybody who had the case in hand or spoke about their time, in the order of their addresses.
    pub fn people(&self) -> Vec<Address> {
        let spells = self.spells.iter().map(|spell| &spell.by);
        let said = self.corrected.iter().map(|known| &known.by);
        let mut people: Vec<Address> = spells.chain(said).cloned().collect();
        people.sort();
        people.dedup();
        people
    }

    /// Of one person no two spells overlap.
    fn end_of(&self, by: &Address) -> Timestamp {
        let ends = self.spells.iter().filter(|spell| spell.by == *by).map(|spell| spell.until);
        ends.max().unwrap_or(Timestamp::MIN)
    }

    fn keep(&mut self, spell: Spell) {
        self.spells.push(spell);
        if self.spells.len() > MOST {
            self.spells.remove(0);
        }
    }
}

/// Without fractions of a second.
fn whole(span: SignedDuration) -> SignedDuration {
    SignedDuration::from_secs(span.as_secs().max(0))
}

#[cfg(test)]
mod tests;
