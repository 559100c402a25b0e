//! What the desk is and how it works: plain values made from the config, handed to `decide` and `read`.
//!
//! Everything here is already checked; nothing here reads a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::acknowledge::Promise;
use super::calendar::Calendar;
use super::complaint;
use super::draft::{Compose, Values};
use super::handling::Reckoning;
use super::id::Address;
use super::level::{Alerts, Levels};
use super::needs::{Calls, Needs};
use super::people::{Contact, Group, Person, Position, Shop};
use super::queue::{Load, Queue};

/// Who we are, as far as reading a mail must know: own names are never the customer's.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The name customers know: `JITANBODY整体院`.
    pub name: String,
    /// The zone in which dates are meant and shifts are counted.
    pub zone: TimeZone,
    /// Addresses of ours, form robots and shared mailboxes included.
    pub addresses: Arc<[Address]>,
    /// Domains of ours, in lower case.
    pub domains: Vec<String>,
    /// Telephone numbers of ours: digits with leading 0, or `+…`.
    pub phones: Arc<[String]>,
    /// Shops or branches.
    pub shops: Vec<String>,
    /// Products.
    pub products: Vec<String>,
    /// Opening time: 「朝一」 means this.
    pub opening: Time,
}

impl Desk {
    /// Whether an address is one of ours (listed, or in one of our domains).
    pub fn owns(&self, address: &Address) -> bool {
        self.addresses.contains(address) || self.domains.iter().any(|domain| domain == address.domain())
    }
}

/// Everything `decide` may know besides the case and the event.
#[derive(Clone)]
pub struct Policy {
    /// Who we are.
    pub desk: Desk,
    /// The domain of Message-IDs we make.
    pub message_domain: String,
    /// Who answers requests by mail.
    pub people: Vec<Person>,
    /// Who gets mails and answers them without deciding about drafts.
    pub contacts: Arc<[Contact]>,
    /// How complaints are dealt with; `None` where they are mails like any other.
    pub complaints: Option<Arc<complaint::Rules>>,
    /// Several of them under one name.
    pub groups: Arc<[Group]>,
    /// Shops, their staff and absences.
    pub shops: Arc<[Shop]>,
    /// How long things may take.
    pub timing: Timing,
    /// When somebody is there.
    pub calendar: Arc<Calendar>,
    /// What customers are told of mail that has come; `None` where they are told nothing.
    pub promise: Option<Promise>,
    /// How soon cases of a kind are answered and over.
    pub levels: Arc<Levels>,
    /// How people are warned that a level is about to be broken; `None`: they are not.
    pub alerts: Option<Alerts>,
    /// Which topics lead to whom; empty: everybody is asked.
    pub queues: Arc<[Queue]>,
    /// What everybody holds now.
    pub load: Arc<Load>,
    /// How the time is reckoned that people have a case in hand.
    pub handling: Arc<Reckoning>,
    /// When the night report is due.
    pub night: Night,
    /// An edit that changes at most this many characters is sent without being shown back.
    pub small_edit: usize,
    /// What two people must approve.
    pub two_people: TwoPeople,
    /// What topics cannot do without.
    pub needs: Arc<Needs>,
    /// How telephone calls are looked after.
    pub calls: Calls,
    /// Who is away, and until when they are not asked.
    pub away: BTreeMap<Address, Timestamp>,
    /// What templates may say about the desk itself.
    pub desk_values: Values,
    /// The loaded templates.
    pub compose: Arc<dyn Compose + Send + Sync>,
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("desk", &self.desk.name).finish_non_exhaustive()
    }
}

impl Policy {
    /// Addresses of the agents; of the supervisors where no agent is configured.
    pub fn agents(&self) -> Vec<Address> {
        let agents = self.in_position(Position::Agent);
        if agents.is_empty() { self.in_position(Position::Supervisor) } else { agents }
    }

    /// Addresses of the supervisors; of everybody where none is configured, so that no alarm is lost.
    pub fn supervisors(&self) -> Vec<Address> {
        let supervisors = self.in_position(Position::Supervisor);
        if supervisors.is_empty() { self.in_position(Position::Agent) } else { supervisors }
    }

