//! Queues, and who gets a case: topic → queue → people with the skill, on shift, not away, with room; of those whoever has
//! the least to do (workflow W5). A person whom the customer names comes first.
//!
//! Pure: who is away and how much everybody holds is handed over with the policy. Nobody is never the answer: where nobody
//! fits, the queue as a whole is asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::calendar::Calendar;
use super::fold::Folded;
use super::id::Address;
use super::people::{Person, Position};
use super::policy::Policy;

/// A queue of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name, unique.
    pub name: String,
    /// The topics that lead to it. A case that is moved here from elsewhere is reckoned as the first of them.
    pub topics: Vec<String>,
    /// What its people must know, all of it.
    pub skills: BTreeSet<String>,
    /// Its people; empty: everybody with the skills.
    pub agents: Vec<Address>,
    /// Who is told when a case enters, besides whoever gets it.
    pub mention: Vec<Address>,
    /// How many cases a person holds at most, where nothing is said of the person.
    pub capacity: u32,
}

/// How a person works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Work {
    /// What they know.
    pub skills: BTreeSet<String>,
    /// How many cases they hold at most; `None`: as the queue says.
    pub capacity: Option<u32>,
    /// When they are there; `None`: always.
    pub shifts: Option<Calendar>,
}

impl Work {
    /// Whether the person is there at an instant.
    pub fn is_on(&self, at: Timestamp) -> bool {
        self.shifts.as_ref().is_none_or(|shifts| shifts.is_open(at))
    }
}

/// What one person holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Open cases.
    pub cases: u32,
    /// When they got the last one.
    pub last: Option<Timestamp>,
}

/// What everybody holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load(pub BTreeMap<Address, Held>);

impl Load {
    /// What a person holds.
    pub fn of(&self, person: &Address) -> Held {
        self.0.get(person).copied().unwrap_or_default()
    }
}

/// Whom a customer may be thinking of, and whose a case is now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// Comes first, where there: the person named, then whoever had the case or the customer's last one.
    pub first: [Option<&'a Address>; 2],
    /// Holds this very case, which is not to count as theirs.
    pub holds: Option<&'a Address>,
    /// Must not get it: they have had their say.
    pub not: Option<&'a Address>,
}

impl Policy {
    /// The queue of this name.
    pub fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// The queue to which a topic leads.
    pub fn queue_of(&self, topic: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.topics.iter().any(|own| own == topic))
    }

    /// The queue a person means by a name: as written, or in another case or width.
    pub fn queue_called(&self, name: &str) -> Option<&Queue> {
        let plain = |name: &str| Folded::new(name.trim()).text().to_lowercase();
        self.queue(name.trim()).or_else(|| {
            let wanted = plain(name);
            self.queues.iter().find(|queue| plain(&queue.name) == wanted)
        })
    }

    /// The people of a queue who belong to this mailbox, in the order of the config; everybody who answers here where it
    /// has none.
    pub fn people_of(&self, queue: &Queue) -> Vec<&Person> {
        let fits = |person: &&Person| {
            let listed = if queue.agents.is_empty() {
                !queue.skills.is_empty() || person.position == Position::Agent
            } else {
                queue.agents.contains(&person.address)
            };
            listed && queue.skills.is_subset(&person.work.skills)
        };
        let found: Vec<&Person> = self.people.iter().filter(fits).collect();
        if found.is_empty() {
            return self.agents().iter().filter_map(|agent| self.person(agent)).collect();
        }
        found
    }

    /// Those of a queue who are on shift; all of them where nobody is.
    pub fn asked_of(&self, queue: &Queue, now: Timestamp) -> Vec<Address> {
        let people = self.people_of(queue);
        let on: Vec<Address> = people
            .iter()
            .filter(|person| person.work.is_on(now) && !self.is_away(&person.address, now))
            .map(|person| person.address.clone())
            .collect();
        if on.is_empty() { people.into_iter().map(|person| person.address.clone()).collect() } else { on }
    }

    /// Whether somebody's mail program has said that they are away, while that counts.
    pub fn is_away(&self, person: &Address, now: Timestamp) -> bool {
        self.away.get(person).is_some_and(|until| *until > now)
    }

    /// Whether a person is on shift and not away.
    pub fn is_there(&self, person: &Address, now: Timestamp) -> bool {
        self.person(person).is_some_and(|known| known.work.is_on(now)) && !self.is_away(person, now)
    }

    /// Who gets a case of a queue: whoever is wished for, else who holds the least of what they can, of two alike who got
    /// one longest ago, then the first in the config. `None`: nobody is there with room, so the queue is asked as a whole.
    pub fn choose(&self, queue: &Queue, wish: Wish<'_>, now: Timestamp) -> Option<Address> {
        let candidates = self.people_of(queue).into_iter().filter_map(|person| {
            let address = &person.address;
            let mut held = self.load.of(address);
            if wish.holds == Some(address) {
                held.cases = held.cases.saturating_sub(1);
            }
            let capacity = person.work.capacity.unwrap_or(queue.capacity);
            let fits = self.is_there(address, now) && held.cases < capacity && wish.not != Some(address);
            fits.then_some((address, held, capacity))
        });
        let candidates: Vec<_> = candidates.collect();
        let wished = wish.first.into_iter().flatten();
        for wished in wished {
            if let Some((address, ..)) = candidates.iter().find(|(address, ..)| *address == wished) {
                return Some((*address).clone());
            }
        }
        // a/b < c/d without fractions; the first of equals stays first.
        let least = candidates.into_iter().min_by(|(_, a, of_a), (_, b, of_b)| {
            let (left, right) =
                (u64::from(a.cases) * u64::from(*of_b), u64::from(b.cases) * u64::from(*of_a));
            left.cmp(&right).then_with(|| a.last.cmp(&b.last))
        });
        least.map(|(address, ..)| address.clone())
    }

    /// The colleague whom a customer asks for by name: 「佐藤さん宛」, 「佐藤さんをお願いします」, "attn: Sato". Nobody where
    /// several are named, or where the name only occurs.
    pub fn named_in(&self, text: &str) -> Option<&Person> {
        if self.queues.is_empty() {
            return None;
        }
        let folded = Folded::new(text).text().to_lowercase();
        let words: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let tight: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
        let mut named = self.people.iter().filter(|person| {
            if person.name.is_ascii() {
                asks_for_in_words(&words, &person.name)
            } else {
                asks_for(&tight, &person.name)
            }
        });
        let found = named.next()?;
        named.next().is_none().then_some(found)
    }
}

