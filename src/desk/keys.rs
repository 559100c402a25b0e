//! The names under which the desk keeps things in the store. Keys that are read together sort together.
//!
//! | key | value |
//! |---|---|
//! | `case/<id>` | the case |
//! | `due/<ms>/<id>` | nothing; the timer of an open case |
//! | `level/<ms>/<id>` | nothing; when somebody must be told that a service level is about to be broken |
//! | `callback/<ms>/<id>` | nothing; a priority callback, by when it was handed over |
//! | `alerts/<address>` | when mails about service levels went to that person |
//! | `out/<id>/<number>` | an effect that waits |
//! | `later/<ms>/<id>/<number>` | effects of one commit that are kept back, by when their case was opened |
//! | `mail/<fingerprint>` | what became of a mail |
//! | `thread/<message-id>` | the case a message belongs to |
//! | `person/mail/<address>/<ms>/<id>` | nothing; a case of that address |
//! | `noticed/<phone or mail>/<value>/<ms>/<fingerprint>` | the guest's name in a booking notice |
//! | `person/phone/<number>/<ms>/<id>`, `person/name/<name>/<ms>/<id>` | nothing; a case of that number or name |
//! | `linked/<id>/<other>` | nothing; a case that grew out of this one |
//! | `continued/<id>/<address>` | the case in which that writer went on from one that holds no more mails, the newest of several |
//! | `bulk/<message-id>` | nothing; a mail that a person sent to several customers |
//! | `asked/<id>/<revision>` | the hash of what was asked |
//! | `sent/<id>/<revision>` | the bytes approved for a revision |
//! | `night/<day>/<id>` | nothing; a case that a night report may still name |
//! | `complaint/<id>` | nothing; a case that is or was a complaint |
//! | `watch/<mailbox>/<id>` | an open case, whose mails people may touch; `false` while an act of ours is on its way |
//! | `cursor/<mailbox>/hands` | what its folders were like when all that people did there was known |
//! | `hand/<fingerprint>` | what became of a mail that a person sent |
//! | `wrote/to/<address>/<ms>/<fingerprint>` | a mail that a person wrote to that address |
//! | `wrote/about/<message-id>` | the mail by which a person answered that one |
//! | `drafted/<id>/<revision>` | what our draft in Drafts was when it was put there |
//! | `report/<date>/<shift>` | a night report |
//! | `day/<date>/<shift>/asked` | nothing; people got the report of their day |
//! | `day/<date>/<shift>/summary` | what supervisors were last told of everybody's day; nothing in rows of earlier versions |
//! | `day-token/<number>` | whose day a token is about |
//! | `confirmed/<date>/<shift>/<address>` | what a person said about the figures of their day |
//! | `posting/<name>` | a mail about a day that has not left yet |
//! | `cursor/<mailbox>` | how far a mailbox's inbox has been read |
//! | `cursor/<mailbox>/sent` | how far its sent mail has been read |
//! | `begun/<mailbox>` | the instant of the first start with a mailbox |
//! | `held/<ms>/<fingerprint>` | an answer whose domain nobody can vouch for yet, by when it came |
//! | `away/<address>` | until when an agent counts as away, in milliseconds since 1970 |
//! | `vouched/<fingerprint>` | an answer that was sent from a mailbox of ours: a hash of sender and token |
//! | `sends/<address>` | nothing; an address that has sent an answer from a mailbox of ours |
//! | `refused/answers` | answers that were refused since the operator last heard of any |
//! | `budget/<kind>/<of>` | when acknowledgements went out: to an address; of a mailbox to a domain, for a form, on a day |
//! | `storm/<mailbox>` | when mails that want one came, and until when none goes out |
//! | `never/<address>` | nothing; mail to that address came back, and no machine writes to it |
//! | `outage/<mailbox>` | a mailbox that cannot be looked at, and who knows |
//! | `phoned/<hash>` | the case that a telephone call opened, by a hash of who wrote what |
//! | `memo/<ms>/<hash>` | a mail to one of us that belongs to no case and has not left |
//! | `duplicate/<id>/<id>/<reason>` | nothing; two customers the supervisors were told of |
//! | `erasing/<hash>` | how many rows an erased customer had, until no file holds them any more |
//! | `customer/<id>` | a customer of the directory |
//! | `customer-by/<phone, mail or name>/<value>/<id>` | nothing; a customer who is found by it |
//! | `worked/<day>/<id>` | nothing; a case to which something happened on a day of UTC, or on one that a person corrected |
//! | `meta/first_start` | the day the desk first opened |
//! | `meta/worked` | older cases are in the index of days; the numbers of those that could not be read then, or nothing |

