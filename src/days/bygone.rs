//! Rows of days that nothing looks at any more: they go with the commit of a summary, some at a time. Nothing is sent here.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::desk::{Desk, DeskError, keys};
use crate::record;
use crate::store::Key;

/// How long a day is known. A report is open for a week; whoever answers it after that hears so for as long as this.
const KEPT: i64 = 90;
/// How many rows go at once.
const AT_ONCE: usize = 500;

/// What may go when the day of `date` is summed up.
pub(super) async fn rows(desk: &Desk, date: Date) -> Result<Vec<Key>, DeskError> {
    let first = date.saturating_sub(KEPT.days());
    let mut gone = Vec::new();
    for prefix in [keys::DAY, keys::CONFIRMED] {
        let mut pages = desk.store().pages(prefix);
        'pages: while let Some(rows) = pages.next().await? {
            for (day, key) in rows.into_iter().filter_map(|row| Some((day_of(&row.key)?, row.key))) {
                // They stand in the order of their dates.
                if day >= first || gone.len() >= AT_ONCE {
                    break 'pages;
                }
                gone.push(key);
            }
        }
    }
    // These go by a number that tells no date.
    let mut pages = desk.store().pages(keys::DAY_TOKEN);
    while let Some(rows) = pages.next().await? {
        let old = rows.into_iter().filter(|row| {
            // What cannot be read may be of today.
            record::day_token_from_json(&row.value).is_ok_and(|token| token.date < first)
        });
        gone.extend(old.map(|row| row.key));
    }
    gone.truncate(AT_ONCE);
    Ok(gone)
}

/// The second part of a key, where it is a date.
fn day_of(key: &Key) -> Option<Date> {
    key.as_str().split('/').nth(1)?.parse().ok()
}
