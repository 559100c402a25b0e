//! What a topic cannot do without, what is asked first, and what of it a case still lacks (workflow W2: version and model
//! first). The fields are an open set, named by the rules (`rules/fields.toml`); nothing here knows one by name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::case::Case;
use super::id::Address;
use super::topics::Topics;

/// A fact that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name in rules and records: `order_no`.
    pub name: String,
    /// Where it is written: `rules/fields.toml:12`.
    pub place: String,
    /// What it is called, by language: `ja`, `en`, `pl`, `zh`. Japanese and English are always there.
    pub called: BTreeMap<&'static str, String>,
    /// How customers are asked for it, by language, where that is more than its name.
    pub asked: BTreeMap<&'static str, String>,
    /// Which reader of mails finds it; `None`: the labels of forms alone.
    pub reads: Option<Reads>,
    /// Labels of forms that ask for it, folded, without blanks.
    pub words: Vec<String>,
}

/// A reader of mails that finds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reads {
    /// The writer's name.
    Name,
    /// The company.
    Company,
    /// The telephone number.
    Phone,
    /// The mail address.
    Mail,
    /// The shop.
    Shop,
    /// The order number.
    Order,
    /// The product.
    Product,
    /// The version.
    Version,
}

impl Reads {
    /// The words of the rule file.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("name", Self::Name),
        ("company", Self::Company),
        ("phone", Self::Phone),
        ("mail", Self::Mail),
        ("shop", Self::Shop),
        ("order", Self::Order),
        ("product", Self::Product),
        ("version", Self::Version),
    ];
}

/// The languages that a field can be asked for in.
pub const LANGUAGES: [&str; 4] = ["ja", "en", "pl", "zh"];

impl Field {
    /// What it is called in a language; in English where that is not written.
    pub fn called(&self, lang: &str) -> &str {
        let called = self.called.get(lang).or_else(|| self.called.get("en"));
        called.map_or(self.name.as_str(), String::as_str)
    }

    /// How a customer is asked for it.
    pub fn asked(&self, lang: &str) -> &str {
        self.asked.get(lang).map_or_else(|| self.called(lang), String::as_str)
    }

    /// What a case has of it; `None` where it is not given.
    pub fn value<'c>(&self, case: &'c Case) -> Option<Cow<'c, str>> {
        let customer = &case.customer;
        let own = match self.reads {
            Some(Reads::Name) => customer.name.as_deref().map(Cow::Borrowed),
            Some(Reads::Phone) => customer.phone.as_deref().map(Cow::Borrowed),
            Some(Reads::Mail) => customer.address.as_ref().map(|address| Cow::Borrowed(address.as_str())),
            Some(Reads::Shop) => customer.shop.as_deref().map(Cow::Borrowed),
            Some(Reads::Product) => case.dossier.product.as_deref().map(Cow::Borrowed),
            Some(Reads::Company | Reads::Order | Reads::Version) | None => None,
        };
        own.or_else(|| case.dossier.given.get(&self.name).map(|value| Cow::Borrowed(value.as_str())))
            .filter(|value| !value.trim().is_empty())
    }
}

/// What one topic needs, by the names of fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Need {
    /// What it cannot do without.
    pub required: Vec<String>,
    /// What is asked before anything else is gone into.
    pub ask_first: Vec<String>,
    /// Remote guidance helps: first-time operation, handling of albums and ledgers, "maybe a bug".
    pub remote: bool,
}

/// All fields, and what each topic needs of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    fields: Vec<Field>,
    topics: BTreeMap<String, Need>,
}

impl From<&Topics> for Needs {
    fn from(topics: &Topics) -> Self {
        let needs = topics.list.iter().map(|topic| (topic.name.clone(), topic.need.clone()));
        Self { fields: topics.fields.clone(), topics: needs.collect() }
    }
}

impl Needs {
    /// All fields, in the order of the rules.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What a topic needs; nothing where it is not listed.
    fn of(&self, topic: &str) -> Option<&Need> {
        self.topics.get(topic)
    }

    /// What a case lacks of the fields that a topic requires, first things first. For whoever hands a case over: it waits,
    /// or says what is missing.
    pub fn missing_for(&self, case: &Case, topic: &str) -> Vec<&Field> {
        let need = self.of(topic);
        let first = need.into_iter().flat_map(|need| &need.ask_first);
        let names: Vec<&String> = first.chain(need.into_iter().flat_map(|need| &need.required)).collect();
        self.missing_of(case, names)
    }

