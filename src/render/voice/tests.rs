//! The files in `locales/` against the methods, and all languages against each other.

use std::collections::BTreeMap;

use fluent_bundle::FluentResource;

use super::*;

/// Every message with its arguments, as the methods have them.
fn methods() -> BTreeMap<&'static str, Vec<&'static str>> {
    let lists = [
        requests::REQUESTS,
        answers::ANSWERS,
        records::RECORDS,
        words::WORDS,
        calls::CALLS,
        delegation::DELEGATION,
        figures::FIGURES,
        queues::QUEUES,
        complaints::COMPLAINTS,
    ];
    let mut methods = BTreeMap::new();
    for (name, arguments) in lists.into_iter().flatten() {
        let mut arguments = arguments.to_vec();
        arguments.sort_unstable();
        assert!(methods.insert(*name, arguments).is_none(), "{name} is there twice");
    }
    methods
}

/// Every message of a language with the variables it names, as the files have them.
fn messages(lang: Lang) -> BTreeMap<String, Vec<String>> {
    let mut messages = BTreeMap::new();
    for text in files(lang) {
        if let Err((_, faults)) = FluentResource::try_new(text.to_owned()) {
            panic!("{lang:?}: {faults:?}");
        }
        let mut open: Option<(String, Vec<String>)> = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if !line.starts_with(' ')
                && let Some((name, _)) = line.split_once(" =")
            {
                let before = open.replace((name.to_owned(), Vec::new()));
                let twice =
                    before.is_some_and(|(before, variables)| messages.insert(before, variables).is_some());
                assert!(!twice, "{lang:?}: a message before {name} stands twice");
            }
            let Some((_, variables)) = &mut open else { continue };
            for rest in line.split('$').skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
                let variable = rest.split_at(end).0.to_owned();
                if !variables.contains(&variable) {
                    variables.push(variable);
                }
            }
        }
        messages.extend(open);
    }
    messages.values_mut().for_each(|variables| variables.sort_unstable());
    messages
}

#[test]
fn every_language_has_every_message_with_the_same_arguments() {
    let methods = methods();
    for lang in Lang::ALL {
        let messages = messages(lang);
        for (name, variables) in &messages {
            let arguments = methods.get(name.as_str());
            assert!(arguments.is_some(), "{lang:?}: {name} is never said");
            assert_eq!(arguments.unwrap(), variables, "{lang:?}: {name}");
        }
        for name in methods.keys() {
            assert!(messages.contains_key(*name), "{lang:?}: {name} is missing");
        }
    }
}

/// Formats every message and looks at the faults Fluent would otherwise hide in the text.
#[test]
fn every_message_is_said_without_a_fault() {
    for lang in Lang::ALL {
        let bundle = bundle(lang);
        for (name, arguments) in methods() {
            for count in [1_usize, 2, 5] {
                let given: FluentArgs<'_> = arguments
                    .iter()
                    .map(|argument| match *argument {
                        "count" | "number" => (*argument, FluentValue::from(count)),
                        text => (text, FluentValue::from("{ 値 }")),
                    })
                    .collect();
                let message = bundle.get_message(name).and_then(|message| message.value()).unwrap();
                let mut faults = Vec::new();
                let said = bundle.format_pattern(message, Some(&given), &mut faults);
                assert!(faults.is_empty(), "{lang:?} {name}: {faults:?}");
                assert!(!said.trim().is_empty() && said.trim() == said, "{lang:?} {name}: {said:?}");
                let marks = ['\u{2068}', '\u{2069}', '\r', '\t'];
                assert!(!said.contains(marks), "{lang:?} {name}: {said:?}");
            }
        }
    }
}

/// A sentence that was forgotten would be the same in two languages. Words, commands and frames may be.
#[test]
fn nothing_is_left_untranslated() {
    let japanese =
        |text: &str| text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'));
    for lang in [Lang::En, Lang::Pl] {
        for text in files(lang) {
            for line in text.lines() {
                // Marks keep the names they have in the mailbox.
                let free: String = line
                    .split('「')
                    .map(|part| part.split_once('」').map_or(part, |(_, rest)| rest))
                    .collect();
                assert!(!japanese(&free), "{lang:?}: {line}");
            }
        }
    }
    let (en, pl) = (bundle(Lang::En), bundle(Lang::Pl));
    let said = |bundle: &FluentBundle<FluentResource>, name: &str| {
        let pattern = bundle.get_message(name).and_then(|message| message.value()).unwrap();
        bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned()
    };
    for (name, arguments) in methods() {
        let frame = name.starts_with("word_") || name.starts_with("label_") || !arguments.is_empty();
        assert!(frame || said(&en, name) != said(&pl, name), "{name}");
    }
}

#[test]
fn polish_counts_as_poles_do() {
    let pl = Voice::of(Lang::Pl);
    for (count, expected) in [
        (1, "1 wcześniejszy kontakt, "),
        (2, "2 wcześniejsze kontakty, "),
        (4, "4 wcześniejsze kontakty, "),
        (5, "5 wcześniejszych kontaktów, "),
        (12, "12 wcześniejszych kontaktów, "),
        (22, "22 wcześniejsze kontakty, "),
        (25, "25 wcześniejszych kontaktów, "),
        (1000, "1000 wcześniejszych kontaktów, "),
    ] {
        let said = pl.heading_history(count, "3.06 (śr.)");
        assert!(said.starts_with(expected), "{said}");
    }
    assert_eq!(Voice::of(Lang::En).heading_history(1, "Wed 3 Jun"), "1 earlier contact, on Wed 3 Jun");
}

#[test]
fn a_moment_is_written_as_its_reader_writes_it() {
    let at: Timestamp = "2026-08-27T05:05:00Z".parse().unwrap();
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    for (lang, expected) in
        [(Lang::Ja, "8月27日(木) 14:05"), (Lang::En, "Thu 27 Aug 14:05"), (Lang::Pl, "27.08 (czw.) 14:05")]
    {
        assert_eq!(Voice::of(lang).moment(at, &zone), expected);
    }
}
