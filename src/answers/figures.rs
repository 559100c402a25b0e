//! Figures as objects: the tables of some days, or a file made from them.

use data_encoding::BASE64;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::desk::worked::House;
use crate::desk::{Desk, DeskError};
use crate::figures::Sheet;
use crate::render::voice::Voice;
use crate::triage::case::Case;
use crate::triage::figures::Period;
use crate::triage::handling::Reckoning;
use crate::triage::people::Lang;

/// How many days at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// One day.
    Day,
    /// The week of a day, Monday first.
    Week,
    /// The month of a day.
    Month,
}

/// As what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Tables of 80 columns.
    Table,
    /// One table as CSV.
    Csv,
    /// All tables as a workbook.
    Xlsx,
    /// The bars.
    Png,
    /// Everything as an object.
    Json,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// How many days.
    pub span: Span,
    /// A day among them, `2026-08-27`; `None`: today.
    #[serde(default)]
    pub day: Option<String>,
    /// Of one person, by name or address.
    #[serde(default)]
    pub person: Option<String>,
    /// As what.
    pub format: Format,
    /// Which table, for CSV.
    pub table: String,
    /// In which words: `ja`, `en`, `pl`.
    pub lang: String,
}

/// Who had a case in hand, and for how long, in minutes.
pub(super) fn handling(case: &Case, reckoning: &Reckoning) -> Value {
    let people = case.handling.people();
    let people = people.iter().map(|person| {
        json!({
            "by": person.as_str(),
            "minutes": case.handling.total(person, reckoning).as_mins(),
            "corrected": case.handling.corrected.iter().any(|said| said.by == *person),
        })
    });
    people.collect()
}

/// One object with `json`, `text` or `base64`, or with what is wrong under `wrong`.
pub(super) async fn figures(desk: &Desk, wanted: &Wanted) -> Result<Vec<Value>, DeskError> {
    let live = desk.live();
    let now = desk.now();
    let today = live.config.reckoning().day_of(now);
    let wrong = |what: String| Ok(vec![json!({ "wrong": what })]);
    let day: Date = match wanted.day.as_deref().map(str::parse).transpose() {
        Ok(day) => day.unwrap_or(today),
        Err(_) => return wrong("this is no day; write it as 2026-08-27".to_owned()),
    };
    let period = match wanted.span {
        Span::Day => Period::day(day),
        Span::Week => Period::week(day),
        Span::Month => Period::month(day),
    };
    let mut book = desk.figures(period).await?;
    if let Some(who) = &wanted.person {
        let Some(person) = live.desk_policy().person_called(who) else {
            let known: Vec<&str> = live.config.people.iter().map(|person| person.name.as_str()).collect();
            return wrong(format!("nobody is called {who}; known: {}", known.join(", ")));
        };
        book = book.of_person(&person.address);
    }
    let lang = Lang::ALL.into_iter().find(|lang| lang.code() == wanted.lang).unwrap_or_default();
    let sheet = Sheet::of(&book, &House { live, now }, Voice::of(lang), period);
    let handled = sheet.total.handled;
    let file = |bytes: Result<Vec<u8>, String>| match bytes {
        Ok(bytes) => json!({ "handled": handled, "base64": BASE64.encode(&bytes) }),
        Err(why) => json!({ "wrong": format!("the file cannot be made: {why}") }),
    };
    Ok(vec![match wanted.format {
        Format::Table => json!({ "handled": handled, "text": sheet.text(80) }),
        Format::Json => json!({ "handled": handled, "json": sheet.json() }),
        Format::Csv => file(Ok(sheet.csv(&wanted.table))),
        Format::Xlsx => file(sheet.workbook()),
        Format::Png => file(sheet.picture()),
    }])
}