use jiff::Timestamp;
use jiff::civil::Date;

use crate::imap::stream::Role;
use crate::store::{Key, StoreError};
use crate::triage::id::{Address, CaseId, Fingerprint, MailboxName, MessageId, Revision};

mod people;

pub use people::*;

/// All timers.
pub const DUE: &str = "due/";
/// All waiting effects.
pub const OUT: &str = "out/";
/// All effects that are kept back.
pub const LATER: &str = "later/";
/// All cases.
pub const CASE: &str = "case/";
/// All bytes that were approved.
pub const SENT: &str = "sent/";
/// All night reports.
pub const REPORT: &str = "report/";
/// All cases a night report may still name.
pub const NIGHT: &str = "night/";
/// Under which every case stands that is or was a complaint: `complaint/<case>`. Never removed.
pub const COMPLAINT: &str = "complaint/";

/// The value of rows whose key says everything, and of a `watch/` row to whose newest mail nothing of ours is on its way.
pub const NOTHING: &[u8] = b"null";

/// The value of a `watch/` row while this effect is on its way to the case's newest mail.
pub fn awaits(number: u32) -> Vec<u8> {
    number.to_string().into_bytes()
}

/// All open cases, by mailbox.
pub const WATCH: &str = "watch/";

/// Milliseconds since 1970, sorted as text; instants before 1970 do not occur.
fn millis(at: Timestamp) -> String {
    format!("{:014}", at.as_millisecond().max(0))
}

/// `case/<id>`
pub fn case(id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{CASE}{id}"))
}

/// `due/<ms>/<id>`
pub fn due(at: Timestamp, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{DUE}{}/{id}", millis(at)))
}

/// Instant and case of a `due/` key.
pub fn parse_due(key: &str) -> Option<(Timestamp, CaseId)> {
    let (at, id) = key.strip_prefix(DUE)?.split_once('/')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, CaseId::parse(id)?))
}

/// Everything that will have to be told of service levels.
pub const LEVEL: &str = "level/";
/// All priority callbacks.
pub const CALLBACK: &str = "callback/";

/// `level/<ms>/<id>`
pub fn level(at: Timestamp, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{LEVEL}{}/{id}", millis(at)))
}

/// Instant and case of a `level/` key.
pub fn parse_level(key: &str) -> Option<(Timestamp, CaseId)> {
    let (at, id) = key.strip_prefix(LEVEL)?.split_once('/')?;
    Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, CaseId::parse(id)?))
}

/// `callback/<ms>/<id>`
pub fn callback(since: Timestamp, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{CALLBACK}{}/{id}", millis(since)))
}

/// `alerts/<address>`
pub fn alerts(person: &Address) -> Result<Key, StoreError> {
    Key::new(format!("alerts/{person}"))
}

/// `out/<id>/<number>`
pub fn out(id: &CaseId, number: u32) -> Result<Key, StoreError> {
    Key::new(format!("{OUT}{id}/{number:06}"))
}

/// `later/<ms>/<id>/<number>`
pub fn later(opened: Timestamp, id: &CaseId, number: u32) -> Result<Key, StoreError> {
    Key::new(format!("{LATER}{}/{id}/{number:06}", millis(opened)))
}

/// `mail/<fingerprint>`
pub fn mail(fingerprint: Fingerprint) -> Result<Key, StoreError> {
    Key::new(format!("mail/{fingerprint}"))
}

/// `thread/<message-id>`
pub fn thread(id: &MessageId) -> Result<Key, StoreError> {
    Key::new(format!("thread/{}", id.as_str()))
}

/// Every case that grew out of one.
pub fn grown_from(id: &CaseId) -> String {
    format!("linked/{id}/")
}

/// `linked/<id>/<other>`
pub fn linked(from: &CaseId, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{}{id}", grown_from(from)))
}

