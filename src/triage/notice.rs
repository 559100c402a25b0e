//! What a booking system tells the desk: who booked, when, under which number; and how surely a case is meant by it.
//!
//! Values and their comparison only: `fields` reads them, `decide` draws the consequence.

use jiff::civil::DateTime;

use super::case::Customer;
use super::fold::Folded;
use super::id::Address;
use super::verdict::{Grain, Moment, Role, Source, Span, Wish};
use super::words;

/// A notice of a booking system or portal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BookingNotice {
    /// What happened to the booking.
    pub kind: NoticeKind,
    /// The portal, as it calls itself in `From`; may be empty.
    pub platform: String,
    /// The guest's name as written.
    pub name: Option<String>,
    /// The guest's telephone number, normalised.
    pub phone: Option<String>,
    /// The guest's address.
    pub email: Option<Address>,
    /// When the visit begins, wall time of the desk's zone.
    pub visit: Option<DateTime>,
    /// The system's number of the booking.
    pub reference: Option<String>,
}

/// What happened to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeKind {
    /// It was made.
    #[default]
    Booked,
    /// It was moved or altered.
    Changed,
    /// It was called off.
    Cancelled,
}

impl NoticeKind {
    /// The word used in records and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Changed => "changed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How surely a notice is about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// Somebody else, or nothing to tell by.
    None,
    /// The same name and no more: there are many of a name.
    Weak,
    /// The same telephone number or address, or the same name and time.
    Strong,
}

impl BookingNotice {
    /// Whether a case's customer is the guest. `wishes` are the case's wanted slots in the words of `lang`.
    pub fn identity(&self, customer: &Customer, wishes: &[String], lang: &str) -> Identity {
        let phone = self.phone.is_some() && self.phone == customer.phone;
        let email = self.email.is_some() && self.email == customer.address;
        let names = self.name.as_deref().zip(customer.name.as_deref());
        // Two people share a family's telephone or a firm's address; two whole names that differ are two people.
        let other = names.is_some_and(|(guest, name)| different(guest, name));
        if (phone || email) && !other {
            return Identity::Strong;
        }
        if !names.is_some_and(|(guest, name)| same(guest, name)) {
            return if phone || email { Identity::Weak } else { Identity::None };
        }
        let slot = self.visit.map(|at| words::wish(&exact(at), lang));
        // 「8月27日(木) 14:00〜16:00」 begins with the slot that was booked.
        if slot.is_some_and(|slot| wishes.iter().any(|wish| begins(wish, &slot))) {
            Identity::Strong
        } else {
            Identity::Weak
        }
    }

    /// What the case's record keeps: portal, number, slot; never shown to the customer.
    pub fn summary(&self) -> String {
        let visit = self.visit.map(|at| words::wish(&exact(at), "ja"));
        let platform = (!self.platform.is_empty()).then(|| self.platform.clone());
        [platform, visit, self.reference.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn begins(wish: &str, slot: &str) -> bool {
    wish.strip_prefix(slot).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn exact(at: DateTime) -> Wish {
    Wish {
        text: String::new(),
        span: Span::default(),
        start: Moment::At(at),
        end: None,
        grain: Grain::Minute,
        choice: 1,
        role: Role::Wish,
        explicit: true,
        source: Source::Text,
        contradicts: false,
    }
}

fn squeeze(name: &str) -> String {
    Folded::new(name).text().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The same name but for blanks and width; one letter is nobody's name.
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (squeeze(one), squeeze(other));
    one == other && one.chars().count() > 1
}

/// Two names of which neither is part of the other, written in the same letters: 「田中」 and 「タナカ」 may be one.
fn different(one: &str, other: &str) -> bool {
    let kanji = |text: &str| text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    let (one, other) = (squeeze(one), squeeze(other));
    kanji(&one) == kanji(&other) && !one.contains(&other) && !other.contains(&one)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_guest_is_known_by_number_address_or_name_and_time() {
        let customer = Customer {
            name: Some("倉持 みお".to_owned()),
            phone: Some("09012345678".to_owned()),
            address: Address::parse("mio@customer.example"),
            shop: None,
        };
        let wishes = ["8月27日(木) 14:00".to_owned(), "8月28日(金) 16:00〜19:00".to_owned()];
        let visit = |day, hour, minute| Some(date(2026, 8, day).at(hour, minute, 0, 0));
        let notice = BookingNotice::default;
        let name = |name: &str| Some(name.to_owned());
        for (notice, expected) in [
            (BookingNotice { phone: name("09012345678"), ..notice() }, Identity::Strong),
            (BookingNotice { phone: name("09012345678"), name: name("倉持"), ..notice() }, Identity::Strong),
            (
                BookingNotice { phone: name("09012345678"), name: name("クラモチ ミオ"), ..notice() },
                Identity::Strong,
            ),
            (
                BookingNotice { phone: name("09012345678"), name: name("倉持 大輝"), ..notice() },
                Identity::Weak,
            ),
            (BookingNotice { phone: name("09012345679"), ..notice() }, Identity::None),
            (BookingNotice { email: Address::parse("mio@customer.example"), ..notice() }, Identity::Strong),
            (BookingNotice { name: name("倉持みお"), visit: visit(27, 14, 0), ..notice() }, Identity::Strong),
            (BookingNotice { name: name("倉持みお"), visit: visit(28, 16, 0), ..notice() }, Identity::Strong),
            (BookingNotice { name: name("倉持みお"), visit: visit(27, 15, 0), ..notice() }, Identity::Weak),
            (BookingNotice { name: name("倉持みお"), ..notice() }, Identity::Weak),
            (BookingNotice { name: name("持田みお"), visit: visit(27, 14, 0), ..notice() }, Identity::None),
            (notice(), Identity::None),
        ] {
            assert_eq!(notice.identity(&customer, &wishes, "ja"), expected, "{notice:?}");
        }
    }
}
