//! The names of what is kept about customers: their cases by what they are known by, booking notices, and the directory.

use jiff::Timestamp;

use super::millis;
use crate::desk::customers::Pair;
use crate::store::{Key, StoreError};
use crate::triage::directory::{CustomerId, Handle};
use crate::triage::id::{Address, CaseId, Fingerprint};

/// Every case of an address, oldest first.
pub fn person_mail(address: &Address) -> String {
    format!("person/mail/{address}/")
}

/// Every case of whoever is known by a handle, oldest first.
pub fn person(handle: &Handle) -> String {
    match handle {
        Handle::Mail(address) => person_mail(address),
        Handle::Phone(digits) => format!("person/phone/{digits}/"),
        Handle::Name(name) => format!("person/name/{name}/"),
    }
}

/// `person/<kind>/<value>/<ms>/<id>`
pub fn person_case(handle: &Handle, sent: Timestamp, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{}{}/{id}", person(handle), millis(sent)))
}

/// `meta/person_all`: every case has its rows by number and name.
pub fn person_all() -> Result<Key, StoreError> {
    Key::new("meta/person_all")
}

/// Instant and case of a `person/` key.
pub fn parse_person(key: &str, prefix: &str) -> Option<(Timestamp, CaseId)> {
    let (at, id) = key.strip_prefix(prefix)?.split_once('/')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, CaseId::parse(id)?))
}

/// Every booking notice with a number or an address, oldest first.
pub fn noticed_by(handle: &Handle) -> String {
    match handle {
        Handle::Phone(digits) => format!("noticed/phone/{digits}/"),
        Handle::Mail(address) => format!("noticed/mail/{address}/"),
        Handle::Name(name) => format!("noticed/name/{name}/"),
    }
}

/// `noticed/<kind>/<value>/<ms>/<fingerprint>`
pub fn noticed(handle: &Handle, at: Timestamp, mail: Fingerprint) -> Result<Key, StoreError> {
    Key::new(format!("{}{}/{mail}", noticed_by(handle), millis(at)))
}

/// The instant of a `noticed/` key.
pub fn parse_noticed(key: &str, prefix: &str) -> Option<Timestamp> {
    let (at, _) = key.strip_prefix(prefix)?.split_once('/')?;
    Timestamp::from_millisecond(at.parse().ok()?).ok()
}

/// All customers of the directory.
pub const CUSTOMER: &str = "customer/";
/// All numbers by which customers are found.
pub const BY_PHONE: &str = "customer-by/phone/";
/// All addresses by which customers are found.
pub const BY_MAIL: &str = "customer-by/mail/";

/// All rows by which customers are found.
pub const CUSTOMER_BY: &str = "customer-by/";
/// All pairs of customers that were told.
pub const DUPLICATE: &str = "duplicate/";

/// `duplicate/<id>/<id>/<reason>`
pub fn duplicate((one, other, reason): &Pair) -> Result<Key, StoreError> {
    Key::new(format!("{DUPLICATE}{}/{}/{}", one.as_str(), other.as_str(), reason.words().replace(' ', "-")))
}

/// The two customers of a `duplicate/` key.
pub fn parse_duplicate(key: &str) -> Option<(CustomerId, CustomerId)> {
    let mut parts = key.strip_prefix(DUPLICATE)?.split('/');
    let (one, other) = (parts.next()?, parts.next()?);
    Some((CustomerId::parse(one)?, CustomerId::parse(other)?))
}

/// `erasing/<hash>`: an erasure that is not finished, by the hash of the customer number.
pub fn erasing(hash: &str) -> Result<Key, StoreError> {
    Key::new(format!("erasing/{hash}"))
}

/// `customer/<id>`
pub fn customer(id: &CustomerId) -> Result<Key, StoreError> {
    Key::new(format!("{CUSTOMER}{}", id.as_str()))
}

/// What the rows of everything that begins like a handle begin with.
pub fn customers_like(handle: &Handle) -> String {
    match handle {
        Handle::Phone(digits) => format!("{BY_PHONE}{digits}"),
        Handle::Mail(address) => format!("{BY_MAIL}{address}"),
        Handle::Name(name) => format!("customer-by/name/{name}"),
    }
}

/// All customers with a handle.
pub fn customers_by(handle: &Handle) -> String {
    format!("{}/", customers_like(handle))
}

/// `customer-by/<kind>/<value>/<id>`
pub fn customer_by(handle: &Handle, id: &CustomerId) -> Result<Key, StoreError> {
    Key::new(format!("{}{}", customers_by(handle), id.as_str()))
}

/// The customer at the end of a key, and what stands before.
pub fn last_customer(key: &str) -> Option<(&str, CustomerId)> {
    let (before, id) = key.rsplit_once('/')?;
    Some((before, CustomerId::parse(id)?))
}
