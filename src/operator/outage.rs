//! Which mailboxes are silent, and who has heard of it. Pure: the instant and what was seen are arguments.
//!
//! An outage begins with the first failure, or when nothing is heard for long although no failure is known (then the
//! watch itself may be stuck). It becomes an alarm when it has lasted as long as the config allows, or at once when only a
//! person can help. Each route hears of it once, is reminded, and hears of the end; a route that never heard of an
//! outage is not told that it is over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::triage::id::MailboxName;

/// A mailbox that cannot be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The last sign of life, or the first failure.
    pub since: Timestamp,
    /// What is wrong; empty when nothing is known to be.
    pub why: String,
    /// Somebody must mend the config or the account.
    pub needs_person: bool,
    /// It has become an alarm.
    pub alarm: bool,
    /// When it ended.
    pub over: Option<Timestamp>,
    /// When each route last heard of it.
    pub told: [Option<Timestamp>; 2],
}

/// A way to reach the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A mail through the sending server.
    Mail,
    /// A program.
    Command,
}

impl Route {
    const fn index(self) -> usize {
        match self {
            Self::Mail => 0,
            Self::Command => 1,
        }
    }
}

/// What is seen of one mailbox at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// How long nothing was heard, by the monotonic clock.
    pub quiet: Duration,
    /// How long that may be.
    pub limit: Duration,
    /// Whether it was ever looked at in this run.
    pub looked: bool,
    /// What is wrong, and whether it needs a person.
    pub trouble: Option<(String, bool)>,
}

/// What a route is to be told: names in the order of the alphabet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// Silent, and not told yet.
    pub silent: BTreeMap<MailboxName, Outage>,
    /// Silent still.
    pub still: BTreeMap<MailboxName, Outage>,
    /// Heard of again.
    pub back: BTreeMap<MailboxName, Outage>,
}

impl Telling {
    /// Nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.silent.is_empty() && self.still.is_empty() && self.back.is_empty()
    }
}

/// Every outage there is.
#[derive(Debug, Clone, Default)]
pub struct Book {
    outages: BTreeMap<MailboxName, Outage>,
    /// Found in the store at start: how long they have lasted is known by wall time only.
    carried: BTreeSet<MailboxName>,
}

impl Book {
    /// Goes on with the outages of an earlier run.
    pub fn carried_over(outages: BTreeMap<MailboxName, Outage>) -> Self {
        let carried = outages.keys().cloned().collect();
        Self { outages, carried }
    }

    /// One outage.
    pub fn get(&self, name: &MailboxName) -> Option<&Outage> {
        self.outages.get(name)
    }

    /// Takes in what is seen of every watched mailbox. Says which outages were changed, begun or forgotten.
    pub fn review(&mut self, now: Timestamp, sights: &BTreeMap<MailboxName, Sight>) -> BTreeSet<MailboxName> {
        let mut changed = BTreeSet::new();
        // A mailbox that is no longer watched is nobody's trouble.
        self.outages.retain(|name, _| sights.contains_key(name) || !changed.insert(name.clone()));
        for (name, sight) in sights {
            let before = self.outages.get(name).cloned();
            let after = self.next(name, before.clone(), sight, now);
            if after == before {
                continue;
            }
            changed.insert(name.clone());
            match after {
                Some(outage) => drop(self.outages.insert(name.clone(), outage)),
                None => drop(self.outages.remove(name)),
            }
        }
        changed
    }

    fn next(
        &self,
        name: &MailboxName,
        before: Option<Outage>,
        sight: &Sight,
        now: Timestamp,
    ) -> Option<Outage> {
        let overdue = sight.quiet >= sight.limit;
        if sight.trouble.is_none() && !overdue {
            // Right after a start nothing is known yet, and an outage of before may last.
            return match before {
                Some(outage) if !sight.looked => Some(outage),
                Some(outage) if outage.alarm => {
                    let over = outage.over.or(Some(now));
                    Some(Outage { over, ..outage }).filter(|outage| !outage.is_settled())
                }
                Some(_) | None => None,
            };
        }
        let (why, needs_person) = sight.trouble.clone().unwrap_or_default();
        let started = || {
            let quiet = SignedDuration::try_from(sight.quiet).unwrap_or(SignedDuration::ZERO);
            now.checked_sub(quiet).unwrap_or(now)
        };
        let since = before.as_ref().map_or_else(started, |before| before.since);
        let carried = self.carried.contains(name) && !sight.looked;
        let wall = Duration::try_from(now.duration_since(since)).unwrap_or_default();
        let lasted = if carried { wall.max(sight.quiet) } else { sight.quiet };
        let was_alarm = before.as_ref().is_some_and(|before| before.alarm && before.over.is_none());
        // Back and silent again before anybody heard that it was back: one outage.
        let again = before.as_ref().is_some_and(|before| before.over.is_some());
        let alarm = was_alarm || needs_person || lasted >= sight.limit;
        if again && !alarm {
            return before;
        }
        let told = before.map_or([None; 2], |before| before.told);
        Some(Outage { since, why, needs_person, alarm, over: None, told })
    }

