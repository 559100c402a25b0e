//! Lines of the form `label: value` in what people write about a complaint. Pure text; knows no field's meaning.

use super::Rules;
use crate::triage::approval::folded;

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

/// The lines of a customer's mail whose label is a field of complaints, each with its value on the same line; a label that
/// stands twice counts where it stands first.
pub fn labelled_lines(text: &str, rules: &Rules) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (label, value) in text.lines().filter_map(labelled) {
        let known = rules.field(&label).is_some() || demand_number(&label).is_some();
        if known && !value.is_empty() && found.iter().all(|(other, _)| *other != label) {
            found.push((label, value.to_owned()));
        }
    }
    found
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

/// What a solution says about each of so many demands: from its `要求 n: …` lines, or all of it where there is but one demand
/// and no such line. The numbers of demands that are left out.
///
/// # Errors
/// The demands without an answer, counted from 1.
pub fn answers(text: &str, demands: usize) -> Result<Vec<String>, Vec<u16>> {
    let mut found: Vec<String> = vec![String::new(); demands];
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
    if !any && let [only] = found.as_mut_slice() {
        text.trim().clone_into(only);
    }
    let open: Vec<u16> =
        (1..).zip(&found).filter(|(_, answer)| answer.trim().is_empty()).map(|(n, _)| n).collect();
    if open.is_empty() { Ok(found) } else { Err(open) }
}