/// The same for a name in Latin letters: "attn: Sato", "ask for Sato", "speak to Hanako Sato".
fn asks_for_in_words(words: &[&str], name: &str) -> bool {
    const BEFORE: [&[&str]; 9] = [
        &["attn"],
        &["attention"],
        &["fao"],
        &["attention", "of"],
        &["ask", "for"],
        &["speak", "to"],
        &["speak", "with"],
        &["talk", "to"],
        &["contact"],
    ];
    let name = name.to_lowercase();
    let name: Vec<&str> = name.split_whitespace().collect();
    let starts = (0..words.len()).filter(|at| {
        let here = words.get(*at..).unwrap_or_default();
        here.starts_with(&name)
    });
    let mut before = starts.map(|at| words.get(..at).unwrap_or_default());
    before.any(|before| BEFORE.iter().any(|asks| before.ends_with(asks)))
}

/// Whether a folded text without blanks asks for somebody of this name.
fn asks_for(text: &str, name: &str) -> bool {
    const AFTER: [&str; 14] = [
        "宛",
        "あて",
        "をお願い",
        "にお願い",
        "へお願い",
        "に相談",
        "とお話",
        "に代わ",
        "につない",
        "にお電話",
        "からお電話",
        "をご指名",
        "を指名",
        "にお伝え",
    ];
    const BEFORE: [&str; 9] =
        ["attn:", "attn.", "attention:", "fao", "attentionof", "askfor", "speakto", "speakwith", "contact"];
    const OURS: [&str; 3] = ["担当の", "担当者の", "担当:"];
    let folded = Folded::new(name).text().to_lowercase();
    let whole: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    let family = folded.split_whitespace().next().unwrap_or_default().to_owned();
    [whole, family].iter().filter(|name| name.chars().count() >= 2).any(|name| {
        text.match_indices(name.as_str()).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at.saturating_add(name.len())..).unwrap_or_default();
            let called = ["さん", "様", "さま", "氏"].iter().find_map(|title| after.strip_prefix(title));
            let meant = AFTER.iter().any(|word| called.unwrap_or(after).starts_with(word));
            let ours = called.is_some() && OURS.iter().any(|word| before.ends_with(word));
            // 「小佐藤さん宛」 is somebody else.
            let alone = before.chars().next_back().is_none_or(|c| !is_name(c)) || ours;
            (meant && alone) || ours || BEFORE.iter().any(|word| before.ends_with(word))
        })
    })
}

fn is_name(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || c.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests;