/// `continued/<id>/<address>`
pub fn continued(id: &CaseId, writer: &Address) -> Result<Key, StoreError> {
    Key::new(format!("continued/{id}/{writer}"))
}

/// `bulk/<message-id>`
pub fn bulk(id: &MessageId) -> Result<Key, StoreError> {
    Key::new(format!("bulk/{}", id.as_str()))
}

/// The case at the end of a key.
pub fn last_case(key: &str) -> Option<CaseId> {
    CaseId::parse(key.rsplit('/').next()?)
}

/// `asked/<id>/<revision>`
pub fn asked(id: &CaseId, revision: Revision) -> Result<Key, StoreError> {
    Key::new(format!("asked/{id}/{revision}"))
}

/// `sent/<id>/<revision>`
pub fn sent(id: &CaseId, revision: Revision) -> Result<Key, StoreError> {
    Key::new(format!("{SENT}{id}/{revision}"))
}

/// `night/<day>/<id>`
pub fn night(day: Date, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{NIGHT}{day}/{id}"))
}

/// `complaint/<id>`
pub fn complaint(id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{COMPLAINT}{id}"))
}

/// Every watched case of a mailbox.
pub fn watched(mailbox: &MailboxName) -> String {
    format!("{WATCH}{mailbox}/")
}

/// `watch/<mailbox>/<id>`
pub fn watch(mailbox: &MailboxName, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{}{id}", watched(mailbox)))
}

/// What was made of each day.
pub const DAY: &str = "day/";
/// Whose day each token is about.
pub const DAY_TOKEN: &str = "day-token/";
/// What people said about each day.
pub const CONFIRMED: &str = "confirmed/";
/// Mails about days that have not left yet.
pub const POSTING: &str = "posting/";

/// `day/<date>/<shift>/asked`
pub fn day_asked(date: Date, shift: &str) -> Result<Key, StoreError> {
    Key::new(format!("{DAY}{date}/{shift}/asked"))
}

/// `day/<date>/<shift>/summary`
pub fn day_summary(date: Date, shift: &str) -> Result<Key, StoreError> {
    Key::new(format!("{DAY}{date}/{shift}/summary"))
}

/// `day-token/<number>`
pub fn day_token(number: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{DAY_TOKEN}{number}"))
}

/// What people said about the figures of a day.
pub fn confirmed_on(date: Date, shift: &str) -> String {
    format!("{CONFIRMED}{date}/{shift}/")
}

/// `confirmed/<date>/<shift>/<address>`
pub fn confirmed(date: Date, shift: &str, person: &Address) -> Result<Key, StoreError> {
    Key::new(format!("{}{person}", confirmed_on(date, shift)))
}

/// `posting/<name>`
pub fn posting(name: &MessageId) -> Result<Key, StoreError> {
    Key::new(format!("{POSTING}{}", name.as_str()))
}

/// The cases of a day.
pub fn worked_on(day: Date) -> String {
    format!("worked/{day}/")
}

/// `worked/<day>/<id>`
pub fn worked(day: Date, id: &CaseId) -> Result<Key, StoreError> {
    Key::new(format!("{}{id}", worked_on(day)))
}

/// `meta/worked`
pub fn work_indexed() -> Result<Key, StoreError> {
    Key::new("meta/worked")
}

/// `report/<date>/<shift>`
pub fn report(date: Date, shift: &str) -> Result<Key, StoreError> {
    Key::new(format!("{REPORT}{date}/{shift}"))
}

/// `cursor/<mailbox>`: of the stream in which mail arrives.
pub fn cursor(mailbox: &MailboxName) -> Result<Key, StoreError> {
    Key::new(format!("cursor/{mailbox}"))
}

/// `begun/<mailbox>`
pub fn begun(mailbox: &MailboxName) -> Result<Key, StoreError> {
    Key::new(format!("begun/{mailbox}"))
}

/// Everything that budgets count.
pub const BUDGET: &str = "budget/";

/// `budget/<kind>/<of>`
pub fn budget(kind: &str, of: &str) -> Result<Key, StoreError> {
    Key::new(format!("{BUDGET}{kind}/{of}"))
}

/// `storm/<mailbox>`
pub fn storm(mailbox: &MailboxName) -> Result<Key, StoreError> {
    Key::new(format!("storm/{mailbox}"))
}

