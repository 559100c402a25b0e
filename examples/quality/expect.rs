//! What a row of an expression set expects, whatever its project's way of saying it.
//!
//! Known: values with a grain (duckling), certain fields (chrono), resolutions with past and future (Microsoft
//! Recognizers), TIMEX values (ja-timex), and plain slots (JMultiWOZ).

use jiff::civil::{Date, DateTime, Weekday};
use serde_json::Value;

/// Fields that must agree; what is `None` may be anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) year: Option<i16>,
    pub(crate) month: Option<i8>,
    pub(crate) day: Option<i8>,
    pub(crate) weekday: Option<Weekday>,
    pub(crate) hour: Option<i8>,
    pub(crate) minute: Option<i8>,
    /// A whole day is meant: a time of day would be too much.
    pub(crate) whole: bool,
}

/// One expression of a row: any of the alternatives is right.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expect {
    pub(crate) any: Vec<Want>,
    /// The kind as the set calls it: `date`, `datetime`, `day`, `hour`, …
    pub(crate) kind: String,
    /// A length or a rhythm: nothing that a calendar could hold.
    pub(crate) timeless: bool,
}

/// The expectations of a row.
pub(crate) fn expectations(row: &Value) -> Vec<Expect> {
    let list = row.get("expected").and_then(Value::as_array);
    let entries = list.into_iter().flatten();
    // Duckling lists several readings of one expression; the first is the one it prefers.
    let duckling = list.is_some_and(|list| list.iter().any(|entry| entry.get("grain").is_some()));
    if duckling { entries.take(1).map(expect).collect() } else { entries.map(expect).collect() }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn expect(entry: &Value) -> Expect {
    let kind = text(entry, "grain").or_else(|| text(entry, "kind")).unwrap_or_default().to_owned();
    let timeless = matches!(kind.as_str(), "duration" | "set")
        || entry.get("mod").is_some() && entry.get("timex").is_none();
    let mut any: Vec<Want> = if let Some(certain) = entry.get("start").and_then(|start| start.get("certain"))
    {
        vec![certain_fields(certain)]
    } else if let Some(values) = entry.get("values").and_then(Value::as_array) {
        values.iter().filter_map(resolution).collect()
    } else if entry.get("future").is_some() {
        ["future", "past"].iter().filter_map(|key| resolution(entry.get(*key)?)).collect()
    } else if let Some(grain) = text(entry, "grain") {
        text(entry, "value")
            .or_else(|| text(entry, "start"))
            .and_then(|at| instant(at, grain))
            .into_iter()
            .collect()
    } else if let Some(start) = text(entry, "start") {
        stamp(start).into_iter().collect()
    } else {
        text(entry, "timex").and_then(timex).into_iter().collect()
    };
    any.dedup();
    Expect { timeless: timeless || any.is_empty(), any, kind }
}

fn certain_fields(certain: &Value) -> Want {
    let number = |key: &str| certain.get(key).and_then(Value::as_i64);
    let small = |key: &str| number(key).and_then(|value| i8::try_from(value).ok());
    Want {
        year: number("year").and_then(|value| i16::try_from(value).ok()),
        month: small("month"),
        day: small("day"),
        weekday: small("weekday").and_then(|day| Weekday::from_sunday_zero_offset(day).ok()),
        hour: small("hour"),
        minute: small("minute"),
        whole: false,
    }
}

/// A resolution of the Recognizers: a value, or the start of a range.
fn resolution(value: &Value) -> Option<Want> {
    let keys = ["value", "date", "dateTime", "time", "start", "startDate", "startDateTime", "startTime"];
    stamp(keys.iter().find_map(|key| text(value, key))?)
}

/// `2026-08-27`, `2026-08-27T14:00`, `2026-08-27 14:00:00` or `14:00:00`.
fn stamp(at: &str) -> Option<Want> {
    let at = at.replace(' ', "T");
    let (date, time) = match at.split_once('T') {
        Some((date, time)) => (Some(date), Some(time)),
        None if at.contains(':') => (None, Some(at.as_str())),
        None => (Some(at.as_str()), None),
    };
    let mut want = Want::default();
    if let Some(date) = date.filter(|date| !date.is_empty()) {
        want = want.on(date.parse().ok()?);
    }
    want.whole = time.is_none();
    if let Some(time) = time {
        let mut parts = time.split(':');
        want.hour = Some(parts.next()?.parse().ok()?);
        want.minute = Some(parts.next().map_or(Some(0), |minute| minute.parse().ok())?);
    }
    Some(want)
}

/// A value of duckling: a point of time and how fine it is. Coarser than an hour, it has no time of day.
fn instant(at: &str, grain: &str) -> Option<Want> {
    let at: DateTime = at.get(..19).unwrap_or(at).parse().ok()?;
    let want = Want::default().on(at.date());
    let midnight = at.hour() == 0 && at.minute() == 0;
    let timed = matches!(grain, "hour" | "minute" | "second") || !midnight;
    Some(if timed {
        Want { hour: Some(at.hour()), minute: Some(at.minute()), ..want }
    } else {
        Want { whole: true, ..want }
    })
}

/// `2021-07-18`, `2021-XX-XX`, `T05-30-XX`.
fn timex(value: &str) -> Option<Want> {
    let mut want = Want::default();
    if let Some(time) = value.strip_prefix('T') {
        let mut parts = time.split('-');
        want.hour = parts.next().and_then(|hour| hour.parse().ok());
        want.minute = parts.next().and_then(|minute| minute.parse().ok());
        return want.hour.map(|_| want);
    }
    let mut parts = value.split('-');
    want.year = parts.next().and_then(|year| year.parse().ok());
    want.month = parts.next().and_then(|month| month.parse().ok());
    want.day = parts.next().and_then(|day| day.parse().ok());
    (want != Want::default()).then_some(want)
}

impl Want {
    fn on(self, date: Date) -> Self {
        Self { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()), ..self }
    }

    /// Whether a point of time has all fields that are asked for. `None` hours mean a whole day.
    pub(crate) fn fits(self, date: Date, time: Option<(i8, i8)>) -> bool {
        let same = |want: Option<i8>, got: i8| want.is_none_or(|want| want == got);
        let clock = match time {
            Some((hour, minute)) => !self.whole && same(self.hour, hour) && same(self.minute, minute),
            None => self.hour.is_none(),
        };
        self.year.is_none_or(|year| year == date.year())
            && same(self.month, date.month())
            && same(self.day, date.day())
            && self.weekday.is_none_or(|weekday| weekday == date.weekday())
            && clock
    }

    /// The date, where it is asked for in full.
    pub(crate) fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    /// Every project's way of saying 27 August 2026 at 14:00, or a part of it.
    #[test]
    fn expectations_are_understood() {
        let on = Want::default().on(date(2026, 8, 27));
        let day = Want { whole: true, ..on };
        let full = Want { hour: Some(14), minute: Some(0), ..on };
        let time = Want { hour: Some(14), minute: Some(0), ..Want::default() };
        for (entry, any, timeless) in [
            (json!({"kind": "instant", "value": "2026-08-27T14:00:00", "grain": "hour"}), vec![full], false),
            (json!({"kind": "instant", "value": "2026-08-27T00:00:00", "grain": "day"}), vec![day], false),
            (json!({"kind": "interval", "start": "2026-08-27T00:00:00", "grain": "day"}), vec![day], false),
            (json!({"kind": "date", "start": "2026-08-27", "end": null}), vec![day], false),
            (json!({"kind": "instant", "start": "2026-08-27T14:00", "end": null}), vec![full], false),
            (
                json!({"start": {"certain": {"month": 8, "weekday": 4}}}),
                vec![Want { month: Some(8), weekday: Some(Weekday::Thursday), ..Want::default() }],
                false,
            ),
            (
                json!({"kind": "time", "values": [{"value": "14:00:00"}, {"value": "14:00:00"}]}),
                vec![time],
                false,
            ),
            (json!({"kind": "datetime", "future": {"dateTime": "2026-08-27 14:00:00"}}), vec![full], false),
            (json!({"kind": "duration", "future": {"duration": "3600"}}), vec![], true),
            (json!({"index": 0, "timex": "2026-08-27"}), vec![on], false),
            (
                json!({"index": 0, "timex": "T14-30-XX"}),
                vec![Want { hour: Some(14), minute: Some(30), ..Want::default() }],
                false,
            ),
            (json!({"index": 0, "mod": "APPROX"}), vec![], true),
        ] {
            let read = expect(&entry);
            assert_eq!((read.any, read.timeless), (any, timeless), "{entry}");
        }
    }

    #[test]
    fn only_what_is_asked_for_must_agree() {
        let friday = Want { weekday: Some(Weekday::Friday), ..Want::default() };
        assert!(friday.fits(date(2026, 8, 28), Some((9, 0))));
        assert!(!friday.fits(date(2026, 8, 27), Some((9, 0))));
        let two = Want { hour: Some(14), ..Want::default() };
        assert!(two.fits(date(2026, 8, 27), Some((14, 30))));
        assert!(!two.fits(date(2026, 8, 27), None), "a whole day has no hour");
    }
}
