//! Which facts of a complaint go into a mail to one of us. What the mail looks like is in `render::complaint`.
//!
//! A person who is named sees all of it. Somebody who only has a task sees that task, its deadline and what they said about
//! it: nothing of the customer's, no other task, no note of others.

use jiff::Timestamp;

use crate::live::Live;
use crate::render::InternalMail;
use crate::render::complaint::{ComplaintView, Part, complaint};
use crate::render::voice::Voice;
use crate::token::Token;
use crate::triage::case::Case;
use crate::triage::complaint::{
    Complaint, Duty, Field, How, Objection, Occasion, Piece, Refusal, Task, TaskState, Verdict,
};
use crate::triage::id::Address;
use crate::triage::people::{Lang, Position};
use crate::triage::policy::Policy;

/// A mail about a complaint.
pub struct About<'a> {
    /// The reader.
    pub to: &'a Address,
    /// What the token is good for.
    pub piece: Option<Piece>,
    /// Why the reader gets it.
    pub occasion: &'a Occasion,
    /// The reader's token.
    pub token: Option<&'a Token>,
    /// 0 for the first time, then counting reminders.
    pub reminder: u8,
}

/// Whether the mail still says something: a question that was answered meanwhile is asked of nobody.
pub fn still_wanted(case: &Case, occasion: &Occasion) -> bool {
    let complaint = case.complaint.as_deref();
    match occasion {
        Occasion::Task(number) | Occasion::Stands(number) | Occasion::Late(Duty::Task(number)) => complaint
            .and_then(|complaint| complaint.task(*number))
            .is_some_and(|task| matches!(task.state, TaskState::Open | TaskState::Objected)),
        Occasion::Verdict(version) => complaint.is_some_and(|complaint| {
            complaint.version == *version && matches!(complaint.verdict, Verdict::Asked { .. })
        }),
        Occasion::Late(duty) => complaint.is_some_and(|complaint| complaint.alarms.contains_key(duty)),
        Occasion::Refused(_) => true,
        Occasion::Opened
        | Occasion::Changed
        | Occasion::Missing
        | Occasion::Proposed
        | Occasion::Objected(_)
        | Occasion::Withdrawn(_)
        | Occasion::Closed(_)
        | Occasion::SentBack { .. }
        | Occasion::Approved
        | Occasion::HandedOver
        | Occasion::Ended
        | Occasion::Status => complaint.is_some(),
    }
}

/// The language a person, a contact or anybody else reads.
pub fn voice(live: &Live, to: &Address) -> Voice {
    let person = live.config.people.iter().find(|one| one.address == *to).map(|one| one.lang);
    let contact = || live.config.contacts.iter().find(|one| one.address == *to).map(|one| one.lang);
    Voice::of(person.or_else(contact).unwrap_or(Lang::Ja))
}

/// What somebody is called.
pub fn name_of(live: &Live, address: &Address) -> String {
    let contact = live.config.contacts.iter().find(|contact| contact.address == *address);
    contact.map_or_else(|| super::facts::name_of(live, address), |contact| contact.name.clone())
}

/// The mail.
pub fn mail(live: &Live, case: &Case, about: &About<'_>) -> InternalMail {
    let desk = Reader { live, case, voice: voice(live, about.to), to: about.to };
    let urgent =
        case.complaint.as_deref().filter(|one| one.severity == crate::triage::complaint::Severity::Urgent);
    complaint(&ComplaintView {
        voice: desk.voice,
        to: about.to,
        case: &case.id,
        token: about.token,
        desk: &live.config.approval.address,
        badge: urgent
            .filter(|_| about.piece.is_some())
            .map(|_| desk.voice.complaint_urgent())
            .unwrap_or_default(),
        headline: desk.headline(about.occasion),
        notice: desk.notice(about),
        parts: desk.parts(about),
        verdict: matches!(about.piece, Some(Piece::Verdict(_))) && asks(about.occasion),
        sayings: about.piece.map(|piece| desk.sayings(piece)).unwrap_or_default(),
    })
}