/// `never/<address>`
pub fn never_told(address: &Address) -> Result<Key, StoreError> {
    Key::new(format!("never/{}@{}", address.local().to_ascii_lowercase(), address.domain()))
}

/// All mailboxes that cannot be looked at.
pub const OUTAGE: &str = "outage/";

/// `outage/<mailbox>`
pub fn outage(mailbox: &MailboxName) -> Result<Key, StoreError> {
    Key::new(format!("{OUTAGE}{mailbox}"))
}

/// `cursor/<mailbox>`, or `cursor/<mailbox>/sent` for the stream of what people sent.
pub fn stream_cursor(mailbox: &MailboxName, role: Option<Role>) -> Result<Key, StoreError> {
    match role {
        Some(Role::Sent) => Key::new(format!("cursor/{mailbox}/sent")),
        Some(Role::Arrived | Role::Draft | Role::Elsewhere) | None => cursor(mailbox),
    }
}

/// `cursor/<mailbox>/hands`
pub fn hands(mailbox: &MailboxName) -> Result<Key, StoreError> {
    Key::new(format!("cursor/{mailbox}/hands"))
}

/// `meta/first_start`
pub fn first_start() -> Result<Key, StoreError> {
    Key::new("meta/first_start")
}

/// `hand/<fingerprint>`: apart from `mail/`, since a mail that a person sent to us lies in two folders.
pub fn hand(fingerprint: Fingerprint) -> Result<Key, StoreError> {
    Key::new(format!("hand/{fingerprint}"))
}

/// Everything that people wrote to an address, oldest first.
pub fn wrote_to(address: &Address) -> String {
    format!("wrote/to/{address}/")
}

/// `wrote/to/<address>/<ms>/<fingerprint>`
pub fn wrote_to_at(address: &Address, at: Timestamp, fingerprint: Fingerprint) -> Result<Key, StoreError> {
    Key::new(format!("{}{}/{fingerprint}", wrote_to(address), millis(at)))
}

/// The instant of a `wrote/to/` key.
pub fn parse_wrote(key: &str, address: &Address) -> Option<Timestamp> {
    let (at, _) = key.strip_prefix(&wrote_to(address))?.split_once('/')?;
    Timestamp::from_millisecond(at.parse().ok()?).ok()
}

/// `wrote/about/<message-id>`
pub fn wrote_about(id: &MessageId) -> Result<Key, StoreError> {
    Key::new(format!("wrote/about/{}", id.as_str()))
}

/// `drafted/<id>/<revision>`
pub fn drafted(id: &CaseId, revision: Revision) -> Result<Key, StoreError> {
    Key::new(format!("drafted/{id}/{revision}"))
}

/// `meta/watch_all`: every open case has its `watch/` row.
pub fn watch_all() -> Result<Key, StoreError> {
    Key::new("meta/watch_all")
}

/// All answers that wait until their domain can be checked.
pub const HELD: &str = "held/";

/// `held/<ms>/<fingerprint>`
pub fn held(received: Timestamp, fingerprint: Fingerprint) -> Result<Key, StoreError> {
    Key::new(format!("{HELD}{}/{fingerprint}", millis(received)))
}

/// Everybody who is away.
pub const AWAY: &str = "away/";

/// `away/<address>`
pub fn away(person: &Address) -> Result<Key, StoreError> {
    Key::new(format!("{AWAY}{person}"))
}

/// `sends/<address>`
pub fn sends(address: &Address) -> Result<Key, StoreError> {
    Key::new(format!("sends/{address}"))
}

/// `vouched/<fingerprint>`
pub fn vouched(fingerprint: Fingerprint) -> Result<Key, StoreError> {
    Key::new(format!("vouched/{fingerprint}"))
}

/// `refused/answers`
pub fn refused() -> Result<Key, StoreError> {
    Key::new("refused/answers")
}

/// All mails that belong to no case and wait.
pub const MEMO: &str = "memo/";

/// `phoned/<hash>`
pub fn phoned(hash: &str) -> Result<Key, StoreError> {
    Key::new(format!("phoned/{hash}"))
}

/// `memo/<ms>/<hash>`
pub fn memo(at: Timestamp, hash: &str) -> Result<Key, StoreError> {
    Key::new(format!("{MEMO}{}/{hash}", millis(at)))
}
