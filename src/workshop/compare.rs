//! Old rules against new ones, and both against what people did with the mails.
//!
//! What people did is known from marks, from labels and from the answers they sent; where nothing tells, nothing is
//! judged. Words of a mail come out only in fields that say `personal`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::answers::Answer;
use super::bench::Mail;
use super::decided::{Change, Decided};
use crate::config::Marks;
use crate::triage::id::{Address, Fingerprint, MessageId};
use crate::triage::label::{ASKED_SHOP, AWAITING_REPLY, HANDLED, STATE_MARKS};
use crate::triage::verdict::{Class, Disposition};

/// A mail this much older than the newest one, with no mark and no answer, was left alone on purpose.
const LEFT_ALONE: SignedDuration = SignedDuration::from_hours(48);

/// Everything that came of a comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Mails that are read in two ways; without other rules, those that are read otherwise than people took them.
    pub rows: Vec<Row>,
    /// The figures.
    pub totals: Totals,
}

/// One mail of interest.
#[derive(Debug)]
pub struct Row {
    /// Where it lies.
    pub name: String,
    /// Its subject. Personal.
    pub subject: String,
    /// What the rules in force decide.
    pub old: String,
    /// What the other rules decide.
    pub new: String,
    /// What differs.
    pub changes: Vec<Change>,
    /// What people did, in words; empty where nothing tells.
    pub people: String,
    /// Which rules suit that better.
    pub judged: Judged,
    /// Rules that spoke for one and not for the other.
    pub rules: Vec<String>,
}

/// Which of two readings suits what people did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Only the new one.
    Better,
    /// Only the old one.
    Worse,
    /// Both, or neither.
    Alike,
    /// Nothing tells what people did.
    Unknown,
}

impl Judged {
    /// The word for tables and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Alike => "alike",
            Self::Unknown => "unknown",
        }
    }
}

/// The figures of a comparison, in mails.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Mails that were read; each once, wherever it lies.
    pub mails: usize,
    /// Mails that lay there twice.
    pub twice: usize,
    /// Read in two ways.
    pub changed: usize,
    /// A person's matter before, machine mail now.
    pub silenced: usize,
    /// Machine mail before, a person's matter now.
    pub raised: usize,
    /// Mails of which is known what people did.
    pub known: usize,
    /// Of these, read as people took them: by the rules in force, by the others.
    pub right: (usize, usize),
    /// Only the new rules read it so.
    pub better: usize,
    /// Only the old rules read it so.
    pub worse: usize,
    /// Each question on its own: how many mails tell, how often each set of rules is right.
    pub questions: BTreeMap<&'static str, (usize, usize, usize)>,
}

impl Totals {
    /// By how many mails the new rules are worse than the old ones; 0 when they are not.
    pub const fn worse_by(&self) -> usize {
        self.right.0.saturating_sub(self.right.1)
    }
}

/// What people did with a mail.
#[derive(Debug, Default)]
struct Deed {
    /// Somebody took it as a person's matter, or did not.
    matter: Option<bool>,
    /// They answered it as A or B.
    class: Option<Class>,
    /// They left it to the shop.
    shop: bool,
    /// Marks that rules set.
    marks: BTreeSet<String>,
    /// The same in words.
    words: Vec<String>,
    /// Some mark of ours is on it, whatever it tells.
    touched: bool,
}

/// Compares. `window`: how long after a mail an answer to its address counts as its answer. `two`: there are other rules.
pub fn compare(
    mails: Vec<Mail>,
    answers: &[Answer],
    marks: &[&Marks],
    window: SignedDuration,
    two: bool,
) -> Comparison {
    let book = Book::of(answers);
    let mut known = BTreeSet::<Fingerprint>::new();
    let mut comparison = Comparison::default();
    let mut deeds = Vec::new();
    for mail in mails {
        if known.insert(mail.fingerprint) {
            deeds.push((deed(&mail, marks, book.answer(&mail, window)), mail));
        } else {
            comparison.totals.twice += 1;
        }
    }
    // Where nobody marks or answers anything, silence tells nothing.
    if deeds.iter().any(|(deed, _)| deed.matter == Some(true)) {
        let newest = deeds.iter().filter_map(|(_, mail)| mail.sent).max();
        for (deed, mail) in &mut deeds {
            let old =
                mail.sent.zip(newest).is_some_and(|(sent, newest)| newest.duration_since(sent) > LEFT_ALONE);
            if old && !deed.touched && deed.matter.is_none() {
                deed.matter = Some(false);
                deed.words.push("left alone".to_owned());
            }
        }
    }
    for (deed, mail) in deeds {
        comparison.add(&deed, mail, two);
    }
    comparison
}

