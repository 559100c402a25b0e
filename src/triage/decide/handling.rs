//! Keeps who has the case in hand, from the words that are recorded: one place for all commands and all acts by hand.
//! Decides nothing else.

use jiff::SignedDuration;
use jiff::civil::Date;

use super::plan::Plan;
use crate::triage::case::{Case, Owner, Step};
use crate::triage::effect::{Notice, Question};
use crate::triage::handling::Clock;
use crate::triage::id::Address;

/// Words that are no end of anything: whoever says them has the case in hand. Every other word of a person is a decision.
const REMARKS: [&str; 9] = ["メモ", "電話×", "確認", "依頼", "分類", "優先", "通話中", "遠隔", STATUS];
/// What people arrange, which begins and ends nothing by itself.
const ARRANGED: [&str; 3] = ["担当", "時間", Case::AWAY];
/// By hand, by nobody we can name; whoever the case was assigned to has done it.
const BY_HAND: [&str; 5] = [
    Case::HANDLED_BY_HAND,
    Case::ANSWERED_ELSEWHERE,
    Case::SHOP_BY_HAND,
    Case::ANSWERED_BY_HAND,
    Case::ARCHIVED_BY_HAND,
];
/// A look at a case; it is in no record.
const STATUS: &str = "STATUS";

impl Plan<'_> {
    /// Something was recorded about the case.
    pub(super) fn hear_of_work(&mut self, by: Option<&Address>, what: &str) {
        let assigned = match self.case.open().map(|open| &open.owner) {
            Some(Owner::Agent(agent)) => Some(agent.clone()),
            Some(Owner::Desk | Owner::Shop(_) | Owner::Supervisors | Owner::Customer | Owner::Machine)
            | None => None,
        };
        match by {
            None if what == Case::TAKEN_IN_HAND => match assigned {
                Some(agent) => self.works(&agent),
                None => self.case.handling.taken(self.now),
            },
            None if BY_HAND.contains(&what) => {
                if let Some(agent) = assigned {
                    self.works(&agent);
                    self.case.handling.over(&agent);
                }
            }
            None => {}
            Some(by) if self.policy.person(by).is_none() || ARRANGED.contains(&what) => {}
            Some(by) if REMARKS.contains(&what) => self.works(by),
            Some(by) => {
                let own = || self.case.checks.iter().filter(|check| check.of == *by);
                let answered = own().find(|check| check.answered == Some(self.now));
                let asked = answered.or_else(|| own().max_by_key(|check| check.at)).map(|check| check.at);
                let clock = Clock {
                    now: self.now,
                    calendar: &self.policy.calendar,
                    reckoning: &self.policy.handling,
                };
                self.case.handling.decided(by, asked.filter(|_| what == "回答"), clock);
                if let Some(due) = self.case.due().filter(|_| what == "保留") {
                    self.case.handling.rests(due);
                }
            }
        }
    }

    /// A person looks at the case, or says a word that decides nothing.
    pub(super) fn works(&mut self, by: &Address) {
        if self.policy.person(by).is_some() && self.in_hands() {
            let clock =
                Clock { now: self.now, calendar: &self.policy.calendar, reckoning: &self.policy.handling };
            self.case.handling.word(by, clock);
        }
    }

    /// A colleague gets the case: whoever had it in hand is done with it, unless they took it themselves.
    pub(super) fn hands_over(&mut self, by: &Address, to: &Address) {
        // Who only says whose it is, as supervisors do, has not had it in hand.
        if by != to && self.case.handling.running.iter().any(|running| running.by == *by) {
            self.works(by);
            self.case.handling.over(by);
        }
        self.works(to);
    }

    /// A question was put: from here on it lies before people.
    pub(super) fn lies_before(&mut self, question: Question) {
        match question {
            Question::Approve | Question::Write | Question::Unknown | Question::Quarantine => {
                self.case.handling.asked(self.now);
            }
            Question::Shop | Question::Outcome | Question::Undo | Question::Check | Question::LongCall => {}
        }
    }

    /// A person says how many minutes the call took that they have just recorded (workflow W2).
    pub(super) fn called(&mut self, by: &Address, minutes: u32) {
        if self.policy.person(by).is_some() {
            self.case.handling.called(by, minutes, self.now);
        }
    }

    /// While the customer or a shop has the word nobody here has the case in hand.
    pub(super) fn settle_handling(&mut self) {
        if !self.in_hands() {
            self.case.handling.left();
        }
    }

    /// Whether the desk has the word.
    fn in_hands(&self) -> bool {
        match self.case.open().map(|open| &open.step) {
            Some(
                Step::Drafted { .. }
                | Step::Asked { .. }
                | Step::AtDesk { .. }
                | Step::Quarantined { .. }
                | Step::Unknown { .. },
            ) => true,
            Some(
                Step::Sending { .. }
                | Step::AwaitingReply { .. }
                | Step::Answered { .. }
                | Step::Complaint { .. }
                | Step::AtShop { .. },
            )
            | None => false,
        }
    }
}

/// `時間 15m`, `時間 8/27 40m`: how long the person was at it. Without a day it is the last one on which they had the case in
/// hand. They hear which day it was.
pub(super) fn put_right(plan: &mut Plan<'_>, by: &Address, minutes: u32, day: Option<Date>) {
    let reckoning = &plan.policy.handling;
    let today = reckoning.day_of(plan.now);
    // Nobody was at a case before it came, nor on a day that has not begun.
    if day.is_some_and(|day| day < reckoning.day_of(plan.case.opened) || day > today) {
        plan.answer(by, Notice::NotUnderstood { why: "spent_time".to_owned() });
        return;
    }
    let known = plan.case.handling.last_day(by, reckoning);
    let day = day.or(known).unwrap_or(today);
    correct(plan, by, minutes, day);
    plan.answer(by, Notice::Spent { day });
}

/// How long the person was at it on a day.
pub(super) fn correct(plan: &mut Plan<'_>, by: &Address, minutes: u32, day: Date) {
    plan.case.handling.correct(by, day, SignedDuration::from_mins(i64::from(minutes)), plan.now);
    plan.record(Some(by), "時間", &format!("{day} {minutes}m"));
}