const fn asks(occasion: &Occasion) -> bool {
    matches!(occasion, Occasion::Verdict(_) | Occasion::Late(Duty::Verdict))
}

/// What is owed, in words.
pub fn duty(voice: Voice, duty: Duty) -> String {
    match duty {
        Duty::Fields => voice.complaint_duty_fields(),
        Duty::Proposal => voice.complaint_duty_proposal(),
        Duty::Objection => voice.complaint_duty_objection(),
        Duty::Task(number) => voice.complaint_duty_task(usize::from(number)),
        Duty::Handling => voice.complaint_duty_handling(),
        Duty::Explanation => voice.complaint_duty_explanation(),
        Duty::Verdict => voice.complaint_duty_verdict(),
        Duty::Report => voice.complaint_duty_report(),
    }
}

/// Where the complaint of a case stands, in lines for `STATUS`: what is owed, until when, by whom. Empty where there is none.
pub fn status(voice: Voice, live: &Live, case: &Case) -> Vec<String> {
    let Some(complaint) = case.complaint.as_deref() else { return Vec::new() };
    let zone = live.zone(&case.mailbox);
    let (done, all) = complaint.progress();
    let mut lines = vec![format!(
        "{} {} {done}/{all}",
        voice.complaint_headline_status(),
        voice.complaint_heading_tasks()
    )];
    for (owed, alarm) in &complaint.alarms {
        let who = complaint.owner_of(*owed).map_or_else(|| voice.desk(), |who| name_of(live, who));
        lines.push(format!("{}: {who} ({})", duty(voice, *owed), voice.moment(alarm.due, zone)));
    }
    lines
}

/// Who reads about what.
struct Reader<'a> {
    live: &'a Live,
    case: &'a Case,
    voice: Voice,
    to: &'a Address,
}

