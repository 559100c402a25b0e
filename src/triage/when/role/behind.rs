//! Languages whose verb stands last: what is said of a date stands behind it, but for a topic before it (電話は18時以降).
//!
//! Read from right to left, so that what is said of the last date reaches the ones before it in the same sentence.

use super::{Cues, REACH, Said, Spot};
use crate::triage::verdict::Role;
use crate::triage::when::links::{gap, leading};
use crate::triage::when::word::{Cue, Link};

/// Farthest a past verb stands behind its date when the sentence goes on to a wish, in bytes of folded text.
const NEAR: usize = 18;

/// Longest piece between a topic's word and its date (電話 に出られるのは 18時), in bytes of folded text.
const TOPIC: usize = 36;

/// Longest end of a verb that stands right before its date (予約してい る 12日), in characters.
const ENDING: usize = 3;

/// What the cues behind a date say, up to the next one.
#[derive(Debug, Clone, Copy)]
struct Behind {
    said: Said,
    /// A booking is named.
    held: bool,
    /// Something else is said of the date before the clause ends with a reason (17日は仕事なので).
    reason: bool,
}

/// The date behind the one being read.
#[derive(Debug, Clone, Copy)]
struct Next {
    start: usize,
    /// It names a day.
    day: bool,
    said: Said,
    /// Its verb moves a booking.
    moving: bool,
    /// It has a role of its own that the date before may not change.
    fixed: bool,
}

