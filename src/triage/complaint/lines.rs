//! Lines of the form `label: value` in what people write about a complaint. Pure text; knows no field's meaning.

use super::{Field, Rules};
use crate::triage::approval::folded;
use crate::triage::form::Form;
use crate::triage::thread::Parts;

/// Longest label, in characters: anything longer before a colon is a sentence.
const LONGEST: usize = 16;

/// Label and value of every `label: value` line; lines that follow without a label belong to the value before them. `None`
/// where something stands before the first label.
pub fn field_lines(text: &str) -> Option<Vec<(String, String)>> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (labelled(line), fields.last_mut()) {
            (Some((label, value)), _) => fields.push((label, value.to_owned())),
            (None, Some((_, value))) => {
                value.push('\n');
                value.push_str(line);
            }
            (None, None) if line.trim().is_empty() => {}
            (None, None) => return None,
        }
    }
    for (_, value) in &mut fields {
        *value = value.trim().to_owned();
    }
    Some(fields)
}

/// What a customer's mail says under labels that are fields of complaints. What happened, and a demand, go on until the next
/// label, the signature or a quoted mail; so does the block under any label that stands alone, until a blank line. Every
/// other value is its line. A label that stands twice counts where it stands first, but each bare demand is one of its own.
pub fn labelled_lines(text: &str, rules: &Rules, parts: &Parts, form: &Form) -> Vec<(String, String)> {
    let mut found: Vec<Found> = Vec::new();
    let mut open = false;
    let mut start = 0_usize;
    for line in text.split_inclusive('\n') {
        let span = start..start.saturating_add(line.len());
        start = span.end;
        let line = line.trim_end();
        if parts.quoted(span.start) {
            open = false;
            continue;
        }
        let label = labelled(line).and_then(|(label, value)| Some((reach(&label, rules)?, label, value)));
        let of_form =
            || form.fields.iter().any(|field| field.kind.is_some() && span.contains(&field.label.start));
        let signed = || parts.signature.iter().any(|one| one.start <= span.start && span.start < one.end);
        match (label, found.last_mut()) {
            (Some((reach, label, value)), _) => {
                let again = demand_number(&label) != Some(0) && found.iter().any(|one| one.label == label);
                let reach = if value.is_empty() && reach == Reach::Line { Reach::Block } else { reach };
                open = !again && reach != Reach::Line;
                if !again {
                    found.push(Found { label, value: value.to_owned(), reach });
                }
            }
            (None, Some(last)) if open => {
                let ends = last.reach == Reach::Block && line.trim().is_empty();
                open = !ends && !of_form() && !signed();
                if open {
                    last.go_on(line);
                }
            }
            (None, Some(_) | None) => {}
        }
    }
    let said = found.into_iter().map(|one| (one.label, one.value.trim().to_owned()));
    said.filter(|(_, value)| !value.is_empty()).collect()
}

/// A label and what stands under it so far.
struct Found {
    label: String,
    value: String,
    reach: Reach,
}

impl Found {
    /// Takes one more line, as long as there is room: a mail may be very long.
    fn go_on(&mut self, line: &str) {
        if self.value.chars().count() < super::LONGEST {
            self.value.push('\n');
            self.value.push_str(line);
        }
    }
}

/// How far the value of a label goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// It stands on the label's line.
    Line,
    /// It stands below, and ends with a blank line.
    Block,
    /// Sentences: to the next label.
    Prose,
}

/// How far the value of a field goes; `None` for a label that is no field of complaints.
fn reach(label: &str, rules: &Rules) -> Option<Reach> {
    if demand_number(label).is_some() {
        return Some(Reach::Prose);
    }
    Some(match rules.field(label)? {
        Field::What | Field::Demands => Reach::Prose,
        Field::Kind
        | Field::Severity
        | Field::Order
        | Field::Product
        | Field::Date
        | Field::Contact
        | Field::Seller
        | Field::Own(_) => Reach::Line,
    })
}

/// `注文番号: 1234` in its two parts. A web address is no label.
fn labelled(line: &str) -> Option<(String, &str)> {
    let (label, value) = line.split_once([':', '：'])?;
    let label = label.trim().trim_start_matches(['・', '■', '-', '*']).trim();
    let plausible = !label.is_empty()
        && label.chars().count() <= LONGEST
        && !value.starts_with("//")
        && !label.contains(['。', '、', '「', '」']);
    plausible.then(|| (label.to_owned(), value.trim()))
}

/// The number in `要求 2`, `要求2`, `demand 2`; 0 for the bare word.
pub(in crate::triage) fn demand_number(label: &str) -> Option<usize> {
    let folded = folded(label).replace(' ', "");
    let rest = folded.strip_prefix("要求").or_else(|| folded.strip_prefix("demand"))?;
    if rest.is_empty() { Some(0) } else { rest.parse().ok().filter(|number| (1..=99).contains(number)) }
}

/// What a solution says about each demand: from its `要求 n: …` lines, or all of it where but one is open and there is no such
/// line. `known` holds one text for each demand: what was said about it before and still stands, empty where it is open.
///
/// # Errors
/// The demands without an answer, counted from 1.
pub fn answers(text: &str, known: &[String]) -> Result<Vec<String>, Vec<u16>> {
    let mut found = known.to_vec();
    let mut current: Option<usize> = None;
    let mut any = false;
    for line in text.lines() {
        let head = labelled(line).and_then(|(label, value)| Some((demand_number(&label)?, value)));
        match head {
            Some((number, value)) if number > 0 => {
                any = true;
                current = number.checked_sub(1);
                if let Some(slot) = current.and_then(|at| found.get_mut(at)) {
                    value.clone_into(slot);
                }
            }
            Some(_) | None => {
                if line.trim().is_empty() {
                    current = None;
                } else if let Some(slot) = current.and_then(|at| found.get_mut(at)) {
                    slot.push('\n');
                    slot.push_str(line.trim());
                }
            }
        }
    }
    let mut open = found.iter_mut().filter(|answer| answer.trim().is_empty());
    if let (false, Some(only), None) = (any, open.next(), open.next()) {
        text.trim().clone_into(only);
    }
    let open: Vec<u16> =
        (1..).zip(&found).filter(|(_, answer)| answer.trim().is_empty()).map(|(n, _)| n).collect();
    if open.is_empty() { Ok(found) } else { Err(open) }
}
