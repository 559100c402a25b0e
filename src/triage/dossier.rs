//! What a case gathers beside its matter: what the customer gave of what is needed, why they wrote (「DMをみた」), what was
//! said by telephone (workflow W2). Holds it and never decides; what a topic needs is said in `needs`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::id::Address;

/// Calls kept of one case; beyond them the oldest goes.
const MOST_CALLS: usize = 20;
/// Characters kept of a value or a note.
const LONGEST: usize = 200;
/// Values, names and tags kept of one kind: a hostile form can ask for very many.
const MOST: usize = 40;

/// What a case gathers. Empty for a case that nothing of the kind is known of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// Given fields by their name in the rules (`version`, `order_no`), as typed. Name, number, address and shop are the
    /// customer's own ([`super::case::Customer`]), and the product has its own place: they are not repeated here.
    pub given: BTreeMap<String, String>,
    /// The product that the customer named or ticked.
    pub product: Option<String>,
    /// Other products of ours that the customer named besides that one: who ticks "Tough" may own a "mini".
    pub named: BTreeSet<String>,
    /// Why they wrote, by the names of the rules' tags: `DMをみた`.
    pub tags: BTreeSet<String>,
    /// Calls, oldest first.
    pub calls: Vec<Call>,
    /// Somebody is on the telephone.
    pub on_call: Option<OnCall>,
    /// The support group was told of a long call, and it is not over.
    pub long: Option<LongCall>,
    /// When remote guidance (『遠隔案内』) was last offered, and by whom.
    pub remote: Option<Guidance>,
    /// Who took the telephone call that the case began with; its first mail is that person's own.
    pub taken_by: Option<Address>,
}

/// One telephone call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who called.
    pub by: Address,
    /// When it was reported.
    pub at: Timestamp,
    /// How long it took, in minutes, where that was said or measured.
    pub minutes: Option<u32>,
    /// How it went.
    pub outcome: CallOutcome,
    /// What was said; may be empty.
    pub note: String,
}

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallOutcome {
    /// Somebody was spoken to.
    Talked,
    /// Nobody picked up.
    NoAnswer,
}

impl CallOutcome {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Talked => "talked",
            Self::NoAnswer => "no_answer",
        }
    }
}

/// A call that is still going on (`通話中`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnCall {
    /// Who is on the telephone.
    pub by: Address,
    /// Since when.
    pub since: Timestamp,
}

/// A call of more than twenty minutes that the support group knows of, until somebody says 済 (workflow W2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongCall {
    /// Who is, or was, on the telephone.
    pub by: Address,
    /// Since when the group knows; also what its mails belong to.
    pub at: Timestamp,
    /// How long it took; `None`: it still runs.
    pub minutes: Option<u32>,
    /// Who has been told, or is about to be.
    pub told: BTreeSet<Address>,
}

/// Remote guidance that was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidance {
    /// By whom.
    pub by: Address,
    /// When.
    pub at: Timestamp,
}

impl Dossier {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in what a further mail says: the new word counts, and what it does not say stays known.
    pub fn take(&mut self, new: &Self) {
        // Whoever names the product again has said which one it is.
        if let Some(product) = &new.product {
            self.product = Some(cut(product));
            self.named.clear();
        }
        let given = new.given.iter().map(|(name, value)| (name.clone(), cut(value)));
        self.given.extend(given);
        self.named.extend(new.named.iter().map(|name| cut(name)));
        if let Some(product) = &self.product {
            self.named.remove(product);
        }
        self.tags.extend(new.tags.iter().map(|tag| cut(tag)));
        while self.given.len() > MOST {
            self.given.pop_last();
        }
        for set in [&mut self.named, &mut self.tags] {
            while set.len() > MOST {
                set.pop_last();
            }
        }
    }

    /// Keeps a call.
    pub fn called(&mut self, call: Call) {
        self.calls.push(Call { note: cut(&call.note), ..call });
        if self.calls.len() > MOST_CALLS {
            self.calls.remove(0);
        }
    }

