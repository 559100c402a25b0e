//! Languages whose verb stands anywhere: the clause before the date speaks first, then the one behind it, then the
//! sentence, then the date before. Never looks beyond the sentence.

use super::{Cues, REACH, Said, Spot};
use crate::triage::verdict::Role;
use crate::triage::when::links::gap;
use crate::triage::when::word::{Cue, Link};

impl Cues<'_> {
    /// What is said about each slot. Slots are in order.
    pub(super) fn around(&self, slots: &[Spot]) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::with_capacity(slots.len());
        let lists = self.list_ends(slots);
        let mut previous_end = 0;
        for (index, &Spot { start, end, moved, .. }) in slots.iter().enumerate() {
            let sentence = self.stop_before(start);
            let from = sentence.max(previous_end.min(start));
            let behind = lists.get(index).and_then(|&end| slots.get(end));
            let next = behind.map_or(usize::MAX, |slot| slot.start.max(end));
            let to = self.stop_after(end).min(next).min(end + REACH);
            let head = self.clause_start(from, start);
            let tail = self.clause_end(end, to);
            let backward = |from: usize, to: usize| {
                let cues = self.between(from, to);
                let last = cues.iter().rposition(|&(_, _, cue)| Said::by(cue).speaks())?;
                let (start, _, cue) = *cues.get(last)?;
                // nie mogę przyjść, can't make: what stands right before the verb turns it round.
                let before = last.checked_sub(1).and_then(|before| cues.get(before));
                let turned = before.filter(|&&(_, end, before)| {
                    end + 1 >= start && cue == Cue::Want && before == Cue::Excluded
                });
                Some(Said::by(turned.map_or(cue, |turned| turned.2)))
            };
            // "except Thursday", "nie mogę w czwartek": a refusal right before the next date is not about this one.
            let of_next = |until: usize, cue: Cue| {
                cue == Cue::Excluded
                    && self.text.get(until..next).is_some_and(|between| {
                        gap(between, self.tongue).is_some_and(|links| links.only(&[Link::Glue]))
                    })
            };
            let forward = |from: usize, to: usize| {
                let cues = self.between(from, to).iter().filter(|&&(_, until, cue)| !of_next(until, cue));
                cues.map(|&(_, _, cue)| Said::by(cue)).find(Said::speaks)
            };
            let after_move =
                index.checked_sub(1).and_then(|before| slots.get(before)).is_some_and(|slot| slot.moved);
            let here = if moved {
                Some(Said::of(Role::CurrentBooking))
            } else if after_move || self.target(sentence, start) {
                Some(Said::wanted())
            } else {
                let neighbour = said.last().copied().filter(|_| previous_end > sentence);
                backward(head, start)
                    .or_else(|| forward(end, tail))
                    .or_else(|| backward(from, start))
                    .or_else(|| forward(end, to))
                    .or(neighbour)
            };
            let stated = || self.states(from, start) || self.states(end, to);
            said.push(here.unwrap_or_else(|| Said { stated: stated(), ..Said::NOTHING }));
            previous_end = end;
        }
        said
    }

    /// For each slot the index behind the list it stands in: only links between the slots, no moving.
    fn list_ends(&self, slots: &[Spot]) -> Vec<usize> {
        let mut ends = Vec::with_capacity(slots.len());
        let mut end = slots.len();
        let mut next: Option<Spot> = None;
        for (index, here) in slots.iter().enumerate().rev() {
            let joined = next.is_some_and(|next| {
                let between = self.text.get(here.end..next.start);
                // "next week except Thursday" is no list: what is said of one is not said of the other.
                let refused =
                    self.between(here.end, next.start).iter().any(|&(_, _, cue)| cue == Cue::Excluded);
                !here.moved && !refused && between.is_some_and(|between| gap(between, self.tongue).is_some())
            });
            end = if joined { end } else { index + 1 };
            ends.push(end);
            next = Some(*here);
        }
        ends.reverse();
        ends
    }

    /// `move it to Tuesday`, `przełożyć na wtorek`: the date a booking is moved to.
    fn target(&self, sentence: usize, start: usize) -> bool {
        let from = sentence.max(start.saturating_sub(REACH));
        let changes = self.between(from, start).iter().any(|&(_, _, cue)| cue == Cue::Change);
        let mut before = self.text.get(from..start).unwrap_or_default();
        // to the 24th: the article stands between.
        if self.tongue.link_before(before) == Some(Link::Glue) {
            before = before.trim_end().rsplit_once(' ').map_or("", |(rest, _)| rest);
        }
        let before = self.tongue.link_before(before);
        changes && matches!(before, Some(Link::Range | Link::Moved))
    }

    fn clause_start(&self, from: usize, to: usize) -> usize {
        let text = self.text.get(from..to).unwrap_or_default();
        text.rfind([',', ';', ':', '、']).map_or(from, |at| from + at)
    }

    fn clause_end(&self, from: usize, to: usize) -> usize {
        let text = self.text.get(from..to).unwrap_or_default();
        text.find([',', ';', ':', '、']).map_or(to, |at| from + at)
    }
}
