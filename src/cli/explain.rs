//! `explain`: how a mail would be read, and why.

use std::path::{Path, PathBuf};

use super::out;
use crate::exit::Exit;
use crate::explain::{Clock, Explained, explain, explain_text};
use crate::live::Live;
use crate::mime;
use crate::token::{Found, find_in};
use crate::triage::label;
use crate::triage::level::Tier;
use crate::triage::read::{Context, read_fully};
use crate::triage::verdict::Disposition;

/// Show how mails are read: fields, dates, class, labels, and the rules that spoke
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  madoguchi explain mail.eml
  madoguchi explain mails/ --json | jq .class
  madoguchi explain --mailbox krakow mail.eml
  madoguchi -c /etc/madoguchi/config.toml explain *.eml

Touches no server and no store. A folder means its *.eml files, in order of name.")]
pub(super) struct Args {
    /// Mails (RFC 5322), or folders of them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read them as this mailbox of the config does; default: as the desk does.
    #[arg(long, value_name = "NAME")]
    mailbox: Option<String>,
    /// Reckon service levels as for a customer of this tier: standard or premium.
    #[arg(long, default_value = "standard", value_name = "TIER", value_parser = tier)]
    tier: Tier,
    /// One JSON object a mail.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Exit {
    let live = match super::load_for(config, args.mailbox.as_deref()) {
        Ok(live) => live,
        Err(exit) => return exit,
    };
    let mut exit = Exit::Ok;
    for file in files(&args.files, &mut exit) {
        match std::fs::read(&file) {
            Ok(bytes) => show(&live, &file, &bytes, args),
            Err(error) => exit = out::complain(&format!("{}: {error}", file.display()), Exit::No),
        }
    }
    exit
}

fn files(named: &[PathBuf], exit: &mut Exit) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let listed = std::fs::read_dir(path).map(|entries| {
            let mut mails: Vec<PathBuf> = entries
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
                .collect();
            mails.sort();
            mails
        });
        match listed {
            Ok(mails) if mails.is_empty() => {
                *exit = out::complain(&format!("{}: no *.eml in this folder", path.display()), Exit::No);
            }
            Ok(mails) => files.extend(mails),
            Err(error) => *exit = out::complain(&format!("{}: {error}", path.display()), Exit::No),
        }
    }
    files
}

fn tier(text: &str) -> Result<Tier, String> {
    let found = Tier::WORDS.into_iter().find(|(word, _)| *word == text);
    found.map(|(_, tier)| tier).ok_or_else(|| "write standard or premium".to_owned())
}

fn show(live: &Live, file: &Path, bytes: &[u8], args: &Args) {
    let name = file.display().to_string();
    let letter = mime::letter(bytes);
    let mut reading = letter
        .as_ref()
        .ok()
        .map(|letter| read_fully(letter, &live.desk_policy().desk, live.desk_rules(), &Context::default()));
    if let (Ok(letter), Some(reading)) = (&letter, &mut reading)
        && find_in(letter) != Found::Nothing
    {
        reading.verdict.disposition = Disposition::Command;
        reading.verdict.class = None;
    }
    let (outcome, add) = match (&letter, &reading) {
        (Ok(letter), Some(reading)) => (Ok((letter, reading)), labels(live, &marks(reading))),
        (Err(unreadable), _) => (Err(*unreadable), labels(live, &[label::TRIAGE_POISON.to_owned()])),
        // A letter always comes with its reading.
        (Ok(_), None) => return,
    };
    let remove = Vec::new();
    let clock = outcome.ok().and_then(|(letter, reading)| {
        let topic = live.desk_rules().topics().named(&reading.verdict.topic);
        let priority = topic.and_then(|topic| topic.priority);
        Clock::of(live.desk_policy(), letter, reading, args.tier, priority)
    });
    let topics = Some(live.desk_rules().topics());
    let explained = Explained { file: &name, outcome, add, remove, topics, clock };
    if args.json {
        out::json(&explain(&explained));
    } else {
        out::line(&explain_text(&explained));
    }
}

/// Marks as they appear on screen, in the chosen mailbox or the first of the config.
fn labels(live: &Live, meanings: &[String]) -> Vec<String> {
    let marks = live.looking_as().map(|mailbox| &mailbox.marks);
    meanings
        .iter()
        .map(|meaning| {
            let mark = marks.and_then(|marks| marks.get(meaning));
            mark.map_or_else(|| meaning.clone(), |mark| mark.label.clone())
        })
        .collect()
}

/// The marks a mail would get on arrival.
fn marks(reading: &crate::triage::verdict::Reading) -> Vec<String> {
    let mut marks = reading.verdict.marks.clone();
    match reading.verdict.disposition {
        Disposition::Case | Disposition::FollowUp => marks.push(label::ASKED.to_owned()),
        Disposition::Command => marks.push(label::HANDLED.to_owned()),
        Disposition::Quarantined => marks.push(label::TRIAGE_POISON.to_owned()),
        Disposition::Ignored(_) => marks.clear(),
    }
    marks
}