    /// What a route is to be told now.
    pub fn due(&self, route: Route, now: Timestamp, remind: Duration) -> Telling {
        let mut telling = Telling::default();
        for (name, outage) in self.outages.iter().filter(|(_, outage)| outage.alarm) {
            let told = outage.told_by(route);
            let list = match (outage.over, told) {
                (None, None) => &mut telling.silent,
                (None, Some(told)) if is_past(told, remind, now) => &mut telling.still,
                (Some(_), Some(_)) => &mut telling.back,
                (None, Some(_)) | (Some(_), None) => continue,
            };
            list.insert(name.clone(), outage.clone());
        }
        telling
    }

    /// A route was told. Says which outages were changed or forgotten.
    pub fn told(&mut self, route: Route, now: Timestamp, telling: &Telling) -> BTreeSet<MailboxName> {
        let mut changed = BTreeSet::new();
        for name in telling.silent.keys().chain(telling.still.keys()) {
            if let Some(told) = self.outages.get_mut(name).and_then(|it| it.told.get_mut(route.index())) {
                *told = Some(now);
                changed.insert(name.clone());
            }
        }
        for name in telling.back.keys() {
            let Some(outage) = self.outages.get_mut(name) else { continue };
            if let Some(told) = outage.told.get_mut(route.index()) {
                *told = None;
            }
            if outage.over.is_some() && outage.is_settled() {
                self.outages.remove(name);
            }
            changed.insert(name.clone());
        }
        changed
    }
}

impl Outage {
    /// When a route last heard of it.
    pub fn told_by(&self, route: Route) -> Option<Timestamp> {
        self.told.get(route.index()).copied().flatten()
    }

    /// No route is left that has heard of it and not of its end.
    fn is_settled(&self) -> bool {
        self.told.iter().all(Option::is_none)
    }
}