impl Comparison {
    fn add(&mut self, deed: &Deed, mail: Mail, two: bool) {
        let totals = &mut self.totals;
        let changes = mail.old.changes(&mail.new);
        let (old, new) = (deed.judge(&mail.old), deed.judge(&mail.new));
        for (question, right) in &old {
            let tally = totals.questions.entry(question).or_default();
            tally.0 += 1;
            tally.1 += usize::from(*right);
        }
        for (question, right) in &new {
            totals.questions.entry(question).or_default().2 += usize::from(*right);
        }
        let right = |judged: &[(&str, bool)]| judged.iter().all(|(_, right)| *right);
        let told = !old.is_empty() || !new.is_empty();
        let judged = match (told, right(&old), right(&new)) {
            (false, _, _) => Judged::Unknown,
            (true, false, true) => Judged::Better,
            (true, true, false) => Judged::Worse,
            (true, _, _) => Judged::Alike,
        };
        totals.mails += 1;
        totals.changed += usize::from(!changes.is_empty());
        totals.silenced += usize::from(mail.old.is_matter() && !mail.new.is_matter());
        totals.raised += usize::from(!mail.old.is_matter() && mail.new.is_matter());
        totals.known += usize::from(told);
        totals.right.0 += usize::from(told && right(&old));
        totals.right.1 += usize::from(told && right(&new));
        totals.better += usize::from(judged == Judged::Better);
        totals.worse += usize::from(judged == Judged::Worse);
        let of_interest = if two { !changes.is_empty() } else { told && !right(&old) };
        if of_interest {
            let rules = if two { mail.old.responsible(&mail.new) } else { mail.old.spoke() };
            self.rows.push(Row {
                name: mail.name,
                subject: mail.subject,
                old: mail.old.words(),
                new: mail.new.words(),
                changes,
                people: deed.words.join(", "),
                judged,
                rules,
            });
        }
    }
}

impl Deed {
    /// Each question that this mail answers, and whether the reading answers it alike.
    fn judge(&self, decided: &Decided) -> Vec<(&'static str, bool)> {
        let mut judged = Vec::new();
        judged.extend(self.matter.map(|matter| ("matter", matter == decided.is_matter())));
        // A follow-up has no class.
        let class = self.class.filter(|_| decided.disposition == Disposition::Case);
        judged.extend(class.map(|class| ("class", decided.class == Some(class))));
        judged.extend(self.shop.then_some(("staff", decided.needs_staff)));
        let there = |mark: &String| decided.marks.contains(mark);
        judged.extend((!self.marks.is_empty()).then(|| ("marks", self.marks.iter().all(there))));
        judged
    }
}

fn deed(mail: &Mail, marks: &[&Marks], answer: Option<&Answer>) -> Deed {
    let mut deed = Deed::default();
    let mut took = |words: &mut Vec<String>, word: &str| {
        deed.matter = Some(true);
        words.push(word.to_owned());
    };
    let mut words = Vec::new();
    let meanings: BTreeSet<&str> = mail
        .tags
        .words
        .iter()
        .flat_map(|word| {
            marks.iter().filter_map(move |marks| {
                marks.meaning_of_keyword(word).or_else(|| marks.meaning_of_label(word))
            })
        })
        .collect();
    for meaning in meanings.iter().filter(|meaning| [HANDLED, AWAITING_REPLY, ASKED_SHOP].contains(meaning)) {
        took(&mut words, meaning);
    }
    if let Some(answer) = answer {
        let template = answer.template.as_ref().map(|template| format!("answered ({})", template.name));
        took(&mut words, template.as_deref().unwrap_or("answered"));
    } else if mail.tags.answered {
        took(&mut words, "answered");
    }
    if mail.tags.junk && deed.matter.is_none() {
        deed.matter = Some(false);
        words.push("junk".to_owned());
    }
    let template = answer.and_then(|answer| answer.template.as_ref());
    deed.shop = meanings.contains(ASKED_SHOP) || template.is_some_and(|template| template.staff);
    deed.class = match template {
        // Chosen whatever the class is.
        Some(template) if template.staff => None,
        Some(template) => template.class,
        None => meanings.contains(AWAITING_REPLY).then_some(Class::Reservation),
    };
    deed.touched = !meanings.is_empty();
    let state = |meaning: &&&str| STATE_MARKS.contains(*meaning);
    deed.marks =
        meanings.iter().filter(|meaning| !state(meaning)).map(|meaning| (*meaning).to_owned()).collect();
    words.extend(deed.marks.iter().cloned());
    deed.words = words;
    deed
}

/// Sent mails by what they answer and by whom they went to.
struct Book<'a> {
    by_id: BTreeMap<&'a MessageId, &'a Answer>,
    by_address: BTreeMap<&'a Address, Vec<(Timestamp, &'a Answer)>>,
}

impl<'a> Book<'a> {
    fn of(answers: &'a [Answer]) -> Self {
        let (mut by_id, mut by_address) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        for answer in answers {
            for id in &answer.about {
                by_id.entry(id).or_insert(answer);
            }
            if let Some(at) = answer.at {
                for address in &answer.to {
                    by_address.entry(address).or_default().push((at, answer));
                }
            }
        }
        by_address.values_mut().for_each(|sent| sent.sort_by_key(|(at, _)| *at));
        Self { by_id, by_address }
    }

    /// The answer that names the mail; else the first one to its writer within the window. An answer to a form's mail
    /// names nothing that the customer ever saw.
    fn answer(&self, mail: &Mail, window: SignedDuration) -> Option<&'a Answer> {
        if let Some(answer) = mail.id.as_ref().and_then(|id| self.by_id.get(id)) {
            return Some(answer);
        }
        let sent = mail.sent?;
        let emails = [&mail.old.email, &mail.new.email];
        emails.into_iter().flatten().find_map(|email| {
            let answers = self.by_address.get(&Address::parse(email)?)?;
            let from = answers.partition_point(|(at, _)| *at < sent);
            let (at, answer) = answers.get(from)?;
            (at.duration_since(sent) <= window).then_some(*answer)
        })
    }
}
