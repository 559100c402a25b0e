//! The people and places round the desk: shops, their absences, agents and supervisors.
//!
//! Plain values made from the config, already checked. Nothing here reads a file or knows today's date.

use jiff::civil::Date;

use super::command::Away;
use super::draft::Values;
use super::id::Address;
use super::queue::Work;
use super::words;

/// A shop or branch that answers what a call centre may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Name as customers write it.
    pub name: String,
    /// Where its staff read mail.
    pub addresses: Vec<Address>,
    /// Telephone number as shown to customers, with hyphens.
    pub phone: Option<String>,
    /// How to get there; may have several lines.
    pub access: Option<String>,
    /// Opening hours in words; may have several lines.
    pub hours: Option<String>,
    /// When its staff are away, in the order of the config.
    pub absences: Vec<Absence>,
}

impl Shop {
    /// The absence that covers a day; the first written wins.
    pub fn absent_on(&self, day: Date) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.away.from <= day && day <= absence.away.until)
    }

    /// What templates may say about the shop: `shop_…`.
    pub fn describe(&self, values: &mut Values) {
        values.set("shop_name", &*self.name);
        let optional =
            [("shop_phone", &self.phone), ("shop_access", &self.access), ("shop_hours", &self.hours)];
        for (name, value) in optional {
            values.set(name, value.as_deref().unwrap_or(""));
        }
    }
}

/// A time when staff of a shop are away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// From, until (both away) and the day they are back, later than `until`.
    pub away: Away,
    /// Who is away, as a customer may read it: `担当スタッフの山本`; `None` = the shop as a whole.
    pub who: Option<String>,
}

impl Absence {
    /// What templates may say about the absence: `away_…`, days in the words of a language.
    pub fn describe(&self, values: &mut Values, lang: &str) {
        values.set("away_from", words::day(self.away.from, lang));
        values.set("away_until", words::day(self.away.until, lang));
        values.set("away_back", words::day(self.away.back, lang));
        values.set("away_who", self.who.as_deref().unwrap_or(""));
    }
}

/// Somebody who answers approval mails or reads reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name others call them by, unique.
    pub name: String,
    /// Their own mail address, unique.
    pub address: Address,
    /// What they may do.
    pub position: Position,
    /// Language of the mails they get.
    pub lang: Lang,
    /// How they work in queues.
    pub work: Work,
}

/// Somebody who gets mails about a case and answers them, and never decides about a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name others call them by, unique among people and contacts.
    pub name: String,
    /// Their own mail address, unique.
    pub address: Address,
    /// Language of the mails they get.
    pub lang: Lang,
}

/// People who can have questions about one case at the same time, and so members of a group: a stored case is bounded.
pub const MOST_ASKED: usize = 16;

/// Several people and contacts under one name; at most [`MOST_ASKED`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name others call it by, unique among people, contacts and groups.
    pub name: String,
    /// Who belongs to it, in the order of the config.
    pub members: Vec<Address>,
}

/// A language that mails to our own people are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Lang {
    /// Japanese, the desk's own.
    #[default]
    Ja,
    /// English.
    En,
    /// Polish.
    Pl,
}

impl Lang {
    /// All of them, the desk's own first.
    pub const ALL: [Self; 3] = [Self::Ja, Self::En, Self::Pl];

    /// The word in the config and in HTML.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
            Self::Pl => "pl",
        }
    }
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Answers approval mails.
    Agent,
    /// Also gets the night report and what nobody answered.
    Supervisor,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_absence_covers_its_first_and_last_day_and_is_put_in_words() {
        let shop = Shop {
            name: "新宿院".to_owned(),
            addresses: Vec::new(),
            phone: None,
            access: None,
            hours: None,
            absences: vec![Absence {
                away: Away { from: date(2026, 8, 27), until: date(2026, 8, 29), back: date(2026, 8, 30) },
                who: None,
            }],
        };
        let mut values = Values::default();
        shop.describe(&mut values);
        shop.absences[0].describe(&mut values, "ja");
        let said: Vec<_> = values.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            said,
            ["away_back=8月30日(日)", "away_from=8月27日(木)", "away_until=8月29日(土)", "shop_name=新宿院"]
        );
        for (day, away) in [(26, false), (27, true), (29, true), (30, false)] {
            assert_eq!(shop.absent_on(date(2026, 8, day)).is_some(), away, "8/{day}");
        }
    }
}