impl Reader<'_> {
    fn headline(&self, occasion: &Occasion) -> String {
        let voice = self.voice;
        let number = |number: &u16| usize::from(*number);
        match occasion {
            Occasion::Opened => voice.complaint_headline_opened(),
            Occasion::Changed => voice.complaint_headline_changed(),
            Occasion::Missing => voice.complaint_headline_missing(),
            Occasion::Proposed => voice.complaint_headline_proposed(),
            Occasion::Task(task) => voice.complaint_headline_task(number(task)),
            Occasion::Objected(_) => voice.complaint_headline_objected(),
            Occasion::Stands(task) => voice.complaint_headline_stands(number(task)),
            Occasion::Withdrawn(task) => voice.complaint_headline_withdrawn(number(task)),
            Occasion::Closed(task) => voice.complaint_headline_closed(number(task)),
            Occasion::Verdict(_) => voice.complaint_headline_verdict(),
            Occasion::SentBack { .. } => voice.complaint_headline_sent_back(),
            Occasion::Approved => voice.complaint_headline_approved(),
            Occasion::HandedOver => voice.complaint_headline_handed_over(),
            Occasion::Late(owed) => voice.complaint_headline_late(&duty(voice, *owed)),
            Occasion::Ended => match self.case.complaint.as_deref().and_then(|one| one.ended.as_ref()) {
                Some(ended) if matches!(ended.how, How::Without { .. }) => voice.complaint_headline_without(),
                Some(_) | None => voice.complaint_headline_reported(),
            },
            Occasion::Status => voice.complaint_headline_status(),
            Occasion::Refused(_) => voice.complaint_headline_refused(),
        }
    }

    fn notice(&self, about: &About<'_>) -> Vec<String> {
        let voice = self.voice;
        if let Occasion::Refused(refusal) = about.occasion {
            return self.refusal(refusal);
        }
        let Some(complaint) = self.case.complaint.as_deref() else { return Vec::new() };
        let mut lines = Vec::new();
        match about.occasion {
            Occasion::Opened => lines.push(match &complaint.by {
                Some(by) => voice.complaint_opened_by(&self.name(by)),
                None => voice.complaint_opened_by_topic(),
            }),
            Occasion::Changed if !complaint.people.includes(self.to) => {
                let name = self.name(&complaint.people.responsible);
                lines.push(voice.complaint_passed_on(&complaint.kind, &name));
            }
            Occasion::Task(number) | Occasion::Stands(number) => {
                lines.extend(
                    complaint.task(*number).map(|task| voice.complaint_task_due(&voice.day(task.day))),
                );
            }
            Occasion::Objected(number) => {
                let found = number.checked_sub(1).and_then(|at| complaint.objections.get(usize::from(at)));
                lines.extend(found.map(|objection| self.objection(objection)));
            }
            Occasion::Closed(number) => {
                if let Some(Task { who, state: TaskState::Done { note, .. }, .. }) = complaint.task(*number) {
                    lines.push(voice.complaint_closed_by(&self.name(who), note));
                }
            }
            Occasion::SentBack { reason } if !reason.is_empty() => {
                lines.push(voice.complaint_because(reason))
            }
            Occasion::Approved => lines.push(voice.complaint_report_follows()),
            Occasion::Late(owed) => {
                let due = complaint.alarms.get(owed).map(|alarm| self.moment(alarm.due));
                lines.extend(due.map(|due| voice.complaint_late_since(&due)));
                lines.push(match complaint.owner_of(*owed) {
                    Some(owner) => voice.complaint_late_owner(&self.name(owner)),
                    None => voice.complaint_late_desk(),
                });
                if about.reminder > 1 {
                    let since = due_of(complaint, *owed).map(|at| self.moment(at)).unwrap_or_default();
                    lines.push(voice.reminder(usize::from(about.reminder), &since));
                }
            }
            Occasion::Ended => {
                if let Some(How::Without { by, reason }) = complaint.ended.as_ref().map(|ended| &ended.how) {
                    lines.push(voice.complaint_ended_by(&self.name(by)));
                    lines.push(voice.complaint_because(reason));
                }
            }
            Occasion::Changed
            | Occasion::Missing
            | Occasion::Proposed
            | Occasion::Withdrawn(_)
            | Occasion::Verdict(_)
            | Occasion::SentBack { .. }
            | Occasion::HandedOver
            | Occasion::Status
            | Occasion::Refused(_) => {}
        }
        if self.sees_all(complaint) {
            let people = (self.name(&complaint.people.responsible), self.name(&complaint.people.manager));
            lines.push(voice.complaint_people(&people.0, &people.1));
            let open = complaint.unanswered();
            if complaint.solution.is_some() && !open.is_empty() {
                lines.push(self.unanswered(&open));
            }
        }
        if matches!(about.piece, Some(Piece::Lead | Piece::Verdict(_) | Piece::Fields)) {
            lines.push(voice.complaint_public());
        }
        lines
    }

    fn refusal(&self, refusal: &Refusal) -> Vec<String> {
        let voice = self.voice;
        let word = |word: &str| crate::render::wording::command(voice, word);
        let policy = self.live.policy(&self.case.mailbox);
        let kinds = policy
            .complaints
            .as_deref()
            .map(|rules| rules.kinds.iter().map(|kind| kind.name.clone()).collect::<Vec<_>>().join(" / "));
        vec![match refusal {
            Refusal::NotYours { word: said } => voice.complaint_not_yours(&word(said)),
            Refusal::NoComplaint => voice.complaint_none(),
            Refusal::NotConfigured => voice.complaint_not_configured(),
            Refusal::WhichKind => voice.complaint_which_kind(&kinds.unwrap_or_default()),
            Refusal::Fields { unknown, wrong } => {
                let mut lines = Vec::new();
                if !unknown.is_empty() {
                    lines.push(voice.complaint_unknown_fields(&unknown.join(", ")));
                }
                if !wrong.is_empty() {
                    let wrong: Vec<String> = wrong.iter().map(|field| self.field(field)).collect();
                    lines.push(voice.complaint_wrong_fields(&wrong.join(", ")));
                }
                return lines;
            }
            Refusal::Incomplete => voice.complaint_incomplete(),
            Refusal::Unanswered(numbers) => self.unanswered(numbers),
            Refusal::Unknown(people) => voice.complaint_unknown_people(&people.join(", ")),
            Refusal::Begun => voice.complaint_begun(),
            Refusal::NoSolution => voice.complaint_no_solution(),
            Refusal::Past => voice.complaint_past(),
            Refusal::Settled => voice.complaint_settled(),
            Refusal::StillOpen { word: said } => voice.complaint_still_open(&word(said)),
            Refusal::OwnWork => voice.complaint_own_work(),
        }]
    }

    fn parts(&self, about: &About<'_>) -> Vec<Part> {
        let Some(complaint) = self.case.complaint.as_deref() else { return Vec::new() };
        let voice = self.voice;
        if matches!(about.occasion, Occasion::Refused(_) | Occasion::Ended | Occasion::Withdrawn(_)) {
            return Vec::new();
        }
        let all = self.sees_all(complaint);
        let theirs = |task: &Task| task.who == *self.to;
        let tasks = complaint.live_tasks().filter(|(_, task)| all || theirs(task));
        let tasks = tasks.map(|(number, task)| self.task(number, task, all)).collect();
        let tasks = part(voice.complaint_heading_tasks(), tasks);
        // What the customer wrote is for whoever deals with the complaint; a task says itself what it needs.
        if !all {
            return vec![tasks];
        }
        let fields = part(voice.complaint_heading_fields(), self.fields(complaint));
        let demands = (1..).zip(complaint.demands.iter().zip(complaint.answers()));
        let demands = demands.map(|(number, (demand, answer)): (usize, _)| match answer.as_str() {
            "" => format!("{number}. {demand}"),
            answer => format!("{number}. {demand}\n   → {answer}"),
        });
        let demands = part(voice.complaint_heading_demands(), demands.collect());
        let missing =
            self.policy().complaints.as_deref().map(|rules| complaint.missing(rules)).unwrap_or_default();
        let missing = missing.iter().map(|field| self.field(field)).collect();
        let open = complaint.objections.iter().filter(|one| !one.settled);
        let text = |one: &Option<crate::triage::complaint::Statement>| {
            one.as_ref().map(|one| one.text.clone()).into_iter().collect::<Vec<_>>()
        };
        let solution = complaint.solution.as_ref().map(|solution| solution.statement.text.clone());
        vec![
            part(voice.complaint_heading_missing(), missing),
            part(voice.complaint_heading_objections(), open.map(|one| self.objection(one)).collect()),
            part(voice.complaint_heading_cause(), text(&complaint.cause)),
            part(voice.complaint_heading_prevention(), text(&complaint.prevention)),
            tasks,
            part(voice.complaint_heading_solution(), solution.into_iter().collect()),
            fields,
            demands,
            part(voice.complaint_heading_deadlines(), self.deadlines(complaint)),
        ]
    }

    fn fields(&self, complaint: &Complaint) -> Vec<String> {
        let head = format!("{}: {} {}", self.field(&Field::Kind), complaint.kind, complaint.severity.word());
        let shown = complaint.fields.iter();
        let shown = shown.map(|(label, value)| format!("{}: {value}", self.field(&Field::called(label))));
        let seller = complaint.people.seller.as_ref();
        let seller = seller.map(|seller| format!("{}: {}", self.field(&Field::Seller), self.name(seller)));
        [head].into_iter().chain(shown).chain(seller).collect()
    }

    fn deadlines(&self, complaint: &Complaint) -> Vec<String> {
        let voice = self.voice;
        let due = &complaint.deadlines;
        let owed = |duty| complaint.alarms.contains_key(&duty);
        let line = |text: String, open: bool| {
            if open { text } else { format!("{text} ({})", voice.complaint_done()) }
        };
        let explained = complaint.cause.is_some() && complaint.prevention.is_some();
        vec![
            line(voice.complaint_by_fields(&self.moment(due.fields)), owed(Duty::Fields)),
            line(voice.complaint_by_proposal(&self.moment(due.proposal)), owed(Duty::Proposal)),
            line(voice.complaint_by_handling(&self.moment(due.handling)), owed(Duty::Handling)),
            line(voice.complaint_by_explanation(&self.moment(due.explanation)), !explained),
        ]
    }

    fn task(&self, number: u16, task: &Task, all: bool) -> String {
        let voice = self.voice;
        let name = self.name(&task.who);
        let line = voice.complaint_task_line(usize::from(number), &name, &voice.day(task.day), &task.text);
        match &task.state {
            TaskState::Done { note, .. } if all || task.who == *self.to => {
                format!("{line} [{}]", voice.complaint_task_done(note))
            }
            TaskState::Objected => format!("{line} [{}]", voice.complaint_task_objected()),
            TaskState::Done { .. } | TaskState::Open | TaskState::Withdrawn { .. } => line,
        }
    }

    fn objection(&self, objection: &Objection) -> String {
        let (voice, name) = (self.voice, self.name(&objection.by));
        match objection.task {
            Some(number) => voice.complaint_objection_task(&name, usize::from(number), &objection.reason),
            None => voice.complaint_objection_whole(&name, &objection.reason),
        }
    }

    fn sayings(&self, piece: Piece) -> Vec<String> {
        let voice = self.voice;
        let mut said = match piece {
            Piece::Fields => vec![voice.complaint_say_fields()],
            Piece::Lead => vec![
                voice.complaint_say_propose(),
                voice.complaint_say_task(),
                voice.complaint_say_proceed(),
                voice.complaint_say_explain(),
                voice.complaint_say_fields(),
            ],
            Piece::Task(_) => vec![voice.complaint_say_close(), voice.complaint_say_object()],
            Piece::Verdict(_) => vec![voice.complaint_say_verdict()],
            Piece::Named => vec![voice.complaint_say_object_named()],
        };
        let manager = self.case.complaint.as_deref().is_some_and(|one| one.people.manager == *self.to);
        let supervisor =
            self.policy().person(self.to).is_some_and(|one| one.position == Position::Supervisor);
        if (manager || supervisor) && !matches!(piece, Piece::Task(_)) {
            said.push(voice.complaint_say_heads());
        }
        said.push(voice.complaint_say_note());
        said
    }

    /// Whether the reader is somebody named or at the desk; whoever else reads has a task and nothing more.
    fn sees_all(&self, complaint: &Complaint) -> bool {
        complaint.people.includes(self.to) || self.policy().person(self.to).is_some()
    }

    fn unanswered(&self, demands: &[u16]) -> String {
        let numbers: Vec<String> = demands.iter().map(ToString::to_string).collect();
        self.voice.complaint_unanswered(&numbers.join(", "))
    }

    fn field(&self, field: &Field) -> String {
        match field.english() {
            Some(english) if self.voice != Voice::DESK => format!("{} ({english})", field.label()),
            Some(_) | None => field.label().to_owned(),
        }
    }

    fn policy(&self) -> &Policy {
        self.live.policy(&self.case.mailbox)
    }

    fn name(&self, address: &Address) -> String {
        name_of(self.live, address)
    }

    fn moment(&self, at: Timestamp) -> String {
        self.voice.moment(at, self.live.zone(&self.case.mailbox))
    }
}

fn due_of(complaint: &Complaint, owed: Duty) -> Option<Timestamp> {
    complaint.alarms.get(&owed).map(|alarm| alarm.due)
}

fn part(heading: String, lines: Vec<String>) -> Part {
    Part { heading, lines }
}
