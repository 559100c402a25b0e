//! Dates that a test expects, and how they are held against those that were read.
//!
//! Knows dates only; `expect` knows everything else that can be expected.

use jiff::civil::{Date, DateTime};

use crate::config::section::{Problem, Section};
use crate::config::value::choice;
use crate::triage::verdict::{Grain, Role, Wish};

/// A date that is expected. What is `None` is not compared.
#[derive(Debug)]
pub(super) struct Slot {
    start: String,
    /// Empty: there must be none.
    end: Option<String>,
    grain: Option<Grain>,
    role: Role,
    choice: Option<u32>,
}

const GRAINS: [Grain; 9] = [
    Grain::Second,
    Grain::Minute,
    Grain::Hour,
    Grain::Part,
    Grain::Day,
    Grain::Week,
    Grain::Month,
    Grain::Quarter,
    Grain::Year,
];
const ROLES: [Role; 6] =
    [Role::Wish, Role::Excluded, Role::Past, Role::CurrentBooking, Role::Callback, Role::Mention];
/// Reads one entry of `wishes`; what is wrong with it is noted in the document.
pub(super) fn read(section: &Section<'_>) -> Option<Slot> {
    let start =
        section.need("start", section.parsed("start", moment), "such as start = \"2026-08-29T14:00\"");
    let end = section.parsed("end", |text| if text.is_empty() { Ok(String::new()) } else { moment(text) });
    let grains = GRAINS.map(|grain| (grain.word(), grain));
    let grain = section.parsed("grain", |text| choice(text, &grains));
    let roles = ROLES.map(|role| (role.word(), role));
    let role = section.choice("role", &roles, Role::Wish);
    let order = section.has("choice").then(|| u32::try_from(section.number("choice", 1, 99, 1)).unwrap_or(1));
    section.finish();
    Some(Slot { start: start?, end, grain, role, choice: order })
}

/// A day, or a wall time to the minute, as [`Wish`] writes it.
fn moment(text: &str) -> Result<String, Problem> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return Ok(date.to_string());
    }
    match text.parse::<DateTime>() {
        Ok(at) => Ok(at.strftime("%Y-%m-%dT%H:%M").to_string()),
        Err(_) => Err(Problem::new(
            format!("`{text}` is no day and no time"),
            "write 2026-08-29 or 2026-08-29T14:00",
        )),
    }
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.start)?;
        if let Some(end) = self.end.as_deref().filter(|end| !end.is_empty()) {
            write!(f, "/{end}")?;
        }
        if let Some(grain) = self.grain {
            write!(f, " {}", grain.word())?;
        }
        if self.role != Role::Wish {
            write!(f, " {}", self.role.word())?;
        }
        Ok(())
    }
}

/// A date as it was read, in the same words.
pub(super) fn said(wish: &Wish) -> String {
    let slot = Slot {
        start: wish.start.to_string(),
        end: wish.end.map(|end| end.to_string()),
        grain: Some(wish.grain),
        role: wish.role,
        choice: Some(wish.choice),
    };
    slot.to_string()
}

/// Each expected date is there, each once; and no wish is there that was not expected.
pub(super) fn fits(slots: &[Slot], dates: &[Wish]) -> bool {
    let mut left: Vec<&Wish> = dates.iter().collect();
    for slot in slots {
        let Some(at) = left.iter().position(|wish| slot.is(wish)) else { return false };
        left.remove(at);
    }
    left.iter().all(|wish| wish.role != Role::Wish)
}

impl Slot {
    fn is(&self, wish: &Wish) -> bool {
        let end = wish.end.map_or_else(String::new, |end| end.to_string());
        self.start == wish.start.to_string()
            && self.role == wish.role
            && self.end.as_ref().is_none_or(|wanted| *wanted == end)
            && self.grain.is_none_or(|grain| grain == wish.grain)
            && self.choice.is_none_or(|choice| choice == wish.choice)
    }
}
