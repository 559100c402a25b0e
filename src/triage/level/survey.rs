//! What is wrong with a table over all cases there can be. Knows no file: whoever reads one says where a cell stands.

use super::{Key, Priority, Table, Tier};

/// What a look at a whole table finds. Cells go by their place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey<K> {
    /// Cases for which no cell is written, in as few keys as say them all.
    pub missing: Vec<Key<K>>,
    /// Two cells for the same: the first, and the one that never counts.
    pub doubled: Vec<(usize, usize)>,
    /// Cells that never count, because others say more about each of their cases.
    pub unreachable: Vec<usize>,
}

impl<K: PartialEq + Clone> Table<K> {
    /// Looks at every case there can be, with these sources or types.
    pub fn survey(&self, kinds: &[K]) -> Survey<K> {
        let tiers = Tier::WORDS.map(|(_, tier)| tier);
        let priorities = Priority::WORDS.map(|(_, priority)| priority);
        let mut counts = vec![false; self.cells.len()];
        let mut uncovered: Vec<(Tier, &K, Priority)> = Vec::new();
        for tier in tiers {
            for kind in kinds {
                for priority in priorities {
                    match self.cell(tier, Some(kind), priority) {
                        Some(found) => {
                            let place = self.cells.iter().position(|cell| std::ptr::eq(cell, found));
                            if let Some(counted) = place.and_then(|place| counts.get_mut(place)) {
                                *counted = true;
                            }
                        }
                        None => uncovered.push((tier, kind, priority)),
                    }
                }
            }
        }
        let mut doubled = Vec::new();
        let mut unreachable = Vec::new();
        for (place, cell) in self.cells.iter().enumerate() {
            let first = self.cells.iter().position(|other| other.key == cell.key).unwrap_or(place);
            if first < place {
                doubled.push((first, place));
            } else if counts.get(place) == Some(&false) {
                unreachable.push(place);
            }
        }
        Survey { missing: gathered(&tiers, kinds, &priorities, uncovered), doubled, unreachable }
    }
}

/// Single cases put together into keys with open columns, the widest first.
fn gathered<K: PartialEq + Clone>(
    tiers: &[Tier],
    kinds: &[K],
    priorities: &[Priority],
    mut left: Vec<(Tier, &K, Priority)>,
) -> Vec<Key<K>> {
    let all = left.clone();
    let mut keys: Vec<Key<K>> = Vec::new();
    for tier in open_or(tiers) {
        for kind in open_or(kinds) {
            for priority in open_or(priorities) {
                keys.push(Key { tier, kind: kind.clone(), priority });
            }
        }
    }
    keys.sort_by_key(Key::rank);
    let size = |key: &Key<K>| {
        let of = |named: bool, count: usize| if named { 1 } else { count };
        of(key.tier.is_some(), tiers.len())
            * of(key.kind.is_some(), kinds.len())
            * of(key.priority.is_some(), priorities.len())
    };
    keys.retain(|key| {
        let meant = |one: &&(Tier, &K, Priority)| key.fits(one.0, Some(one.1), one.2);
        if all.iter().filter(meant).count() < size(key) || !left.iter().any(|one| meant(&one)) {
            return false;
        }
        left.retain(|one| !meant(&one));
        true
    });
    keys
}

/// Left open, then each by name.
fn open_or<T: Clone>(all: &[T]) -> impl Iterator<Item = Option<T>> + '_ {
    std::iter::once(None).chain(all.iter().cloned().map(Some))
}