    /// What a case lacks of some fields, each once, in the order given; a name that no field has is passed over.
    pub fn missing_of<'n>(&self, case: &Case, names: impl IntoIterator<Item = &'n String>) -> Vec<&Field> {
        let mut missing: Vec<&Field> = Vec::new();
        for name in names {
            if let Some(field) = self.fields.iter().find(|field| field.name == *name)
                && field.value(case).is_none()
                && !missing.iter().any(|known| known.name == field.name)
            {
                missing.push(field);
            }
        }
        missing
    }

    /// What a case lacks of what its topic asks first.
    pub fn first_missing(&self, case: &Case) -> Vec<&Field> {
        self.of(&case.matter.topic).map(|need| self.missing_of(case, &need.ask_first)).unwrap_or_default()
    }

    /// What the customer is asked for now: the first things as long as one of them is missing, then the rest.
    pub fn asked_now(&self, case: &Case) -> Vec<&Field> {
        let first = self.first_missing(case);
        if first.is_empty() { self.missing_for(case, &case.matter.topic) } else { first }
    }

    /// The same, one line each, in the customer's language; empty where nothing is missing.
    pub fn ask(&self, case: &Case) -> String {
        asked(&self.asked_now(case), &case.matter.lang)
    }

    /// The first things that are missing, as [`Needs::ask`] puts them.
    pub fn ask_first(&self, case: &Case) -> String {
        asked(&self.first_missing(case), &case.matter.lang)
    }

    /// Whether a case has been given what a reader of mails finds.
    pub fn has(&self, case: &Case, reads: Reads) -> bool {
        self.fields.iter().any(|field| field.reads == Some(reads) && field.value(case).is_some())
    }

    /// Whether a topic asks for what a reader of mails finds.
    pub fn wants(&self, topic: &str, reads: Reads) -> bool {
        let need = self.of(topic);
        let mut names = need.into_iter().flat_map(|need| need.ask_first.iter().chain(&need.required));
        names.any(|name| self.fields.iter().any(|field| field.name == *name && field.reads == Some(reads)))
    }

    /// Whether remote guidance is offered for a topic.
    pub fn remote(&self, topic: &str) -> bool {
        self.of(topic).is_some_and(|need| need.remote)
    }

    /// What a case has been given, by field, in the order of the rules.
    pub fn given<'c>(&self, case: &'c Case) -> Vec<(&Field, Cow<'c, str>)> {
        self.fields.iter().filter_map(|field| Some((field, field.value(case)?))).collect()
    }
}

fn asked(fields: &[&Field], lang: &str) -> String {
    let bullet = if matches!(lang, "ja" | "zh") { "・" } else { "- " };
    let lines: Vec<String> = fields.iter().map(|field| format!("{bullet}{}", field.asked(lang))).collect();
    lines.join("\n")
}

/// How telephone calls are looked after (workflow W2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// A call longer than this is told to the support group.
    pub long: SignedDuration,
    /// The support group.
    pub tell: Vec<Address>,
    /// The template of the mail that brings the tool for remote guidance; `None` where nobody wrote one.
    pub remote: Option<String>,
}

impl Default for Calls {
    fn default() -> Self {
        Self { long: SignedDuration::from_mins(20), tell: Vec::new(), remote: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::decide::fixtures;

    fn field(name: &str, reads: Option<Reads>) -> Field {
        Field {
            name: name.to_owned(),
            place: String::new(),
            called: [("ja", format!("{name}の名")), ("en", name.to_owned())].into(),
            asked: [("ja", format!("ご利用の{name}"))].into(),
            reads,
            words: Vec::new(),
        }
    }

    #[test]
    fn first_things_are_asked_first_and_what_was_given_never_again() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let need = Need {
            required: words(&["phone", "serial"]),
            ask_first: words(&["version", "model"]),
            remote: true,
        };
        let (_, mut case) = fixtures();
        case.matter.topic = "support".to_owned();
        case.customer.phone = None;
        let needs = Needs {
            fields: vec![
                field("version", Some(Reads::Version)),
                field("model", Some(Reads::Product)),
                field("phone", Some(Reads::Phone)),
                field("serial", None),
            ],
            topics: [("support".to_owned(), need)].into(),
        };
        for (given, phone, now, all) in [
            ("", None, "・ご利用のversion\n・ご利用のmodel", "version model phone serial"),
            ("version", None, "・ご利用のmodel", "model phone serial"),
            ("model", None, "・ご利用のphone\n・ご利用のserial", "phone serial"),
            ("serial", None, "・ご利用のphone", "phone"),
            ("", Some("0312345678"), "", ""),
        ] {
            if given == "model" {
                case.dossier.product = Some("Tough".to_owned());
            } else if !given.is_empty() {
                case.dossier.given.insert(given.to_owned(), "x".to_owned());
            }
            case.customer.phone = phone.map(str::to_owned);
            assert_eq!(needs.ask(&case), now);
            let missing = needs.missing_for(&case, "support");
            assert_eq!(missing.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(" "), all);
        }
        assert!(needs.missing_for(&case, "price").is_empty() && !needs.remote("price"));
        assert!(needs.remote("support") && needs.ask_first(&case).is_empty());
        case.dossier.given.insert("version".to_owned(), " ".to_owned());
        case.matter.lang = "pl".to_owned();
        assert_eq!(needs.ask(&case), "- version", "a blank is no answer; English stands in for Polish");
    }
}