/// Whether so much wall time has passed. A clock that was set back counts as passed: one reminder too many is better
/// than none for a year.
fn is_past(told: Timestamp, span: Duration, now: Timestamp) -> bool {
    now < told || Duration::try_from(now.duration_since(told)).unwrap_or_default() >= span
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(900);
    const REMIND: Duration = Duration::from_secs(86_400);

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn name(name: &str) -> MailboxName {
        MailboxName::parse(name).unwrap()
    }

    /// What is seen of mailbox `a`: minutes of quiet, and what is wrong.
    fn sight(quiet: u64, looked: bool, trouble: Option<(&str, bool)>) -> Sight {
        Sight {
            quiet: Duration::from_secs(quiet * 60),
            limit: LIMIT,
            looked,
            trouble: trouble.map(|(what, person)| (what.to_owned(), person)),
        }
    }

    /// Plays a day and writes down what each route was told: `minute route silent/still/back`.
    fn play(book: &mut Book, steps: &[(i64, Sight)], routes: &[Route]) -> Vec<String> {
        let mut told = Vec::new();
        for (minute, sight) in steps {
            let now = at(*minute);
            book.review(now, &BTreeMap::from([(name("a"), sight.clone())]));
            for route in routes {
                let telling = book.due(*route, now, REMIND);
                for (word, list) in
                    [("silent", &telling.silent), ("still", &telling.still), ("back", &telling.back)]
                {
                    if !list.is_empty() {
                        told.push(format!("{minute} {route:?} {word}"));
                    }
                }
                book.told(*route, now, &telling);
            }
        }
        told
    }

    const REFUSED: Option<(&str, bool)> = Some(("refused", false));

    #[test]
    fn an_outage_is_told_once_and_so_is_its_end() {
        for (case, steps, expected) in [
            ("healthy", vec![(0, sight(0, true, None)), (1, sight(1, true, None))], vec![]),
            (
                "short",
                vec![
                    (0, sight(1, true, REFUSED)),
                    (14, sight(14, true, REFUSED)),
                    (16, sight(0, true, None)),
                ],
                vec![],
            ),
            (
                "long",
                vec![
                    (0, sight(1, true, REFUSED)),
                    (15, sight(15, true, REFUSED)),
                    (16, sight(16, true, REFUSED)),
                    (40, sight(0, true, None)),
                    (41, sight(1, true, None)),
                ],
                vec!["15 Mail silent", "40 Mail back"],
            ),
            (
                "stuck without a word",
                vec![(0, sight(14, true, None)), (1, sight(15, true, None)), (2, sight(0, true, None))],
                vec!["1 Mail silent", "2 Mail back"],
            ),
            ("a wrong password", vec![(0, sight(0, false, Some(("sign-in", true))))], vec!["0 Mail silent"]),
            (
                "reminded each day",
                vec![
                    (15, sight(15, true, REFUSED)),
                    (1454, sight(1454, true, REFUSED)),
                    (1455, sight(1455, true, REFUSED)),
                    (1456, sight(1456, true, REFUSED)),
                ],
                vec!["15 Mail silent", "1455 Mail still"],
            ),
            (
                "the wall clock goes back by a day",
                vec![
                    (1500, sight(15, true, REFUSED)),
                    (60, sight(16, true, REFUSED)),
                    (61, sight(17, true, REFUSED)),
                ],
                vec!["1500 Mail silent", "60 Mail still"],
            ),
            (
                "the wall clock jumps ahead by an hour: nothing is silent by that",
                vec![(0, sight(1, true, REFUSED)), (61, sight(2, true, REFUSED)), (62, sight(0, true, None))],
                vec![],
            ),
        ] {
            assert_eq!(play(&mut Book::default(), &steps, &[Route::Mail]), expected, "{case}");
        }
    }

    #[test]
    fn a_restart_repeats_nothing_and_forgets_nothing() {
        let mut book = Book::default();
        play(&mut book, &[(15, sight(15, true, REFUSED))], &[Route::Mail]);
        let mut book = Book::carried_over(book.outages);
        let told = play(
            &mut book,
            &[
                (16, sight(0, false, None)),
                (17, sight(1, false, REFUSED)),
                (40, sight(23, false, REFUSED)),
                (41, sight(0, true, None)),
            ],
            &[Route::Mail],
        );
        assert_eq!(told, ["41 Mail back"]);
        assert!(book.outages.is_empty());
    }

    #[test]
    fn an_outage_lasts_over_restarts() {
        // Stopped and started every few minutes: silent all the same.
        let mut book = Book::default();
        play(&mut book, &[(5, sight(5, false, REFUSED))], &[Route::Mail]);
        let mut book = Book::carried_over(book.outages);
        let told = play(
            &mut book,
            &[(10, sight(0, false, None)), (11, sight(1, false, REFUSED)), (15, sight(5, false, REFUSED))],
            &[Route::Mail],
        );
        assert_eq!(told, ["15 Mail silent"]);
    }

    #[test]
    fn each_route_goes_by_itself() {
        let mut book = Book::default();
        let silent = [(15, sight(15, true, REFUSED))];
        // Mail is dead: only the program hears of it, and only the program hears that it is over.
        assert_eq!(play(&mut book, &silent, &[Route::Command]), ["15 Command silent"]);
        let over = [(20, sight(0, true, None)), (21, sight(1, true, None))];
        assert_eq!(play(&mut book, &over, &[Route::Mail, Route::Command]), ["20 Command back"]);
        assert!(book.outages.is_empty());
    }

    #[test]
    fn a_mailbox_that_is_no_longer_watched_is_forgotten() {
        let mut book = Book::default();
        play(&mut book, &[(15, sight(15, true, REFUSED))], &[]);
        assert_eq!(book.review(at(16), &BTreeMap::new()), BTreeSet::from([name("a")]));
        assert!(book.get(&name("a")).is_none());
    }
}