    /// How often nobody has picked up since somebody last did, and when the last time was.
    pub fn unanswered(&self) -> Option<(usize, Timestamp)> {
        let since = self.calls.iter().rev().take_while(|call| call.outcome == CallOutcome::NoAnswer);
        let last = self.calls.last().filter(|call| call.outcome == CallOutcome::NoAnswer)?;
        Some((since.count(), last.at))
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

/// Minutes as people write them before a note: `25m`, `25分`, `1h10m`, `1時間10分`, `90min`; and what follows. `None`: the
/// text begins with no length of time, and all of it is the note.
pub fn minutes(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let (first, unit, rest) = part(text)?;
    let (total, rest) = match unit {
        Unit::Minutes => (first, rest),
        Unit::Hours => {
            let half = rest.strip_prefix('半').map(|rest| (30, rest));
            let more = part(rest).filter(|(_, unit, _)| *unit == Unit::Minutes);
            let (more, rest) = half.or(more.map(|(more, _, rest)| (more, rest))).unwrap_or((0, rest));
            (first.checked_mul(60)?.checked_add(more)?, rest)
        }
    };
    let ends = |c: char| c.is_whitespace() || matches!(c, '、' | ',' | '，' | '。' | '.' | ':' | '：');
    // 「25分ほど話した」 is a note, not a figure.
    if !rest.is_empty() && !rest.starts_with(ends) {
        return None;
    }
    (total <= MOST_MINUTES).then(|| (total, rest.trim_start_matches(ends)))
}

/// Nobody telephones longer than a day.
const MOST_MINUTES: u32 = 24 * 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hours,
    Minutes,
}

/// A figure and its unit.
fn part(text: &str) -> Option<(u32, Unit, &str)> {
    const UNITS: [(&str, Unit); 12] = [
        ("時間", Unit::Hours),
        ("hours", Unit::Hours),
        ("hour", Unit::Hours),
        ("hrs", Unit::Hours),
        ("h", Unit::Hours),
        ("分間", Unit::Minutes),
        ("分", Unit::Minutes),
        ("minutes", Unit::Minutes),
        ("mins", Unit::Minutes),
        ("min", Unit::Minutes),
        ("ｍ", Unit::Minutes),
        ("m", Unit::Minutes),
    ];
    let digits: String = text.chars().map_while(figure).take(5).collect();
    let width = text.chars().map_while(|c| figure(c).map(|_| c.len_utf8())).take(5).sum();
    let rest = text.get(width..)?.trim_start_matches(' ');
    let number = digits.parse().ok()?;
    let lower = rest.to_ascii_lowercase();
    let (word, unit) = UNITS.iter().find(|(word, _)| lower.starts_with(word))?;
    Some((number, *unit, rest.get(word.len()..)?))
}

/// A figure, narrow or wide.
fn figure(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c).checked_sub(0xfee0)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("25m 内容", Some((25, "内容"))),
            ("25分 内容", Some((25, "内容"))),
            ("２５分、内容", Some((25, "内容"))),
            ("1h10m 再インストール", Some((70, "再インストール"))),
            ("1時間10分 再インストール", Some((70, "再インストール"))),
            ("1時間半 再インストール", Some((90, "再インストール"))),
            ("1時間", Some((60, ""))),
            ("2 hours done", Some((120, "done"))),
            ("90min: done", Some((90, "done"))),
            ("25m", Some((25, ""))),
            ("0分", Some((0, ""))),
            ("25分ほど話した", None),
            ("25mm のネジ", None),
            ("内容 25m", None),
            ("9/1に来店", None),
            ("", None),
            ("99999m", None),
            ("1500分", None),
            ("123456789012h", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn a_new_word_about_the_product_settles_which_one_it_is() {
        let said = |model: Option<&str>, named: &[&str]| Dossier {
            product: model.map(str::to_owned),
            named: named.iter().map(|name| (*name).to_owned()).collect(),
            ..Dossier::default()
        };
        let mut dossier = Dossier::default();
        dossier.take(&said(Some("Tough"), &["mini"]));
        assert_eq!(dossier.named.len(), 1, "ticked one, owns the other");
        dossier.take(&said(None, &["Tough"]));
        assert_eq!(dossier.named, BTreeSet::from(["mini".to_owned()]), "the given one is no other");
        dossier.take(&said(Some("mini"), &[]));
        assert_eq!((dossier.product.as_deref(), dossier.named.len()), (Some("mini"), 0));
    }

    #[test]
    fn unanswered_calls_are_counted_since_somebody_picked_up() {
        let by = Address::parse("a@example.com").unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut dossier = Dossier::default();
        let mut call = |second, outcome| {
            let (by, note) = (by.clone(), String::new());
            dossier.called(Call { by, at: at(second), minutes: None, outcome, note });
            dossier.unanswered()
        };
        assert_eq!(call(1, CallOutcome::NoAnswer), Some((1, at(1))));
        assert_eq!(call(2, CallOutcome::NoAnswer), Some((2, at(2))));
        assert_eq!(call(3, CallOutcome::Talked), None);
        assert_eq!(call(4, CallOutcome::NoAnswer), Some((1, at(4))));
        for second in 0..100 {
            call(second, CallOutcome::NoAnswer);
        }
        assert_eq!(dossier.calls.len(), MOST_CALLS);
    }
}
