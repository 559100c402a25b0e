//! How a comparison is shown: a table for people, objects for programs. Words of a mail only where they may be shown.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::super::out;
use crate::workshop::compare::{Comparison, Row, Totals};

/// What differs beside the decision itself; values only where they may be shown.
fn details(row: &Row, show_text: bool) -> Vec<String> {
    let beside = row.changes.iter().filter(|change| change.what != "decision");
    let shown = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    beside
        .map(|change| {
            if change.personal && !show_text {
                format!("{}: differs", change.what)
            } else {
                format!("{}: {} → {}", change.what, shown(&change.old), shown(&change.new))
            }
        })
        .collect()
}

/// The table of differences, and the figures below it. `two`: there are other rules.
pub(super) fn table(comparison: &Comparison, answers: usize, damaged: usize, two: bool, show_text: bool) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["MAIL", if two { "OLD → NEW" } else { "READ AS" }, "PEOPLE", "", "RULES"]);
    for row in &comparison.rows {
        let decision =
            if row.old == row.new { row.old.clone() } else { format!("{} → {}", row.old, row.new) };
        let lines: Vec<String> = std::iter::once(decision).chain(details(row, show_text)).collect();
        let name = if show_text { format!("{}\n{}", row.name, row.subject) } else { row.name.clone() };
        let judged = if two { row.judged.word() } else { "" };
        // The same rules spoke: then a label, a word or the grammar of dates reads another fact.
        let rules = if row.rules.is_empty() { "lists of words".to_owned() } else { row.rules.join("\n") };
        table.add_row([name, lines.join("\n"), row.people.clone(), judged.to_owned(), rules]);
    }
    if !comparison.rows.is_empty() {
        out::line(&table.trim_fmt());
        out::line("");
    }
    let totals = &comparison.totals;
    out::line(&format!(
        "{} mails, {answers} answers, {} twice, {damaged} damaged",
        totals.mails, totals.twice
    ));
    if two {
        out::line(&format!(
            "{} read in another way; {} of them no matter any more, {} a matter now",
            totals.changed, totals.silenced, totals.raised
        ));
    }
    if totals.known == 0 {
        out::line("no mark and no answer tells what people did");
        return;
    }
    let share = |right: usize, of: usize| format!("{right} of {of} ({} %)", right * 100 / of.max(1));
    let (old, new) = totals.right;
    out::line(&format!("as people did    old {}", share(old, totals.known)));
    if two {
        out::line(&format!("                 new {}", share(new, totals.known)));
        out::line(&format!("                 {} better, {} worse", totals.better, totals.worse));
    }
    for (question, (known, old, new)) in &totals.questions {
        let new = if two { format!("   new {}", share(*new, *known)) } else { String::new() };
        out::line(&format!("  {question:<14} old {}{new}", share(*old, *known)));
    }
}

/// One mail as an object.
pub(super) fn object(row: &Row, show_text: bool) -> Value {
    let changes: Vec<Value> = row
        .changes
        .iter()
        .map(|change| {
            if change.personal && !show_text {
                json!({ "what": change.what })
            } else {
                json!({ "what": change.what, "old": change.old, "new": change.new })
            }
        })
        .collect();
    json!({
        "mail": row.name,
        "subject": show_text.then_some(&row.subject),
        "old": row.old,
        "new": row.new,
        "changes": changes,
        "people": row.people,
        "judged": row.judged.word(),
        "rules": row.rules,
    })
}

/// The figures as an object.
pub(super) fn summary(
    totals: &Totals,
    answers: usize,
    internal: usize,
    damaged: &[(String, String)],
) -> Value {
    let questions: serde_json::Map<String, Value> = totals
        .questions
        .iter()
        .map(|(question, (known, old, new))| {
            ((*question).to_owned(), json!({ "known": known, "old": old, "new": new }))
        })
        .collect();
    let damaged: Vec<Value> = damaged.iter().map(|(name, why)| json!({ "mail": name, "why": why })).collect();
    json!({
        "mails": totals.mails,
        "twice": totals.twice,
        "answers": answers,
        "internal": internal,
        "damaged": damaged,
        "changed": totals.changed,
        "silenced": totals.silenced,
        "raised": totals.raised,
        "known": totals.known,
        "old_right": totals.right.0,
        "new_right": totals.right.1,
        "better": totals.better,
        "worse": totals.worse,
        "questions": questions,
    })
}