    /// The person with this address.
    pub fn person(&self, address: &Address) -> Option<&Person> {
        self.people.iter().find(|person| person.address == *address)
    }

    /// Whether this address belongs to the staff of a shop.
    pub fn is_staff(&self, address: &Address) -> bool {
        self.shops.iter().any(|shop| shop.addresses.contains(address))
    }

    /// The person an agent means by a name or an address; `None` when nobody or several fit.
    pub fn person_called(&self, who: &str) -> Option<&Person> {
        let who = who.trim().trim_start_matches('@').trim_end_matches("さん").trim();
        let mut fitting = self
            .people
            .iter()
            .filter(|person| person.name == who || person.address.as_str().eq_ignore_ascii_case(who));
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }

    /// The contact with this address.
    pub fn contact(&self, address: &Address) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.address == *address)
    }

    /// Whether we know whose address this is: a person's, a contact's or a shop's.
    pub fn knows(&self, address: &Address) -> bool {
        self.person(address).is_some() || self.contact(address).is_some() || self.is_staff(address)
    }

    /// Whether this is a contact or a shop's staff, and no colleague: who may say little.
    pub fn is_outside(&self, address: &Address) -> bool {
        self.person(address).is_none() && (self.is_staff(address) || self.contact(address).is_some())
    }

    /// The address of the person or contact that somebody means by a name or an address; `None` when nobody or several fit.
    pub fn anybody_called(&self, who: &str) -> Option<Address> {
        if let Some(person) = self.person_called(who) {
            return Some(person.address.clone());
        }
        let who = who.trim().trim_start_matches(['@', '＠']).trim_end_matches("さん").trim();
        let fits = |name: &str, address: &Address| name == who || address.as_str().eq_ignore_ascii_case(who);
        let several = self.people.iter().any(|person| fits(&person.name, &person.address));
        let mut fitting = self.contacts.iter().filter(|contact| fits(&contact.name, &contact.address));
        let found = fitting.next().filter(|_| !several)?;
        fitting.next().is_none().then(|| found.address.clone())
    }

    /// The same, or the members of the group that is meant.
    pub fn everybody_called(&self, who: &str) -> Option<Vec<Address>> {
        let name = who.trim().trim_start_matches(['@', '＠']).trim();
        let group = self.groups.iter().find(|group| group.name == name);
        group
            .map(|group| group.members.clone())
            .or_else(|| self.anybody_called(who).map(|address| vec![address]))
    }

    /// The shop of this name.
    pub fn shop(&self, name: &str) -> Option<&Shop> {
        self.shops.iter().find(|shop| shop.name == name)
    }

    fn in_position(&self, position: Position) -> Vec<Address> {
        self.people
            .iter()
            .filter(|person| person.position == position)
            .map(|person| person.address.clone())
            .collect()
    }
}

/// How long things may take. All are durations of elapsed time.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long an approved mail waits, so that the approval can be taken back.
    pub undo: SignedDuration,
    /// A draft must be on its way to an agent within this; else the supervisor hears of it.
    pub ask_within: SignedDuration,
    /// No answer to a request: the agents are reminded.
    pub reminder: SignedDuration,
    /// Still none: the supervisor is told, and again after each such span.
    pub escalate: SignedDuration,
    /// How long a token is good for.
    pub token: SignedDuration,
    /// An approved mail must be settled within this; else the supervisor hears of it.
    pub send_within: SignedDuration,
    /// An answer from the same address within this belongs to the same case.
    pub window: SignedDuration,
    /// A question that was handed over is expected to be answered within this.
    pub delegated: SignedDuration,
    /// A shop's case is archived after this (workflow W1: one week).
    pub shop: SignedDuration,
}

/// What takes two people to approve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TwoPeople {
    /// Topics and marks, by their names in rules and config.
    pub about: BTreeSet<String>,
    /// Edits that change more than this many characters; `None`: no edit does.
    pub edit: Option<usize>,
}

/// The night report (workflow W1).
#[derive(Debug, Clone, Copy)]
pub struct Night {
    /// When the night shift reports, wall time of the desk's zone.
    pub at: Time,
    /// The first day whose mails are reported.
    pub since: Option<Date>,
    /// Whether reports are sent at all.
    pub enabled: bool,
}
