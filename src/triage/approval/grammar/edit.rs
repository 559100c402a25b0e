//! `修正` and the new text under it. The text becomes a customer's mail, so nothing may slip in unseen.

use super::{Word, bare, word};
use crate::triage::approval::cut::{Typed, first_typed, fold, holds_history, typed};
use crate::triage::approval::{Unclear, Understood};
use crate::triage::command::Command;
use crate::triage::hygiene::holds_token;

/// Reads an answer whose first typed line is the edit word alone; `None` when it is not.
pub(super) fn read(lines: &[String]) -> Option<Understood> {
    let first = first_typed(lines)?;
    if word(bare(&fold(lines.get(first)?)).trim_end_matches(':')) != Some(Word::Edit) {
        return None;
    }
    let under = lines.get(first + 1..).unwrap_or_default();
    // Under the quote is one way to answer, over it another; inside it nobody can say where the new text ends.
    if holds_history(lines.get(..first).unwrap_or_default()) && holds_history(under) {
        return Some(Understood::Unclear(Unclear::BetweenQuotes));
    }
    Some(match new_text(under) {
        Ok(text) => Understood::Command(Command::Edit { text }),
        Err(why) => Understood::Unclear(why),
    })
}

fn new_text(under: &[String]) -> Result<String, Unclear> {
    let end = under.iter().position(|line| fold(line).replace(' ', "") == ">>>end");
    let text = match end.and_then(|at| Some((under.get(..at)?, under.get(at + 1..)?))) {
        Some((inside, after)) => {
            match typed(after, true) {
                Typed::Run(run) if run.is_empty() => {}
                Typed::Run(_) => return Err(Unclear::SaysMore),
                Typed::BetweenQuotes => return Err(Unclear::BetweenQuotes),
            }
            // An end mark that stands in the quoted history would carry our own request to the customer.
            if holds_history(inside) {
                return Err(Unclear::EditHoldsQuote);
            }
            inside.join("\n")
        }
        None => match typed(under, false) {
            Typed::Run(run) => run.join("\n"),
            Typed::BetweenQuotes => return Err(Unclear::BetweenQuotes),
        },
    };
    let text = text.trim_matches('\n').trim_end();
    if text.trim().is_empty() {
        return Err(Unclear::EditEmpty);
    }
    if text.lines().any(|line| line.trim_start().starts_with(['>', '＞'])) {
        return Err(Unclear::EditHoldsQuote);
    }
    if holds_token(text) {
        return Err(Unclear::EditHoldsToken);
    }
    Ok(text.to_owned())
}
