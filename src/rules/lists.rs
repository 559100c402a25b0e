//! `[[label]]`, `[[words]]`, `[[answer]]`: the entries that match nothing by themselves.

use toml::Spanned;
use toml::de::DeValue;

use super::Loader;
use super::lint::{Kind, Warning};
use super::source::{Entry, Source};
use crate::fault::Fault;
use crate::triage::fold::Folded;
use crate::triage::rulebook::{Answer, Label, LabelKind, When, WordList};

impl Loader {
    pub(super) fn label(&mut self, source: &Source<'_>, entry: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        let raw = Entry::new(source, entry, &mut faults).map(|mut entry| {
            let raw = (entry.needed("kind"), entry.list("words"));
            entry.done();
            raw
        });
        self.faults.append(&mut faults);
        let Some((Some(kind), words)) = raw else { return };
        let Some(kind) = self.choose(source, &kind, "label kind", &LabelKind::WORDS) else { return };
        for word in words {
            let at = word.span().start;
            let folded: String = Folded::new(word.get_ref()).text().split_whitespace().collect();
            if folded.is_empty() {
                self.faults.push(source.fault(at, "empty phrase", "remove it"));
                continue;
            }
            if let Some(old) = self.labels.get(&folded) {
                let hint = format!("it already stands at {old}");
                self.faults.push(source.fault(
                    at,
                    format!("label `{}` is written twice", word.get_ref()),
                    hint,
                ));
                continue;
            }
            let place = source.place(at);
            self.labels.insert(folded.clone(), place.clone());
            self.parts.labels.push(Label { word: folded, kind, place, at: source.position(at) });
        }
    }

    pub(super) fn words(&mut self, source: &Source<'_>, entry: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        let raw = Entry::new(source, entry, &mut faults).map(|mut entry| {
            let raw = (entry.needed("list"), entry.list("words"));
            entry.done();
            raw
        });
        self.faults.append(&mut faults);
        let Some((Some(list), words)) = raw else { return };
        let Some(list) = self.choose(source, &list, "word list", &WordList::WORDS) else { return };
        for word in words {
            let folded = Folded::new(word.get_ref()).text().trim().to_owned();
            let start = word.span().start;
            if folded.is_empty() {
                self.faults.push(source.fault(start, "empty phrase", "remove it"));
                continue;
            }
            let (line, column) = source.position(start);
            let here = format!("{}:{line}:{column}", source.shown);
            if let Some(other) = self.listed.get(&(list, folded.clone())) {
                let what = format!("`{}` stands in this list already", word.get_ref());
                self.doubles.push(Warning {
                    fault: Fault {
                        file: source.shown.into(),
                        line,
                        column,
                        what,
                        hint: "remove it".to_owned(),
                    },
                    kind: Kind::Double,
                    other: Some(other.clone()),
                });
                continue;
            }
            self.listed.insert((list, folded.clone()), here);
            self.parts.lists.entry(list).or_default().insert(folded);
        }
    }

    pub(super) fn answer(&mut self, source: &Source<'_>, entry: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        let raw = Entry::new(source, entry, &mut faults).map(|mut entry| {
            let raw = (entry.needed("name"), entry.needed("when"), entry.text("template"));
            entry.done();
            raw
        });
        self.faults.append(&mut faults);
        let Some((Some(name), when, template)) = raw else { return };
        self.unique(source, &name);
        let template = template.map(|t| self.template(source, &t));
        let Some(written) = when else { return };
        let when = match written.get_ref().as_str() {
            "needs_staff" => When::NeedsStaff,
            "reservation" => When::Reservation,
            "no_name" => When::NoName,
            "topic_rule" => When::TopicRule,
            "always" => When::Always,
            other => match other.strip_prefix("topic:") {
                Some(topic) => match self.known_topic(source, &written, topic) {
                    Some(topic) => When::Topic(topic),
                    None => return,
                },
                None => {
                    let known =
                        ["needs_staff", "reservation", "no_name", "topic_rule", "topic:<topic>", "always"];
                    self.unknown(source, &written, "condition", other, &known);
                    return;
                }
            },
        };
        let at = name.span().start;
        if template.is_none() && when != When::TopicRule {
            self.faults.push(source.fault(
                at,
                format!("answer `{}` names no template", name.get_ref()),
                "add template = \"first-answer\"",
            ));
        }
        self.parts.answers.push(Answer { name: name.into_inner(), place: source.place(at), when, template });
    }
}