impl Cues<'_> {
    /// What is said about each slot. Slots are in order.
    pub(super) fn behind(&self, slots: &[Spot]) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::with_capacity(slots.len());
        let mut next: Option<Next> = None;
        // The date behind is struck out on its own line (17日 NG): a line of a list, not the end of a sentence.
        let mut struck = false;
        for (index, &Spot { start, end, moved, day }) in slots.iter().enumerate().rev() {
            let before = index.checked_sub(1).and_then(|index| slots.get(index)).map_or(0, |slot| slot.end);
            let stop = self.stop_after(end).min(end + REACH);
            let line = self.line_after(end);
            let limit = next.map_or(usize::MAX, |next| next.start.max(end));
            let mut behind = self.decide(end, line.min(limit));
            let own = behind.said.role == Some(Role::Excluded);
            if !behind.said.speaks() && line < limit && line < stop {
                behind = self.decide(end, stop.min(limit));
            }
            let (mut here, held) = (behind.said, behind.held);
            let in_sentence = limit < stop;
            let mut changes = self
                .between(end, stop.min(limit))
                .iter()
                .any(|&(_, _, cue)| matches!(cue, Cue::Change | Cue::ChangeTo));
            let lead = self.lead(before.min(start), start);
            let mut fixed = false;
            let mut led = false;
            if moved {
                here = Said::of(Role::CurrentBooking);
                if in_sentence && next.is_some_and(|next| !next.fixed) {
                    take(&mut said);
                }
            } else if let Some(lead) = lead.filter(|lead| overrules(*lead, here)) {
                (here, fixed, led) = (lead, true, lead.topic);
            } else if struck && here.role.is_none() && limit > line && self.ends_item(end, line) {
                here = Said { role: None, ..here };
            } else if let (false, true, Some(next)) = (here.speaks(), in_sentence, next) {
                let target = matches!(next.said.role, Some(Role::Wish | Role::CurrentBooking));
                let links = gap(self.text.get(end..next.start).unwrap_or_default(), self.tongue);
                let listed =
                    links.as_ref().is_some_and(|links| !links.has(Link::Range) && !links.has(Link::Moved));
                let moved = links.as_ref().is_some_and(|links| links.has(Link::Moved));
                let takes =
                    (held || (!listed && next.said.role == Some(Role::Wish))) && next.moving && target;
                here = if (moved && (target || next.said.role.is_none())) || takes {
                    // 8/20→8/21, 27日の予約を28日の同じ時間に変更: the later one is wanted.
                    take(&mut said);
                    Said::of(Role::CurrentBooking)
                } else if behind.reason && next.day {
                    Said::of(if held { Role::CurrentBooking } else { Role::Mention })
                } else {
                    next.said
                };
                changes |= next.moving && listed;
            }
            if !here.speaks() {
                here.stated = self.states(end, stop.min(limit));
            }
            struck = own;
            if led {
                self.spread(slots.get(index..).unwrap_or_default(), &mut said, here);
            }
            said.push(here);
            // A booking named behind the date itself is what is changed, not the target.
            next = Some(Next { start, day, said: here, moving: changes && !held, fixed });
        }
        said.reverse();
        said
    }

    /// What a topic says goes for the dates that are joined to the first one (電話は12時か18時以降に).
    fn spread(&self, slots: &[Spot], said: &mut [Said], here: Said) {
        let mut end = slots.first().map_or(0, |slot| slot.end);
        for (slot, later) in slots.iter().skip(1).zip(said.iter_mut().rev()) {
            let between = self.text.get(end..slot.start);
            if between.is_none_or(|between| gap(between, self.tongue).is_none()) {
                break;
            }
            (*later, end) = (here, slot.end);
        }
    }

    /// What a topic before the date says (NGなのは, 電話は), or a verb that ends right before it (予約していた12日).
    fn lead(&self, before: usize, start: usize) -> Option<Said> {
        let from = self.stop_before(start).max(before).max(start.saturating_sub(REACH));
        let &(_, end, cue) = self.between(from, start).last()?;
        let rest = self.text.get(end..start)?;
        let said = if cue == Cue::Call { Said::of(Role::Callback) } else { Said::by(cue) };
        let said = Said { topic: true, ..said };
        if rest.contains('\n') {
            return None;
        }
        // 予約(12日10時), 予約が12日に: held, unless it is asked for.
        if cue == Cue::Held && matches!(rest.trim(), "(" | "が") {
            return Some(Said { topic: true, ..Said::of(Role::CurrentBooking) });
        }
        let bare = rest.trim_end_matches([' ', '、', ',', ':']);
        let colon = bare.is_empty() && rest.contains(':');
        let topic = colon || self.tongue.topics.iter().any(|word| bare.ends_with(word.as_str()));
        if topic && rest.len() <= TOPIC && !bare.contains('、') && !self.over(bare) {
            return Some(said).filter(Said::speaks);
        }
        let hiragana = |c: char| matches!(c, 'ぁ'..='ん');
        let ending = rest.chars().count() <= ENDING && rest.chars().all(hiragana);
        let verb = ending && gap(rest, self.tongue).is_none_or(|links| links.list.is_empty());
        let before = (cue == Cue::Booking && (verb || rest == "の"))
            || (cue == Cue::Past && verb)
            || (cue == Cue::Last && (rest.is_empty() || gap(rest, self.tongue).is_some()));
        before.then_some(Said { topic: false, ..said })
    }

    /// A verb in the past stands in it (電話した件は).
    fn over(&self, text: &str) -> bool {
        ["た", "件"].iter().any(|word| text.contains(word))
    }

    /// A line of a list ends here: no comma or か leads on to the next one.
    fn ends_item(&self, end: usize, line: usize) -> bool {
        let rest = self.text.get(end..line).unwrap_or_default().trim_end();
        !rest.ends_with([',', '、', 'か', 'と', 'や', 'は', 'も'])
    }

    /// The first deciding cue from one place to another, and what is passed on the way.
    fn decide(&self, from: usize, to: usize) -> Behind {
        let mut behind = Behind { said: Said::NOTHING, held: false, reason: false };
        let (mut past, mut verb, mut aside, mut due) = (false, from, false, false);
        for &(start, end, cue) in self.between(self.onto(from), to) {
            match cue {
                Cue::Held => {
                    behind.held = true;
                    if self.done(end) {
                        behind.said = Said { past, ..Said::of(Role::CurrentBooking) };
                        return behind;
                    }
                }
                // した is past, したい a wish, したら a condition.
                Cue::Past => match self.text.get(end..).and_then(|rest| rest.chars().next()) {
                    Some('い' | 'く') => {
                        behind.said = Said { past, ..Said::wanted() };
                        return behind;
                    }
                    Some('ら' | 'り' | 'し' | 'だ') => {}
                    // 先ほど教えていただいた: said of something else.
                    _ if aside => {}
                    _ => {
                        past = true;
                        verb = start;
                    }
                },
                Cue::ChangeTo => {
                    let near =
                        self.text.get(from..start).is_some_and(|between| gap(between, self.tongue).is_some());
                    behind.said = if near && !behind.held {
                        Said { past, ..Said::wanted() }
                    } else {
                        Said { past, ..Said::of(Role::CurrentBooking) }
                    };
                    return behind;
                }
                Cue::MakeTo => {
                    let between = self.text.get(from..start).unwrap_or_default();
                    if gap(between, self.tongue).is_some() && !behind.held {
                        behind.said = Said { past, ..Said::wanted() };
                        return behind;
                    }
                }
                Cue::Nothing | Cue::Last | Cue::Call => {}
                Cue::Reason => behind.reason |= self.says_more(from, start),
                Cue::Aside => aside = true,
                Cue::Due => due |= start <= from,
                Cue::Ask if due => break,
                // さっき予約した宿から: said of something else.
                Cue::Booking if aside && !self.ends_clause(end) => {}
                Cue::Ask if self.done(end) => {
                    // お願いしていた: asked for already.
                    behind.said = Said { past, ..Said::of(Role::CurrentBooking) };
                    return behind;
                }
                Cue::Ask
                | Cue::Want
                | Cue::Excluded
                | Cue::Booking
                | Cue::Change
                | Cue::Callback
                | Cue::Mention => {
                    // 14時に、先ほど教えていただいた店から…お願いします: the past verb belongs to something else.
                    let comma =
                        self.text.get(from..verb).is_some_and(|between| between.contains(['、', ',']));
                    let past = past && verb - from <= NEAR && !comma;
                    let mut said = Said { past, ..Said::by(cue) };
                    if cue == Cue::Ask {
                        // 14時でお願いします is clear, wherever it stands.
                        let between = self.text.get(from..start).unwrap_or_default();
                        said.explicit = gap(between, self.tongue).is_some();
                    }
                    behind.said = said;
                    return behind;
                }
            }
        }
        if due {
            behind.said.role = Some(Role::Mention);
        }
        behind.said.past = past;
        behind
    }

    /// Behind the verb the clause ends; a noun would make it a word about something else.
    fn ends_clause(&self, at: usize) -> bool {
        let next = self.text.get(at..).and_then(|rest| rest.chars().next());
        next.is_none_or(|c| !c.is_alphabetic() || matches!(c, 'ぁ'..='ん'))
    }

    /// A cue may begin with the last word of a date (14時 までに).
    fn onto(&self, at: usize) -> usize {
        let index = self.cues.partition_point(|&(start, _, _)| start < at);
        let last = index.checked_sub(1).and_then(|index| self.cues.get(index));
        last.filter(|&&(_, end, _)| end >= at).map_or(at, |&(start, _, _)| start)
    }

    /// What was wanted is settled already (予約 を取っている, お願い していた).
    fn done(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        self.tongue.done.iter().any(|ending| {
            rest.strip_prefix(ending.as_str())
                .is_some_and(|rest| !rest.starts_with(['い', 'く', 'ら', 'り', 'だ']))
        })
    }

    /// More than the date itself is said before a reason ends (17日ですが is only a topic).
    fn says_more(&self, from: usize, to: usize) -> bool {
        let text = self.text.get(from..to).unwrap_or_default();
        let rest = text.get(leading(text, self.tongue).len..).unwrap_or_default();
        rest.chars().filter(|c| c.is_alphabetic()).count() > 1
    }
}

/// A topic counts unless a stronger word stands behind the date: 電話は18時にお願いします is about the call.
fn overrules(lead: Said, behind: Said) -> bool {
    match lead.role {
        Some(Role::Callback | Role::Mention) => true,
        Some(Role::CurrentBooking | Role::Excluded | Role::Past) => !behind.explicit,
        Some(Role::Wish) | None => !behind.speaks(),
    }
}

/// The date read last is wanted after all.
fn take(said: &mut [Said]) {
    if let Some(later) = said.last_mut() {
        *later = Said::wanted();
    }
}
