//! One command, and nothing but one command, in Japanese, English and a little Polish (design: approval by mail).
//!
//! Reads a text that was typed; what was typed is cut out elsewhere, and whether the command fits is nobody's business here.

use jiff::civil::Date;

use super::cut::{Typed, all_typed, fold, lines, typed};
use super::{Unclear, Understood};
use crate::triage::command::{Away, Command};
use crate::triage::dossier;
use crate::triage::verdict::Class;

mod day;
mod days;
mod edit;
mod orders;
mod place;
mod words;

pub use day::understand_day;
use words::{Word, bare, begins_like_one, is_condition, split, takes_back, word};

/// Bytes of text that are read at most.
const LONGEST: usize = 256 * 1024;

/// Reads what a colleague or a shop's staff wrote in their own words: a note, even if it says "OK". Everything that was typed,
/// above, below and between the quotes.
pub fn remark(text: &str) -> Understood {
    let lines = match readable(text) {
        Ok(lines) => lines,
        Err(why) => return Understood::Unclear(why),
    };
    let text = all_typed(&lines);
    if text.is_empty() {
        Understood::Empty
    } else {
        Understood::Command(Command::Reply { text, check: None, good_until: None })
    }
}

/// Reads what one of the support group says about a long call: that it is over (「済」, 「完了」), a note, or a question where it
/// stands. Nothing else can be said by its mail.
pub fn about_call(text: &str, today: Date) -> Understood {
    match understand(text, today) {
        Understood::Command(Command::Done) => Understood::Command(Command::Ended { note: String::new() }),
        kept @ Understood::Command(
            Command::Ended { .. } | Command::Note { .. } | Command::Status | Command::Help,
        ) => kept,
        Understood::Command(_) => Understood::Unclear(Unclear::NotForCall),
        other @ (Understood::Unclear(_) | Understood::Empty) => other,
    }
}

/// The lines of an answer, if they can be read at all.
fn readable(text: &str) -> Result<Vec<String>, Unclear> {
    if text.len() > LONGEST {
        return Err(Unclear::TooLong);
    }
    let lines = lines(text);
    let sealed = |line: &String| line.starts_with("-----BEGIN PGP") || line.starts_with("-----BEGIN PKCS7");
    if lines.iter().any(sealed) { Err(Unclear::Encrypted) } else { Ok(lines) }
}

/// Reads an answer. `today` resolves days without a year (`店舗 不在 8/28~8/30`).
pub fn understand(text: &str, today: Date) -> Understood {
    let lines = match readable(text) {
        Ok(lines) => lines,
        Err(why) => return Understood::Unclear(why),
    };
    if let Some(understood) = edit::read(&lines) {
        return understood;
    }
    match typed(&lines, true) {
        Typed::BetweenQuotes => Understood::Unclear(Unclear::BetweenQuotes),
        Typed::Run(run) if run.is_empty() => Understood::Empty,
        Typed::Run(run) => {
            command(&run.join("\n"), today).map_or_else(Understood::Unclear, Understood::Command)
        }
    }
}

fn command(typed: &str, today: Date) -> Result<Command, Unclear> {
    let (head, rest) = match word(&bare(&fold(typed))) {
        Some(head) if !typed.contains('\n') => (head, ""),
        _ => split(typed).ok_or_else(|| strange(typed))?,
    };
    let rest = rest.trim();
    let folded = fold(rest);
    let asks = folded.ends_with('?');
    let alone = |command: Command| match (rest.is_empty(), asks) {
        (true, _) => Ok(command),
        (false, true) => Err(Unclear::Question),
        (false, false) => Err(Unclear::SaysMore),
    };
    let note = |command: fn(String) -> Command| match () {
        () if asks || takes_back(&folded) => Err(Unclear::Question),
        () if is_condition(&folded) => Err(Unclear::SaysMore),
        () => Ok(command(rest.to_owned())),
    };
    match head {
        Word::Approve => alone(Command::Approve),
        Word::Reject => note(|reason| Command::Reject { reason }),
        // "NO problem" is a yes: the short word stands alone.
        Word::No => alone(Command::Reject { reason: String::new() }),
        Word::Edit => Err(Unclear::EditSameLine),
        Word::Called => note(called),
        Word::NoAnswer => alone(Command::NoAnswer),
        Word::OnCall => alone(Command::OnCall),
        Word::Remote => alone(Command::Remote),
        Word::Shop if rest.is_empty() => Ok(Command::Shop { away: None }),
        Word::Shop => shop(rest, today),
        Word::ShopAccepts => alone(Command::ShopAccepts),
        Word::Hold => place::wait(rest, today).map(|wait| Command::Hold { wait }).ok_or(Unclear::HoldTime),
        Word::Move => place::moved(rest),
        Word::Priority => place::priority(rest),
        Word::HandOver => place::handed_over(rest),
        Word::Time => days::spent_on(&folded, today)
            .map(|(minutes, day)| Command::Time { minutes, day })
            .ok_or(Unclear::SpentTime),
        Word::Booked => note(|when| Command::Booked { when }),
        Word::Lost => alone(Command::Lost),
        Word::Assign if rest.is_empty() => Err(Unclear::WhoMissing),
        Word::Assign if rest.contains('\n') => Err(Unclear::SaysMore),
        Word::Assign => note(|who| Command::Assign { who }),
        Word::Check => check(rest),
        Word::Delegate => delegate(rest),
        Word::Note if rest.is_empty() => Err(Unclear::TextMissing),
        Word::Note => Ok(Command::Note { text: rest.to_owned() }),
        Word::Classify => match bare(&fold(rest)).as_str() {
            "a" | "inquiry" | "問い合わせ" | "お問い合わせ" => {
                Ok(Command::Classify(Class::Inquiry))
            }
            "b" | "reservation" | "予約" | "予約希望" => Ok(Command::Classify(Class::Reservation)),
            _ => Err(Unclear::ClassMissing),
        },
        Word::Cancel => alone(Command::Cancel),
        Word::Resend => alone(Command::Resend),
        Word::Skip => alone(Command::Skip),
        Word::Done => alone(Command::Done),
        Word::Ended => note(|note| Command::Ended { note }),
        Word::Order(order) => orders::read(order, typed, today).map(Command::Complaint),
        Word::Status => alone(Command::Status),
        Word::Help => alone(Command::Help),
    }
}

