//! Makes the reports of the day (workflow W2): before people leave, each gets what they did to confirm it; afterwards
//! the supervisors get the sum of it, with a workbook and a picture. Each once for a date and shift, also after a crash.
//!
//! As with night reports, content and bytes are fixed in one commit that only one writer can win; then mails go out by
//! the protocol that `posting` keeps. A report of which nobody knows whether it arrived is told, never repeated.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tracing::{error, info};

use crate::crash;
use crate::desk::worked::House;
use crate::desk::{Desk, DeskError, Extra, keys};
use crate::figures::Sheet;
use crate::live::Live;
use crate::nights;
use crate::outbox::letters;
use crate::outbox::row::ReportPhase;
use crate::posting;
use crate::record::{self, DayToken, Posting};
use crate::render::voice::Voice;
use crate::render::{self, Envelope, InternalMail};
use crate::report::schedule;
use crate::smtp::{Outcome, Parcel, Smtp};
use crate::store::{Commit, Key};
use crate::token::{Content, Token};
use crate::triage::figures::Period;
use crate::triage::id::{Address, MessageId, Revision};
use crate::triage::mail::Letter;
use crate::triage::people::Lang;

mod bygone;
mod mails;
mod since;

use mails::Known;

/// How long a person may take to answer.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A summary nobody was asked for is made so long after its time; then the day is left to `madoguchi figures`.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// What an answer came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It is right.
    Thanks,
    /// So many times were put right.
    Corrected(usize),
    /// This line cannot be read; nothing was done.
    Line(String),
    /// The reader did not handle this case on that day; nothing was done.
    Unknown(String),
    /// It cannot be read at all; nothing was done.
    Unclear,
    /// It came too late; nothing was done.
    Closed,
}

/// Makes every report that is due by now.
///
/// # Errors
/// When the store refuses; what was made is made.
pub async fn plan_due(desk: &Desk, first: Date) -> Result<(), DeskError> {
    let live = desk.live();
    let day = &live.config.day;
    // A large store of an earlier version takes a while to index; until then no figures of it are true.
    if !day.enabled || !desk.is_work_indexed().await? {
        return Ok(());
    }
    let zone = &live.config.desk.zone;
    // One day that cannot be made keeps no other from it; the first failure is told.
    let mut made = Ok(());
    let none = BTreeSet::new();
    for (date, _) in schedule::due_nights(first, day.at, zone, desk.now(), &none) {
        let asked = is_made(desk, &keys::day_asked(date, &day.shift)?).await?;
        // When the sum is due there is no time left to ask.
        if !asked && schedule::planned(date, day.summary, zone).is_some_and(|summary| desk.now() < summary) {
            made = made.and(ask_all(desk, &live, date).await);
        }
    }
    for (date, planned) in schedule::due_nights(first, day.summary, zone, desk.now(), &none) {
        if is_made(desk, &keys::day_summary(date, &day.shift)?).await? {
            continue;
        }
        let asked = is_made(desk, &keys::day_asked(date, &day.shift)?).await?;
        if asked || desk.now().duration_since(planned) < LATE {
            made = made.and(sum_up(desk, &live, date, planned).await);
        }
    }
    made
}

/// Whether something was made, by the row that says so.
async fn is_made(desk: &Desk, row: &Key) -> Result<bool, DeskError> {
    Ok(desk.store().get(row).await?.is_some())
}

/// Everybody who did something gets it to confirm.
async fn ask_all(desk: &Desk, live: &Live, date: Date) -> Result<(), DeskError> {
    let Some(ring) = &live.ring else { return Ok(()) };
    let day = &live.config.day;
    let now = desk.now();
    let book = desk.figures(Period::day(date)).await?;
    let until = schedule::planned(date, day.summary, &live.config.desk.zone).unwrap_or(now);
    let key = keys::day_asked(date, &day.shift)?;
    let mut extra = marker(key, keys::NOTHING.to_vec());
    let mut people: usize = 0;
    for person in mails::people_of(live, &book) {
        let content = Content::of_day(date, &day.shift, &person.address);
        let number = content.as_case();
        let expires = now.checked_add(ANSWER_WITHIN).unwrap_or(Timestamp::MAX);
        let token = ring.issue(&number, Revision::FIRST, content, &person.address, expires);
        let mail = mails::person(live, &book, person, date, until, &token);
        let row = DayToken { date, shift: day.shift.clone(), person: person.address.clone() };
        let Some(id) = token.message_id(live.config.smtp.from.domain()) else { continue };
        let reply_to = reply_to(live, &token);
        extra.put.push((keys::day_token(&number)?, record::day_token_to_json(&row)));
        // Whoever is told of a lost report must not read the token in its id.
        let Some(name) = name(live, date, &person.address) else { continue };
        let head = Head { id: &id, name: &name, reply_to: Some(&reply_to) };
        extra.put.extend(post(desk, live, date, &mail, head).await?);
        people = people.saturating_add(1);
    }
    crash::point("day.before_plan");
    if matches!(desk.commit(&extra).await?, Commit::Done(_)) {
        info!(%date, people, "Asked people about their day.");
    }
    crash::point("day.planned");
    Ok(())
}

