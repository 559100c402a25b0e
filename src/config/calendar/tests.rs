//! What may be written about business time, and what is said about mistakes.

use std::path::Path;

use jiff::civil::DateTime;

use crate::config;

const SAMPLE: &str = include_str!("../../../config.toml");

/// The sample with its calendar written otherwise, from the line below the name on.
fn with(calendar: &str) -> Result<config::Config, String> {
    let (before, rest) = SAMPLE.split_once("name = \"窓口\"\n").unwrap();
    let (_, after) = rest.split_once("# --- Shops").unwrap();
    let text = format!("{before}name = \"窓口\"\n{calendar}\n# --- Shops{after}");
    let first = 1 + before.matches('\n').count();
    config::parse(Path::new("config.toml"), &text).map_err(|faults| {
        let said = |fault: &crate::fault::Fault| {
            format!(
                "{}:{}: {}; {}",
                fault.line.cast_signed() - first.cast_signed(),
                fault.column,
                fault.what,
                fault.hint
            )
        };
        faults.iter().map(said).collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn hours_are_understood() {
    for (hours, wall, expected) in [
        ("mon-fri 09:00-18:00", "2026-08-27T09:00", true),
        ("mon-fri 09:00-18:00", "2026-08-29T09:00", false),
        ("月-金 09:00-12:00, 13:00-18:00", "2026-08-27T12:30", false),
        ("月,火、木〜土 9:00〜18:00", "2026-08-27T17:59", true),
        ("sat-mon 10:00-14:00", "2026-08-30T10:00", true),
        ("sat-mon 10:00-14:00", "2026-09-01T10:00", false),
        ("Fri 22:00-06:00", "2026-08-29T05:59", true),
        ("mon-sun 00:00-24:00", "2026-08-29T23:59", true),
        ("mon-fri,holiday 10:00-15:00", "2026-09-22T14:59", true),
        ("mon-fri 10:00-15:00", "2026-09-22T14:59", false),
    ] {
        let config = with(&format!("hours = [\"{hours}\"]\nholidays = \"jp\"")).unwrap();
        let at = wall.parse::<DateTime>().unwrap().in_tz("Asia/Tokyo").unwrap().timestamp();
        assert_eq!(config.calendar_of(None).is_open(at), expected, "{hours} at {wall}");
    }
}

#[test]
fn days_off_and_extra_days() {
    let config = with(
        "hours = [\"mon-sun 09:00-18:00\"]\nclosed = [\"12-29..01-03\", \"2026-08-13\"]\nopen = [\"2026-12-31 10:00-15:00\"]",
    );
    let calendar = config.unwrap().calendar_of(None);
    for (wall, expected) in [
        ("2026-08-13T12:00", false),
        ("2026-12-30T12:00", false),
        ("2026-12-31T12:00", true),
        ("2026-12-31T09:30", false),
        ("2027-01-03T12:00", false),
        ("2027-01-04T12:00", true),
    ] {
        let at = wall.parse::<DateTime>().unwrap().in_tz("Asia/Tokyo").unwrap().timestamp();
        assert_eq!(calendar.is_open(at), expected, "{wall}");
    }
}

#[test]
fn mistakes_are_placed_and_explained() {
    for (calendar, expected) in [
        (
            "holidays = \"jp\"",
            "-2:1: `calendar.hours` says nothing: nobody would ever be there; write for example hours = [\"mon-fri 09:00-12:00 13:00-18:00\"]",
        ),
        (
            "hours = []",
            "1:9: `calendar.hours` says nothing: nobody would ever be there; write for example hours = [\"mon-fri 09:00-12:00 13:00-18:00\"]",
        ),
        (
            "hours = [\"mon\"]",
            "1:10: `mon` names days and no hours; write the hours behind the days: 09:00-18:00; days without hours are left out",
        ),
        (
            "hours = [\"weekdays 09:00-18:00\"]",
            "1:10: `weekdays` is not a day; write mon, tue, wed, thu, fri, sat, sun or holiday (月 … 日, 祝), with - and , between them",
        ),
        (
            "hours = [\"mon-holiday 09:00-18:00\"]",
            "1:10: `mon-holiday` is no range of days; write holidays apart: \"mon-fri,holiday 09:00-18:00\"",
        ),
        (
            "hours = [\"mon 09:00-09:00\"]",
            "1:10: `09:00-09:00` are no hours; write from and until: \"09:00-18:00\"; \"22:00-06:00\" for a night, \"00:00-24:00\" for a whole day",
        ),
        (
            "hours = [\"mon 09:00-12:00 11:00-18:00\"]",
            "1:10: `09:00-12:00` and `11:00-18:00` overlap; let one end where the other begins, or earlier",
        ),
        (
            "hours = [\"mon-wed 09:00-12:00\", \"tue 11:00-18:00\"]",
            "1:9: `tue 11:00-18:00` overlaps hours of the same day; let one end where the other begins, or earlier",
        ),
        (
            "hours = [\"sun 22:00-06:00\", \"mon 05:00-18:00\"]",
            "1:9: `sun 22:00-06:00` overlaps hours of the next day; let one end where the other begins, or earlier",
        ),
        (
            "hours = [\"mon,holiday 09:00-12:00\"]",
            "1:9: there are hours for holidays, and none are kept; add holidays = \"jp\"",
        ),
        (
            "hours = [\"mon 09:00-12:00\"]\nholidays = \"de\"",
            "2:12: `de` is not a choice here; write one of \"none\", \"jp\"",
        ),
        (
            "hours = [\"mon 09:00-12:00\"]\nclosed = [\"2027-01-03..2026-12-29\"]",
            "2:11: `2027-01-03..2026-12-29` ends before it begins; write the earlier day first",
        ),
        (
            "hours = [\"mon 09:00-12:00\"]\nclosed = [\"2026-02-29\"]",
            "2:11: `2026-02-29` are no days; write 2026-08-13, 2026-12-29..2027-01-03, or 12-29..01-03 for every year",
        ),
        (
            "hours = [\"mon 09:00-12:00\"]\nopen = [\"2026-12-29\"]",
            "2:9: `2026-12-29` names days and no hours; write the hours behind the days: 09:00-18:00; days without hours are left out",
        ),
        (
            "hours = [\"mon 09:00-12:00\"]\n[[calendar]]\nname = \"窓口\"\nhours = [\"mon 09:00-12:00\"]",
            "3:8: `窓口` is used twice; give each its own",
        ),
    ] {
        assert_eq!(with(calendar).err().as_deref(), Some(expected), "{calendar}");
    }
}

#[test]
fn a_calendar_that_nobody_wrote() {
    for (from, to, expected) in [
        (
            "calendar = \"窓口\"\n",
            "calendar = \"窗口\"\n",
            "no calendar is called `窗口`; add a [[calendar]] of this name",
        ),
        (
            "#calendar = \"窓口\"",
            "calendar = \"shop\"",
            "no calendar is called `shop`; add a [[calendar]] of this name",
        ),
    ] {
        let text = SAMPLE.replacen(from, to, 1);
        let faults = config::parse(Path::new("config.toml"), &text).unwrap_err();
        let line = 1 + SAMPLE.split(from).next().unwrap().matches('\n').count();
        let column = 12;
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(said, [format!("config.toml:{line}:{column}: {expected}")]);
    }
}