/// `電話済 25m note`; without a length of time all of it is the note.
fn called(rest: String) -> Command {
    match dossier::minutes(&rest) {
        Some((minutes, note)) => Command::Called { minutes: Some(minutes), note: note.to_owned() },
        None => Command::Called { minutes: None, note: rest },
    }
}

/// Why a text without a command word is not one.
fn strange(typed: &str) -> Unclear {
    let folded = bare(&fold(typed));
    let question = folded.ends_with('?') || folded.ends_with('か');
    let asked = folded.strip_suffix('?').is_some_and(|head| word(&bare(head)).is_some());
    match (asked || begins_like_one(&folded), question) {
        (true, true) => Unclear::Question,
        (true, false) => Unclear::SaysMore,
        (false, _) => Unclear::NotACommand,
    }
}

fn check(rest: &str) -> Result<Command, Unclear> {
    let (who, text) = addressed(rest)?;
    Ok(Command::Check { who: who.to_owned(), text: text.to_owned() })
}

/// `@name 2日 question`: the time may be left out, the question not.
fn delegate(rest: &str) -> Result<Command, Unclear> {
    let (who, text) = addressed(rest)?;
    let (first, more) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (minutes, text) = match days::minutes(&bare(&fold(first))) {
        Some(minutes) => (Some(minutes), more.trim()),
        // Whoever is asked must not read it as a part of the question, with a deadline that nobody named.
        None if days::is_span(&bare(&fold(first))) => return Err(Unclear::DelegateTime),
        None => (None, text),
    };
    if text.is_empty() {
        return Err(Unclear::TextMissing);
    }
    Ok(Command::Delegate { who: who.to_owned(), minutes, text: text.to_owned() })
}

/// `@name question`: the name ends at a blank or a mark, or stands between quotes.
fn addressed(rest: &str) -> Result<(&str, &str), Unclear> {
    const QUOTES: [(char, char); 5] = [('"', '"'), ('“', '”'), ('「', '」'), ('『', '』'), ('＂', '＂')];
    let rest = rest.trim_start_matches(['@', '＠']).trim_start();
    let mark = |c: char| c.is_whitespace() || matches!(c, '、' | '，' | ',' | '：' | ':');
    let quoted = QUOTES.iter().find_map(|(open, close)| rest.strip_prefix(*open)?.split_once(*close));
    let (who, text) = match quoted {
        Some(parts) => parts,
        None => rest.split_at(rest.find(mark).unwrap_or(rest.len())),
    };
    let text = text.trim_start_matches(mark).trim();
    // 「確認 @佐藤？」 asks nothing but her.
    let who = if text.is_empty() { who.trim_end_matches(['?', '？', '!', '！', '。']) } else { who };
    if who.trim().is_empty() || who.starts_with(QUOTES.map(|(open, _)| open)) {
        return Err(Unclear::WhoMissing);
    }
    Ok((who.trim(), text))
}

fn shop(rest: &str, today: Date) -> Result<Command, Unclear> {
    let folded = fold(rest);
    let Some(days) = ["不在", "away"].iter().find_map(|start| folded.strip_prefix(start)) else {
        return Err(Unclear::SaysMore);
    };
    let (from, until, back) = days::away(days.trim(), today).ok_or(Unclear::AwayDays)?;
    Ok(Command::Shop { away: Some(Away { from, until, back }) })
}

#[cfg(test)]
mod tests;
