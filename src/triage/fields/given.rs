//! What a mail gives of what topics may need, which other products it names, and why it was written (「DMをみた」).
//!
//! The fields are those of the rules; a value is what the mail's readers found, or what stands in a form under a label of
//! the field's own. A tag whose words the same clause takes back is none.

use super::plea::clause;
use super::{Sheet, filled, is_blank};
use crate::triage::fold::Folded;
use crate::triage::form::plain;
use crate::triage::needs::{Field, Reads};
use crate::triage::rulebook::{Hit, LabelKind, Says, WordList};
use crate::triage::verdict::{Facts, Found, Span};

/// Longest value kept, in characters.
const LONGEST: usize = 300;

/// Fields that the mail gives, in the order of the rules. Name, number, address, shop and product have places of their own.
pub(super) fn read(sheet: &Sheet<'_>, facts: &Facts) -> Vec<(String, Found<String>)> {
    let fields = sheet.rules.topics().fields.iter();
    fields.filter_map(|field| Some((field.name.clone(), value(sheet, facts, field)?))).collect()
}

fn value(sheet: &Sheet<'_>, facts: &Facts, field: &Field) -> Option<Found<String>> {
    let own = || labelled(sheet, field);
    match field.reads {
        Some(Reads::Name | Reads::Phone | Reads::Mail | Reads::Shop | Reads::Product) => None,
        Some(Reads::Company) => own().or_else(|| filled(sheet, LabelKind::Company)),
        Some(Reads::Order) => own().or_else(|| facts.order_no.clone()),
        Some(Reads::Version) => own().or_else(|| facts.version.clone()),
        None => own(),
    }
}

/// What stands under a label of the field's own.
fn labelled(sheet: &Sheet<'_>, field: &Field) -> Option<Found<String>> {
    if field.words.is_empty() {
        return None;
    }
    sheet.form.fields.iter().find_map(|line| {
        let value = sheet.text(line.value).trim();
        let short = value.chars().nth(LONGEST).is_none();
        let given = !value.is_empty() && short && !is_blank(value);
        (given && field.words.contains(&plain(sheet.text(line.label))))
            .then(|| sheet.found(value.to_owned(), line.value, &line.rule, 95))
    })
}

/// Products of ours in the form and in the writer's words, besides the one that was found.
pub(super) fn other_products(sheet: &Sheet<'_>, found: Option<&Found<String>>) -> Vec<String> {
    let mut names: Vec<(&String, Folded)> =
        sheet.desk.products.iter().map(|name| (name, Folded::new(name))).collect();
    // "Pad mini" is no "Pad": the longest name takes its place first.
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let fields = sheet.form.of(LabelKind::Product).map(|field| field.value);
    let mut others: Vec<String> = Vec::new();
    for span in fields.chain(sheet.words.iter().copied()) {
        let inside = sheet.folded.folded(span);
        let Some(text) = sheet.folded.text().get(inside.start..inside.end) else { continue };
        let mut taken: Vec<Span> = Vec::new();
        for (name, folded) in &names {
            let word = folded.text();
            for (at, _) in text.match_indices(word).take(20).filter(|_| !word.is_empty()) {
                let place = Span { start: at, end: at + word.len() };
                if taken.iter().any(|other| other.start < place.end && place.start < other.end) {
                    continue;
                }
                taken.push(place);
                let is_found = found.is_some_and(|found| found.value == **name);
                if !is_found && !others.contains(name) {
                    others.push((*name).clone());
                }
            }
        }
    }
    others
}

/// Why the mail was written, each tag once, in the order of the rules.
pub(super) fn tags(sheet: &Sheet<'_>, hits: &[Hit<'_>]) -> Vec<Found<String>> {
    let mut tags: Vec<Found<String>> = Vec::new();
    for hit in hits {
        let Says::Tag(tag) = &hit.rule.says else { continue };
        if tags.iter().any(|known| known.value == *tag) {
            continue;
        }
        let mut spans = hit.spans().peekable();
        let in_text = spans.peek().is_some();
        let place = spans.find(|span| !taken_back(sheet, *span));
        // Words of the subject alone stand in no clause of the text.
        if place.is_some() || !in_text {
            let place = place.map(|span| sheet.folded.original(span)).unwrap_or_default();
            tags.push(sheet.found(tag.clone(), place, format!("tag:{}", hit.rule.name), 80));
        }
    }
    tags
}

/// 「DMは見ていません」: the clause says that it is not so. The phrase itself may hold the beginning of it (「DMを見て」).
fn taken_back(sheet: &Sheet<'_>, span: Span) -> bool {
    let text = sheet.folded.text();
    let (before, after) = clause(text, span.start, span.end.saturating_sub(span.start));
    let whole = text.get(span.start..span.end.saturating_add(after.len())).unwrap_or(after);
    sheet.rules.words(WordList::NotTag).any(|word| whole.contains(word) || before.contains(word))
}
