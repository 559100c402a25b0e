//! `[[decision]]` and `[weighing]`: the topics there are, the order of decisions, and how readings are weighed.

use toml::Spanned;
use toml::de::DeValue;

use super::Loader;
use super::source::{Entry, Source, Word};
use crate::fault::Fault;
use crate::triage::level::Priority;
use crate::triage::needs::Need;
use crate::triage::topics::{self, Refusal, Silent, Spare, Topic, Urgent, Visits, WithSlot};
use crate::triage::verdict::Ignored;

/// Why machine mail is left alone, as the files say it.
pub(super) const REASONS: [(&str, Ignored); 7] = [
    ("bounce", Ignored::Bounce),
    ("auto_reply", Ignored::AutoReply),
    ("newsletter", Ignored::Newsletter),
    ("booking_notice", Ignored::BookingNotice),
    ("system_notice", Ignored::SystemNotice),
    ("read_receipt", Ignored::ReadReceipt),
    ("spam", Ignored::Spam),
];

impl Loader {
    /// A step of the decision list: a topic, or a kind of machine mail.
    pub(super) fn decision(&mut self, source: &Source<'_>, entry: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        let Some(mut entry) = Entry::new(source, entry, &mut faults) else {
            return self.faults.extend(faults);
        };
        let at = entry.at;
        let (topic, because) = (entry.text("topic"), entry.text("because"));
        match (topic, because) {
            (Some(name), None) => {
                let raw = RawTopic::take(&mut entry, name);
                entry.done();
                self.topic(source, raw);
            }
            (None, Some(because)) => {
                let spared = entry.list("spared");
                entry.done();
                self.refusal(source, &because, &spared);
            }
            (_, other) => {
                let what = if other.is_some() { "both" } else { "neither" };
                faults.push(source.fault(
                    at,
                    format!("a decision names {what} of `topic` and `because`"),
                    "write one of them",
                ));
            }
        }
        self.faults.append(&mut faults);
    }

    fn topic(&mut self, source: &Source<'_>, raw: RawTopic) {
        let at = raw.name.span().start;
        let name = raw.name.into_inner();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            self.faults.push(source.fault(
                at,
                format!("`{name}` is no name for a topic"),
                "use a-z, 0-9 and _; what people see stands in `ja` and `en`",
            ));
        }
        if let Some(old) = self.parts.topics.named(&name) {
            let hint = format!("the other stands at {}: remove one", old.place);
            self.faults.push(source.fault(at, format!("two topics are called `{name}`"), hint));
            return;
        }
        let choose = |this: &mut Self, word: &Option<Word>, what: &str| {
            let word = word.as_ref()?;
            this.choose(source, word, what, &WithSlot::WORDS)
        };
        let books = choose(self, &raw.books, "value of `books`").unwrap_or(WithSlot::Never);
        let yields = choose(self, &raw.yields, "value of `yields`").unwrap_or(WithSlot::Never);
        let urgent = self.all(source, &raw.urgent, "reason for haste", &Urgent::WORDS);
        let needs = self.all(source, &raw.needs, "fact", &topics::Need::WORDS);
        let takes = self.all(source, &raw.takes, "kind of mail without a topic rule", &Silent::WORDS);
        for silent in &takes {
            if let Some(other) = self.parts.topics.taking(*silent) {
                let (word, place) = (silent.word(), other.place.clone());
                self.faults.push(source.fault(
                    at,
                    format!("two topics take mails of kind `{word}`"),
                    format!("the other stands at {place}: remove the word from one"),
                ));
            }
        }
        let priority = raw.priority.as_ref();
        let priority = priority.and_then(|word| self.choose(source, word, "priority", &Priority::WORDS));
        let template = raw.template.map(|template| self.template(source, &template));
        let need = Need {
            required: self.wanted(source, &raw.required),
            ask_first: self.wanted(source, &raw.ask_first),
            remote: raw.remote.unwrap_or(false),
        };
        self.parts.topics.list.push(Topic {
            place: source.place(at),
            ja: raw.ja.map_or_else(|| name.clone(), Spanned::into_inner),
            en: raw.en.map_or_else(|| name.clone(), Spanned::into_inner),
            name,
            weight: raw.weight.map_or(0, Spanned::into_inner),
            books,
            yields,
            visits: match raw.visits {
                None | Some(Some(true)) => Visits::All,
                Some(None) => Visits::Explicit,
                Some(Some(false)) => Visits::None,
            },
            urgent,
            staff: raw.staff.unwrap_or(true),
            wants_day: raw.wants_day.unwrap_or(false),
            needs,
            need,
            takes,
            demands: raw.demands.unwrap_or(false),
            with_product: raw.with_product.map_or(0, Spanned::into_inner),
            with_order_no: raw.with_order_no.map_or(0, Spanned::into_inner),
            template,
            priority,
        });
    }

    fn refusal(&mut self, source: &Source<'_>, word: &Word, spared: &[Word]) {
        let spared = self.all(source, spared, "sign of a person", &Spare::WORDS);
        let Some(because) = self.choose(source, word, "reason", &REASONS) else { return };
        let at = word.span().start;
        if let Some(old) = self.parts.topics.refusals.iter().find(|old| old.because == because) {
            let hint = format!("it already stands at {}: remove one", old.place);
            self.faults.push(source.fault(at, format!("`{}` is decided twice", word.get_ref()), hint));
            return;
        }
        self.parts.topics.refusals.push(Refusal { because, place: source.place(at), spared });
    }

    /// How the readings are weighed.
    pub(super) fn weighing(&mut self, source: &Source<'_>, value: Spanned<DeValue<'_>>) {
        let mut faults = Vec::new();
        if let Some(mut entry) = Entry::new(source, value, &mut faults) {
            let weighing = &mut self.parts.topics.weighing;
            for (key, figure) in [
                ("margin", &mut weighing.margin),
                ("request", &mut weighing.request),
                ("background", &mut weighing.background),
                ("denied", &mut weighing.denied),
                ("first", &mut weighing.first),
                ("slight", &mut weighing.slight),
                ("machine", &mut weighing.machine),
                ("silent", &mut weighing.silent),
                ("office", &mut weighing.office),
                ("again", &mut weighing.again),
                ("again_most", &mut weighing.again_most),
            ] {
                if let Some(number) = entry.number(key) {
                    *figure = number.into_inner();
                }
            }
            let langs = entry.list("verb_last");
            weighing.verb_last = langs.into_iter().map(Spanned::into_inner).collect();
            entry.done();
        }
        self.faults.append(&mut faults);
    }

    /// What must be decided and is not.
    pub(super) fn undecided(&mut self, dir: &std::path::Path) {
        let topics = &self.parts.topics;
        let file = dir.join("topics.toml");
        let mut faults = Vec::new();
        for (word, because) in REASONS {
            if !topics.refusals.iter().any(|refusal| refusal.because == because) {
                let hint = format!("add [[decision]] because = \"{word}\"");
                faults.push(Fault::whole(
                    &file,
                    format!("machine mail of kind `{word}` is not decided"),
                    hint,
                ));
            }
        }
        for (word, silent) in Silent::WORDS {
            if topics.taking(silent).is_none() {
                let hint = format!("add takes = [\"{word}\"] to one topic");
                faults.push(Fault::whole(&file, format!("no topic takes mails of kind `{word}`"), hint));
            }
        }
        self.faults.append(&mut faults);
    }

    pub(super) fn all<T: Copy + PartialEq>(
        &mut self,
        source: &Source<'_>,
        words: &[Word],
        what: &str,
        known: &[(&'static str, T)],
    ) -> Vec<T> {
        let mut found = Vec::new();
        for word in words {
            match self.choose(source, word, what, known) {
                Some(value) if !found.contains(&value) => found.push(value),
                Some(_) | None => {}
            }
        }
        found
    }
}

/// A topic as it is written.
struct RawTopic {
    name: Word,
    ja: Option<Word>,
    en: Option<Word>,
    weight: Option<Spanned<i32>>,
    books: Option<Word>,
    yields: Option<Word>,
    visits: Option<Option<bool>>,
    urgent: Vec<Word>,
    staff: Option<bool>,
    wants_day: Option<bool>,
    needs: Vec<Word>,
    required: Vec<Word>,
    ask_first: Vec<Word>,
    remote: Option<bool>,
    takes: Vec<Word>,
    demands: Option<bool>,
    with_product: Option<Spanned<i32>>,
    with_order_no: Option<Spanned<i32>>,
    template: Option<Word>,
    priority: Option<Word>,
}

impl RawTopic {
    fn take(entry: &mut Entry<'_, '_, '_>, name: Word) -> Self {
        Self {
            name,
            ja: entry.needed("ja"),
            en: entry.needed("en"),
            weight: entry.number("weight"),
            books: entry.text("books"),
            yields: entry.text("yields"),
            visits: entry.flag_or("visits", "explicit"),
            urgent: entry.list("urgent"),
            staff: entry.flag("staff"),
            wants_day: entry.flag("wants_day"),
            needs: entry.list("needs"),
            required: entry.list("required"),
            ask_first: entry.list("ask_first"),
            remote: entry.flag("remote"),
            takes: entry.list("takes"),
            demands: entry.flag("demands"),
            with_product: entry.number("with_product"),
            with_order_no: entry.number("with_order_no"),
            template: entry.text("template"),
            priority: entry.text("priority"),
        }
    }
}
