//! A reading reduced to what two sets of rules can be compared by: the decisions, the facts, and who is responsible.
//!
//! Holds no words of the mail that a table could show by mistake: facts are kept apart, to be asked for by name.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::triage::verdict::{Class, Disposition, Reading};

/// What was decided about a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Case, follow-up, machine mail.
    pub disposition: Disposition,
    /// A or B.
    pub class: Option<Class>,
    /// Staff must be asked.
    pub needs_staff: bool,
    /// Marks by meaning, from rules.
    pub marks: Vec<String>,
    /// Where the answer would go. Personal.
    pub email: Option<String>,
    /// Everything that is said in one word.
    words: Vec<String>,
    /// Further decisions by name.
    more: BTreeMap<&'static str, String>,
    /// Facts by name. Personal.
    facts: BTreeMap<&'static str, String>,
    /// Names and places of the rules that spoke.
    rules: Vec<(String, String)>,
}

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which decision or fact.
    pub what: &'static str,
    /// Before. Personal for facts.
    pub old: String,
    /// After. Personal for facts.
    pub new: String,
    /// Whether `old` and `new` hold words of the mail.
    pub personal: bool,
}

impl Decided {
    /// Reduces a reading.
    pub fn of(reading: &Reading) -> Self {
        let (facts, verdict) = (&reading.facts, &reading.verdict);
        let mut words = vec![match verdict.disposition {
            Disposition::Ignored(reason) => format!("ignored:{}", reason.word()),
            Disposition::Case | Disposition::FollowUp | Disposition::Command | Disposition::Quarantined => {
                verdict.disposition.word().to_owned()
            }
        }];
        words.extend(verdict.class.map(|class| class.word().to_owned()));
        words.extend((!verdict.topic.is_empty()).then(|| verdict.topic.clone()));
        for (set, word) in
            [(verdict.urgent, "urgent"), (verdict.needs_staff, "staff"), (verdict.ambiguous, "ambiguous")]
        {
            words.extend(set.then(|| word.to_owned()));
        }
        let more = BTreeMap::from([
            ("template", verdict.template.clone().unwrap_or_default()),
            ("second", verdict.second.as_ref().map_or_else(String::new, |second| second.topic.clone())),
            ("marks", verdict.marks.join(" ")),
            ("missing", facts.missing.join(" ")),
            ("lang", facts.lang.to_owned()),
        ]);
        let said = |found: &Option<crate::triage::verdict::Found<String>>| {
            found.as_ref().map_or_else(String::new, |found| found.value.clone())
        };
        let email = facts.email.as_ref().map(|email| email.value.to_string());
        let dates: Vec<String> = facts
            .wishes
            .iter()
            .map(|wish| {
                let end = wish.end.map_or_else(String::new, |end| format!("/{end}"));
                format!("{}{end} {} {}", wish.start, wish.grain.word(), wish.role.word())
            })
            .collect();
        let facts = BTreeMap::from([
            ("name", said(&facts.name)),
            ("phone", facts.phones.join(" ")),
            ("email", email.clone().unwrap_or_default()),
            ("shop", said(&facts.shop)),
            ("order_no", said(&facts.order_no)),
            ("product", said(&facts.product)),
            ("version", said(&facts.version)),
            ("dates", dates.join(", ")),
            ("content", short(&said(&facts.content))),
        ]);
        let rules = verdict.rules.iter().map(|rule| (rule.name.clone(), rule.file.clone())).collect();
        Self {
            disposition: verdict.disposition,
            class: verdict.class,
            needs_staff: verdict.needs_staff,
            marks: verdict.marks.clone(),
            email,
            words,
            more,
            facts,
            rules,
        }
    }

    /// `case reservation booking urgent`.
    pub fn words(&self) -> String {
        self.words.join(" ")
    }

    /// Whether a person's matter was seen in it.
    pub const fn is_matter(&self) -> bool {
        match self.disposition {
            Disposition::Case | Disposition::FollowUp | Disposition::Command | Disposition::Quarantined => {
                true
            }
            Disposition::Ignored(_) => false,
        }
    }

    /// What differs, decisions first.
    pub fn changes(&self, new: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.words != new.words {
            let (old, new) = (self.words(), new.words());
            changes.push(Change { what: "decision", old, new, personal: false });
        }
        for (was, is, personal) in [(&self.more, &new.more, false), (&self.facts, &new.facts, true)] {
            for (what, old) in was {
                let new = is.get(what).cloned().unwrap_or_default();
                if *old != new {
                    changes.push(Change { what, old: old.clone(), new, personal });
                }
            }
        }
        changes
    }

    /// Every rule that spoke, with its place.
    pub fn spoke(&self) -> Vec<String> {
        self.rules.iter().map(|(name, place)| format!("{place} {name}")).collect()
    }

    /// The rules that spoke for one and not for the other: `+new/ja.toml:9 house-parking`, `-rules/ja.toml:150 ja-access`.
    /// Where the same ones spoke, those of the program are named, if any.
    pub fn responsible(&self, new: &Self) -> Vec<String> {
        let only = |these: &Self, those: &Self, sign: char| -> Vec<String> {
            let theirs = |name: &String| those.rules.iter().any(|(other, _)| other == name);
            let own = these.rules.iter().filter(|(name, _)| !theirs(name));
            own.map(|(name, place)| format!("{sign}{place} {name}")).collect()
        };
        let mut found = only(new, self, '+');
        found.extend(only(self, new, '-'));
        found
    }
}

/// A long text by its size and a sum, so that two can be told apart without keeping them.
fn short(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{} characters, {:08x}", text.chars().count(), hasher.finish() & 0xffff_ffff)
}
