//! Holidays that move through the calendar: Easter of both churches, the Jewish year, the Chinese lunar year, Qingming.
//!
//! Every date here follows from arithmetic or from a table that ends in 2060; feasts that hang on sighting the moon
//! are left out. A Jewish feast begins on the evening before its day.

use jiff::civil::Date;

fn after(date: Date, days: i32) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Easter Sunday by the anonymous Gregorian computus (Butcher 1876).
pub(super) fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// Easter Sunday of the Orthodox churches: the Julian computus (Meeus), thirteen days later until 2099.
pub(super) fn orthodox_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    let n = d + e + 114;
    let julian = Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()?;
    (1900..2100).contains(&year).then(|| after(julian, 13))?
}

/// Days from the first of Tishri of the Jewish year 1 to that of another year, without the rules on year lengths.
fn elapsed(year: i64) -> i64 {
    let months = (235 * year - 234) / 19;
    let parts = 12_084 + 13_753 * months;
    let day = 29 * months + parts / 25_920;
    if (3 * (day + 1)) % 7 < 3 { day + 1 } else { day }
}

/// Rosh Hashanah in a Gregorian year (Reingold and Dershowitz, Calendrical Calculations).
pub(super) fn rosh_hashanah(year: i16) -> Option<Date> {
    let jewish = i64::from(year) + 3761;
    let (before, this, next) = (elapsed(jewish - 1), elapsed(jewish), elapsed(jewish + 1));
    let late = if next - this == 356 { 2 } else { i64::from(this - before == 382) };
    // Day 1 of the common count is 1 January of the year 1.
    let day = this + late - 1_373_428;
    after(Date::new(1, 1, 1).ok()?, i32::try_from(day).ok()?)
}

/// The first day of Passover: always 163 days before the next Rosh Hashanah.
pub(super) fn passover(year: i16) -> Option<Date> {
    after(rosh_hashanah(year)?, -163)
}

/// The New Year of Trees, 15 Shevat: two months before Passover, three in a year with a second Adar.
pub(super) fn shevat(year: i16) -> Option<Date> {
    let length = rosh_hashanah(year.checked_sub(1)?)?.until(rosh_hashanah(year)?).ok()?.get_days();
    after(passover(year)?, if length > 380 { -89 } else { -59 })
}

/// The first day of Hanukkah, 25 Kislev.
pub(super) fn hanukkah(year: i16) -> Option<Date> {
    let (this, next) = (rosh_hashanah(year)?, rosh_hashanah(year + 1)?);
    let length = this.until(next).ok()?.get_days();
    // Only a year of 355 or 385 days has a long Heshvan.
    after(this, if matches!(length, 355 | 385) { 84 } else { 83 })
}

/// Qingming: 4 or 5 April, by the usual fit for this century.
pub(super) fn qingming(year: i16) -> Option<Date> {
    let y = i32::from(year.checked_sub(2000).filter(|y| (0..100).contains(y))?);
    let day = (y * 2422 + 48_100) / 10_000 - y / 4;
    Date::new(year, 4, i8::try_from(day).ok()?).ok()
}

/// First year of [`MONTHS`].
const FIRST: i16 = 1990;

/// The Chinese lunar years: bits 0 to 12 tell which months have 30 days, bits 13 to 16 which month is said twice, the
/// rest how many days after 20 January the year begins.
const MONTHS: [u32; 71] = [
    0x0ebe92, 0x340e92, 0x1e0d26, 0x066a56, 0x2a0a57, 0x1714d6, 0x3c035a, 0x2406d5, 0x10b6c9, 0x360749,
    0x200693, 0x08952b, 0x2e052b, 0x180a5b, 0x04555a, 0x28056a, 0x12fb55, 0x3a0ba4, 0x240b49, 0x0cba93,
    0x320a95, 0x1c052d, 0x068aad, 0x2a0ab5, 0x1735aa, 0x3c05d2, 0x260da5, 0x10dd4a, 0x360d4a, 0x200c95,
    0x0a952e, 0x2e0556, 0x180ab5, 0x0455b2, 0x2a06d2, 0x12cea5, 0x380725, 0x22064b, 0x0cac97, 0x300cab,
    0x1c055a, 0x066ad6, 0x2c0b69, 0x177752, 0x3c0b52, 0x260b25, 0x10da4b, 0x340a4b, 0x1e04ab, 0x08a55b,
    0x2e05ad, 0x180b6a, 0x045b52, 0x2a0d92, 0x14fd25, 0x380d25, 0x220a55, 0x0cb4ad, 0x3204b6, 0x1a05b5,
    0x066daa, 0x2c0ec9, 0x191e92, 0x3c0e92, 0x260d26, 0x10ca56, 0x340a57, 0x1e0556, 0x0886d5, 0x2e0755,
    0x1a0749,
];

/// A day of the Chinese lunar year that begins in a Gregorian year; day 0 is the eve of the month.
pub(super) fn lunar(year: i16, month: i8, day: i8) -> Option<Date> {
    let entry = *MONTHS.get(usize::try_from(year.checked_sub(FIRST)?).ok()?)?;
    let twice = (entry >> 13) & 15;
    let month = u32::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    let before = month - 1 + u32::from(twice > 0 && month > twice);
    let long = (entry & ((1 << before) - 1)).count_ones();
    let days = (entry >> 17) + before * 29 + long;
    after(Date::new(year, 1, 20).ok()?, i32::try_from(days).ok()? + i32::from(day) - 1)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn feasts_fall_where_the_almanacs_have_them() {
        for (got, expected) in [
            (easter(2026), date(2026, 4, 5)),
            (orthodox_easter(2026), date(2026, 4, 12)),
            (rosh_hashanah(2026), date(2026, 9, 12)),
            (rosh_hashanah(2025), date(2025, 9, 23)),
            (passover(2026), date(2026, 4, 2)),
            (shevat(2026), date(2026, 2, 2)),
            (shevat(2024), date(2024, 1, 25)),
            (hanukkah(2025), date(2025, 12, 15)),
            (hanukkah(2026), date(2026, 12, 5)),
            (qingming(2026), date(2026, 4, 5)),
            (lunar(2026, 1, 1), date(2026, 2, 17)),
            (lunar(2026, 1, 0), date(2026, 2, 16)),
            (lunar(2026, 5, 5), date(2026, 6, 19)),
            (lunar(2025, 8, 15), date(2025, 10, 6)),
        ] {
            assert_eq!(got, Some(expected));
        }
        assert_eq!(lunar(1989, 1, 1), None);
        assert_eq!(lunar(2061, 1, 1), None);
    }
}