/// The supervisors get what everybody did.
async fn sum_up(desk: &Desk, live: &Live, date: Date, planned: Timestamp) -> Result<(), DeskError> {
    let day = &live.config.day;
    let now = desk.now();
    let book = desk.figures(Period::day(date)).await?;
    let confirmed = since::confirmations(desk, &day.shift, date).await?;
    let summed = record::summed_to_json(&since::told(&book, &confirmed));
    let mut extra = marker(keys::day_summary(date, &day.shift)?, summed);
    // What is told besides keeps nobody from the summary.
    let (changes, retold) = since::before(desk, &day.shift, date).await.unwrap_or_else(|error| {
        error!(%date, %error, "What changed after earlier summaries cannot be told.");
        Default::default()
    });
    extra.expect.extend(retold.expect);
    extra.put.extend(retold.put);
    match bygone::rows(desk, date).await {
        Ok(rows) => extra.delete.extend(rows),
        Err(error) => error!(%date, %error, "Rows of days long past cannot be looked for."),
    }
    // On a day off on which nobody came nothing is said.
    let begin = live.config.reckoning().begin_of(date);
    let open = live.desk_policy().calendar.between(begin, live.config.reckoning().end_of(date));
    let idle = book.total().handled == 0 && !open.is_positive() && changes.is_empty();
    if !idle {
        let asked = people_asked(desk, live, date).await?;
        let house = House { live: desk.live(), now };
        for to in &day.to {
            let lang = live.config.people.iter().find(|person| person.address == *to);
            let voice = Voice::of(lang.map_or(Lang::Ja, |person| person.lang));
            let sheet = Sheet::of(&book, &house, voice, Period::day(date));
            let known = Known { planned, now, asked: &asked, confirmed: &confirmed, changes: &changes };
            let Some(mail) = mails::summary(live, &book, &sheet, to, known) else {
                error!(%date, "The summary of the day cannot be made.");
                return Ok(());
            };
            let person = to.in_id();
            let id = format!("day.sum.{date}.{}.{person}@{}", day.shift, live.config.smtp.from.domain());
            let Some(id) = MessageId::parse(&id) else { continue };
            extra.put.extend(post(desk, live, date, &mail, Head::of(&id)).await?);
        }
    }
    crash::point("day.before_plan");
    if matches!(desk.commit(&extra).await?, Commit::Done(_)) {
        info!(%date, handled = book.total().handled, idle, "Summed up the day.");
    }
    crash::point("day.planned");
    Ok(())
}

/// Who got the report of that day: nobody who did nothing before it went out.
async fn people_asked(desk: &Desk, live: &Live, date: Date) -> Result<BTreeSet<Address>, DeskError> {
    let mut asked = BTreeSet::new();
    for person in &live.config.people {
        let number = Content::of_day(date, &live.config.day.shift, &person.address).as_case();
        if desk.store().get(&keys::day_token(&number)?).await?.is_some() {
            asked.insert(person.address.clone());
        }
    }
    Ok(asked)
}

/// What a person hears of their answer: rows for the commit that takes the answer in.
pub(crate) async fn receipt(
    desk: &Desk,
    live: &Live,
    day: &DayToken,
    answer: &Letter,
    receipt: &Receipt,
) -> Result<Vec<(Key, Vec<u8>)>, DeskError> {
    let Some(person) = live.config.people.iter().find(|person| person.address == day.person) else {
        return Ok(Vec::new());
    };
    let book = desk.figures(Period::day(day.date)).await?;
    let summed = desk.store().get(&keys::day_summary(day.date, &day.shift)?).await?.is_some();
    let mail = mails::receipt(&book, person, day.date, receipt, summed);
    let id = format!("day.answer.{}@{}", answer.fingerprint, live.config.smtp.from.domain());
    let Some(id) = MessageId::parse(&id) else { return Ok(Vec::new()) };
    Ok(post(desk, live, day.date, &mail, Head::of(&id)).await?.into_iter().collect())
}

/// A commit that only one writer can win.
fn marker(key: Key, value: Vec<u8>) -> Extra {
    Extra { expect: vec![(key.clone(), None)], put: vec![(key, value)], ..Extra::default() }
}

/// What a mail is called and where answers to it go.
#[derive(Debug, Clone, Copy)]
struct Head<'a> {
    /// Its Message-ID.
    id: &'a MessageId,
    /// Its name in the store and in what is said about it.
    name: &'a MessageId,
    /// Where answers go, where there may be some.
    reply_to: Option<&'a Address>,
}

impl<'a> Head<'a> {
    const fn of(id: &'a MessageId) -> Self {
        Self { id, name: id, reply_to: None }
    }
}

