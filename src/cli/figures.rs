//! `figures`: what was done on a day, in a week, in a month.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, ValueEnum};
use data_encoding::BASE64;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::ask::{ask, text};
use super::out;
use crate::answers::{Question, figures};
use crate::exit::Exit;

/// Show cases handled, time, calls and promises kept, for each person
#[derive(Debug, clap::Args)]
#[command(
    group(ArgGroup::new("span").args(["day", "week", "month"])),
    after_help = "\
Examples:
  madoguchi figures                                  today
  madoguchi figures --day 2026-08-27 --person 佐藤
  madoguchi figures --week 2026-W35
  madoguchi figures --month 2026-08 --format xlsx --out august.xlsx
  madoguchi figures --format csv --table cases > cases.csv

Tables for --format csv: people, days, mailboxes, queues, topics, classes, tags, cases.
Exits with 1 when nobody handled a case."
)]
pub(super) struct Args {
    /// A day; default: today.
    #[arg(long, value_name = "DATE")]
    day: Option<Date>,
    /// A week: 2026-W35, or a day in it.
    #[arg(long, value_name = "WEEK", value_parser = week)]
    week: Option<Date>,
    /// A month: 2026-08, or a day in it.
    #[arg(long, value_name = "MONTH", value_parser = month)]
    month: Option<Date>,
    /// Only what this person did, by name or address.
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// As what.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Format,
    /// Which table, for csv.
    #[arg(long, default_value = "people", value_name = "TABLE", value_parser = crate::figures::TABLES)]
    table: String,
    /// In which language: ja, en, pl.
    #[arg(long, default_value = "ja", value_name = "LANG", value_parser = ["ja", "en", "pl"])]
    lang: String,
    /// Where to; default: here.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One JSON object.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Xlsx,
    Png,
    Json,
}

/// A day, or the Monday of a week such as `2026-W35`.
fn week(text: &str) -> Result<Date, String> {
    let named = || {
        let (year, week) = text.split_once("-W")?;
        ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok().map(ISOWeekDate::date)
    };
    named().or_else(|| text.parse().ok()).ok_or_else(|| "write 2026-W35, or a day of the week".to_owned())
}

/// A day, or the first of a month such as `2026-08`.
fn month(text: &str) -> Result<Date, String> {
    let day = format!("{text}-01").parse().ok().or_else(|| text.parse().ok());
    day.ok_or_else(|| "write 2026-08, or a day of the month".to_owned())
}

pub(super) async fn run(config: &Path, args: &Args) -> Exit {
    let format = match args.format {
        _ if args.json => figures::Format::Json,
        Format::Table => figures::Format::Table,
        Format::Csv => figures::Format::Csv,
        Format::Xlsx => figures::Format::Xlsx,
        Format::Png => figures::Format::Png,
        Format::Json => figures::Format::Json,
    };
    let binary = matches!(format, figures::Format::Xlsx | figures::Format::Png);
    if binary && args.out.is_none() && std::io::stdout().is_terminal() {
        return out::complain("this is no file for a terminal; name one with --out", Exit::Usage);
    }
    let (span, day) = match (args.week, args.month) {
        (Some(day), _) => (figures::Span::Week, Some(day)),
        (None, Some(day)) => (figures::Span::Month, Some(day)),
        (None, None) => (figures::Span::Day, args.day),
    };
    let wanted = figures::Wanted {
        span,
        day: day.map(|day| day.to_string()),
        person: args.person.clone(),
        format,
        table: args.table.clone(),
        lang: args.lang.clone(),
    };
    let answers = match ask(config, &Question::Figures { wanted }).await {
        Ok(answers) => answers,
        Err(exit) => return exit,
    };
    let Some(answer) = answers.first() else {
        return out::complain("the daemon said nothing about figures", Exit::Failed);
    };
    let wrong = text(answer, "wrong");
    if !wrong.is_empty() {
        return out::complain(&wrong, Exit::Usage);
    }
    let bytes = match format {
        figures::Format::Table => text(answer, "text").into_bytes(),
        figures::Format::Json => text(answer, "json").into_bytes(),
        figures::Format::Csv | figures::Format::Xlsx | figures::Format::Png => {
            BASE64.decode(text(answer, "base64").as_bytes()).unwrap_or_default()
        }
    };
    if let Err(error) = write(args.out.as_deref(), &bytes, format) {
        return out::complain(&format!("cannot write: {error}"), Exit::Failed);
    }
    if answer.get("handled").and_then(serde_json::Value::as_u64) == Some(0) { Exit::No } else { Exit::Ok }
}

fn write(to: Option<&Path>, bytes: &[u8], format: figures::Format) -> std::io::Result<()> {
    match to {
        Some(file) => std::fs::write(file, bytes),
        None if matches!(format, figures::Format::Table | figures::Format::Json) => {
            out::line(String::from_utf8_lossy(bytes).trim_end());
            Ok(())
        }
        None => std::io::stdout().lock().write_all(bytes),
    }
}
