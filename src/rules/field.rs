//! `[[field]]`: the facts that customers can be asked for, an open set. What a topic needs of them is said in `[[decision]]`.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::Loader;
use super::source::{Entry, Source, Word};
use crate::triage::form::plain;
use crate::triage::needs::{Field, LANGUAGES, Reads};
use crate::triage::rulebook::{Label, LabelKind};

/// The keys that say how a customer is asked, in the order of [`LANGUAGES`].
const ASKED: [&str; 4] = ["ask_ja", "ask_en", "ask_pl", "ask_zh"];

impl Loader {
    /// A fact that can be asked for.
    pub(super) fn field(&mut self, source: &Source<'_>, entry: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        let raw = Entry::new(source, entry, &mut faults).map(|mut entry| {
            let name = entry.needed("name");
            let called = [entry.needed("ja"), entry.needed("en"), entry.text("pl"), entry.text("zh")];
            let asked = ASKED.map(|key| entry.text(key));
            let raw = (name, called, asked, entry.text("reads"), entry.list("words"));
            entry.done();
            raw
        });
        self.faults.append(&mut faults);
        let Some((Some(name), called, asked, reads, words)) = raw else { return };
        let at = name.span().start;
        let plain_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.get_ref().is_empty() || !name.get_ref().chars().all(plain_name) {
            self.faults.push(source.fault(
                at,
                format!("`{}` is no name for a field", name.get_ref()),
                "use a-z, 0-9 and _; what people see stands in `ja` and `en`",
            ));
        }
        if let Some(old) = self.parts.topics.fields.iter().find(|field| field.name == *name.get_ref()) {
            let hint = format!("the other stands at {}: remove one", old.place);
            self.faults.push(source.fault(at, format!("two fields are called `{}`", name.get_ref()), hint));
            return;
        }
        let reads = reads.and_then(|word| self.choose(source, &word, "reader of mails", &Reads::WORDS));
        let words = self.own_labels(source, words);
        self.parts.topics.fields.push(Field {
            place: source.place(at),
            name: name.into_inner(),
            called: by_language(called),
            asked: by_language(asked),
            reads,
            words,
        });
    }

    /// Labels of forms that ask for a field. No other reader takes their values for its own: the mail address of an order
    /// need not be the customer's.
    fn own_labels(&mut self, source: &Source<'_>, words: Vec<Word>) -> Vec<String> {
        let mut labels = Vec::new();
        for word in words {
            let at = word.span().start;
            let label = plain(word.get_ref());
            if label.is_empty() {
                self.faults.push(source.fault(at, "empty phrase", "remove it"));
                continue;
            }
            let place = source.place(at);
            if let Some(old) = self.labels.insert(label.clone(), place.clone()) {
                self.faults.push(source.fault(
                    at,
                    format!("label `{}` is written twice", word.get_ref()),
                    format!("it already stands at {old}"),
                ));
                continue;
            }
            let (kind, position) = (LabelKind::Other, source.position(at));
            self.parts.labels.push(Label { word: label.clone(), kind, place, at: position });
            labels.push(label);
        }
        labels
    }

    /// The fields that a topic names. Whether there are such is asked when all files have been read.
    pub(super) fn wanted(&mut self, source: &Source<'_>, words: &[Word]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for word in words {
            let name = word.get_ref();
            let fault = source.fault(word.span().start, format!("unknown field `{name}`"), "");
            self.wanted.push((name.clone(), fault));
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Fields that topics name and nobody wrote.
    pub(super) fn unknown_fields(&mut self) {
        let known: Vec<String> = self.parts.topics.fields.iter().map(|field| field.name.clone()).collect();
        for (name, mut fault) in std::mem::take(&mut self.wanted) {
            if !known.contains(&name) {
                fault.hint =
                    format!("known: {}; a new one needs a [[field]] in fields.toml", known.join(", "));
                self.faults.push(fault);
            }
        }
    }
}

/// Texts that are written, by language.
fn by_language(words: [Option<Word>; 4]) -> BTreeMap<&'static str, String> {
    let written = LANGUAGES.into_iter().zip(words);
    written.filter_map(|(lang, word)| Some((lang, word?.into_inner()))).collect()
}