fn name(live: &Live, date: Date, person: &Address) -> Option<MessageId> {
    let person = person.in_id();
    let shift = &live.config.day.shift;
    MessageId::parse(&format!("day.{date}.{shift}.{person}@{}", live.config.smtp.from.domain()))
}

fn reply_to(live: &Live, token: &Token) -> Address {
    let approval = &live.config.approval;
    let plus = approval.plus_addressing.then(|| token.plus_address(&approval.address));
    plus.flatten().unwrap_or_else(|| approval.address.clone())
}

/// Fixes the bytes of a mail; the row is to go into the same commit as its reason.
async fn post(
    desk: &Desk,
    live: &Live,
    date: Date,
    mail: &InternalMail,
    head: Head<'_>,
) -> Result<Option<(Key, Vec<u8>)>, DeskError> {
    let now = desk.now();
    let Some(to) = mail.to.first() else { return Ok(None) };
    let zoned = now.to_zoned(live.config.desk.zone.clone());
    let envelope = Envelope {
        from: &live.config.smtp.from,
        from_name: &live.config.night.from_name,
        reply_to: head.reply_to,
        message_id: head.id,
        in_reply_to: None,
        references: &[],
        date: &zoned,
        reference: &letters::reference(head.name),
    };
    let bytes = match render::internal_mail(&envelope, mail) {
        Ok(bytes) => bytes,
        Err(error) => {
            error!(%date, %error, "A report of the day cannot be rendered; check [smtp] and [report.day].");
            return Ok(None);
        }
    };
    let posting = Posting {
        date,
        to: to.clone(),
        name: head.name.clone(),
        blob: desk.store().put_blob(bytes).await?.as_str().to_owned(),
        at: now,
        attempts: 0,
        not_before: now,
        phase: ReportPhase::Planned,
    };
    Ok(Some((keys::posting(head.name)?, record::posting_to_json(&posting))))
}

/// Every mail that has not left yet and can be read.
///
/// # Errors
/// When the store refuses.
pub async fn waiting(desk: &Desk) -> Result<Vec<Posting>, DeskError> {
    let mut waiting = Vec::new();
    let mut pages = desk.store().pages(keys::POSTING);
    while let Some(rows) = pages.next().await? {
        for row in &rows {
            match record::posting_from_json(&row.value) {
                Ok(posting) => waiting.push(posting),
                Err(error) => {
                    error!(%error, "A waiting report of a day cannot be read; going on without it.");
                }
            }
        }
    }
    Ok(waiting)
}

/// Sends what waits. A mail that left is forgotten; one that may not have arrived is told first.
///
/// # Errors
/// When the store refuses.
pub async fn deliver(desk: &Desk, smtp: &Smtp) -> Result<(), DeskError> {
    let now = desk.now();
    for mut posting in waiting(desk).await?.into_iter().filter(|posting| posting.not_before <= now) {
        if let Err(error) = advance(desk, smtp, &mut posting).await {
            error!(date = %posting.date, %error, "A report of the day is delayed.");
        }
    }
    Ok(())
}

async fn advance(desk: &Desk, smtp: &Smtp, posting: &mut Posting) -> Result<(), DeskError> {
    posting::send(desk, smtp, posting).await?;
    let over = match posting.phase {
        ReportPhase::Sent => true,
        ReportPhase::Unknown | ReportPhase::Refused(_) => tell(desk, smtp, posting).await?,
        ReportPhase::Planned | ReportPhase::Dot => false,
    };
    crash::point("day.before_settle");
    if over {
        let delete = vec![keys::posting(&posting.name)?];
        desk.write(Extra { delete, ..Extra::default() }).await?;
    }
    Ok(())
}

/// Tells the supervisors that a report may be missing. Harmless to repeat.
async fn tell(desk: &Desk, smtp: &Smtp, posting: &mut Posting) -> Result<bool, DeskError> {
    error!(date = %posting.date, phase = ?posting.phase, "A report of the day may not have arrived; the supervisors are told.");
    let live = desk.live();
    let to = live.desk_policy().supervisors();
    let voice = Voice::DESK;
    let date = posting.date.to_string();
    let note = InternalMail {
        to: to.clone(),
        subject: voice.report_lost(&date, posting.to.as_str()),
        text: format!(
            "{}\n{}\n",
            voice.report_lost(&date, posting.to.as_str()),
            voice.report_lost_more(&date)
        ),
        html: None,
        attachments: Vec::new(),
    };
    let id = MessageId::parse(&format!("about.{}", posting.name.as_str()));
    let Some(bytes) = id.and_then(|id| nights::finish(&live, &note, &id, posting.at)) else {
        return Ok(true);
    };
    let parcel = Parcel { from: Some(&live.config.smtp.from), to: &to, bytes: &bytes };
    let outcome = smtp.send(parcel, || async { Ok::<(), std::convert::Infallible>(()) }).await;
    posting::attempted(desk, posting);
    posting::keep(desk, posting).await?;
    Ok(matches!(outcome, Outcome::Sent { .. } | Outcome::Refused { permanent: true, .. }))
}
