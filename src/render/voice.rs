//! The desk's own sentences in the languages of its people: Project Fluent over the files in `locales/`, which are
//! part of the program.
//!
//! A message is a method with its arguments, so nobody can misspell one, and the compiler names those that nobody
//! uses; tests hold the files against the methods. Which sentence is said is decided elsewhere.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tracing::error;
use unic_langid::LanguageIdentifier;

use crate::triage::people::Lang;

/// Makes a method of each message, and a list of all of them for the tests.
macro_rules! messages {
    ($list:ident: $( $(#[$doc:meta])* $name:ident $( ( $( $argument:ident : $kind:ty ),+ ) )? ; )+) => {
        impl crate::render::voice::Voice {
            $(
                $(#[$doc])*
                pub(crate) fn $name(self $( $( , $argument: $kind )+ )?) -> String {
                    self.say(stringify!($name), &[ $( $( (stringify!($argument), $argument.into()) ),+ )? ])
                }
            )+
        }

        /// Every message of this file with its arguments.
        #[cfg(test)]
        pub(super) const $list: &[(&str, &[&str])] =
            &[ $( (stringify!($name), &[ $( $( stringify!($argument) ),+ )? ]) ),+ ];
    };
}

mod answers;
mod calls;
mod complaints;
mod delegation;
mod figures;
mod queues;
mod records;
mod requests;
mod words;

/// The files of one language.
type Files = [&'static str; 9];

const JA: Files = [
    include_str!("../../locales/ja/requests.ftl"),
    include_str!("../../locales/ja/answers.ftl"),
    include_str!("../../locales/ja/records.ftl"),
    include_str!("../../locales/ja/words.ftl"),
    include_str!("../../locales/ja/queues.ftl"),
    include_str!("../../locales/ja/calls.ftl"),
    include_str!("../../locales/ja/complaints.ftl"),
    include_str!("../../locales/ja/figures.ftl"),
    include_str!("../../locales/ja/delegation.ftl"),
];
const EN: Files = [
    include_str!("../../locales/en/requests.ftl"),
    include_str!("../../locales/en/answers.ftl"),
    include_str!("../../locales/en/records.ftl"),
    include_str!("../../locales/en/words.ftl"),
    include_str!("../../locales/en/queues.ftl"),
    include_str!("../../locales/en/calls.ftl"),
    include_str!("../../locales/en/complaints.ftl"),
    include_str!("../../locales/en/figures.ftl"),
    include_str!("../../locales/en/delegation.ftl"),
];
const PL: Files = [
    include_str!("../../locales/pl/requests.ftl"),
    include_str!("../../locales/pl/answers.ftl"),
    include_str!("../../locales/pl/records.ftl"),
    include_str!("../../locales/pl/words.ftl"),
    include_str!("../../locales/pl/queues.ftl"),
    include_str!("../../locales/pl/calls.ftl"),
    include_str!("../../locales/pl/complaints.ftl"),
    include_str!("../../locales/pl/figures.ftl"),
    include_str!("../../locales/pl/delegation.ftl"),
];

static JA_BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Ja));
static EN_BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En));
static PL_BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Pl));

/// The sentences of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice(Lang);

impl Voice {
    /// The voice of the desk itself: for shops' staff, and wherever nobody's language is known.
    pub const DESK: Self = Self(Lang::Ja);

    /// The voice that speaks this language.
    pub const fn of(lang: Lang) -> Self {
        Self(lang)
    }

    /// Its language, as in the config and in HTML: `ja`.
    pub const fn lang(self) -> &'static str {
        self.0.code()
    }

    /// A moment as wall time of a zone: `8月27日(木) 14:05`, `Thu 27 Aug 14:05`, `27.08 (czw.) 14:05`.
    pub fn moment(self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        format!("{} {}:{:02}", self.day(at.date()), at.hour(), at.minute())
    }

    /// A moment of today to the second: `14:05:30`.
    pub(crate) fn clock(self, at: Timestamp, zone: &TimeZone) -> String {
        at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
    }

    /// A moment of the day: `18:05`.
    pub(crate) fn clock_short(self, at: Timestamp, zone: &TimeZone) -> String {
        at.to_zoned(zone.clone()).strftime("%-H:%M").to_string()
    }

    /// A day.
    pub fn day(self, day: jiff::civil::Date) -> String {
        crate::triage::words::day(day, self.lang())
    }

    /// What stands before an item of a list.
    pub(crate) const fn bullet(self) -> &'static str {
        match self.0 {
            Lang::Ja => "・",
            Lang::En | Lang::Pl => "• ",
        }
    }

    /// What stands between names.
    pub(crate) const fn comma(self) -> &'static str {
        match self.0 {
            Lang::Ja => "、",
            Lang::En | Lang::Pl => ", ",
        }
    }

    /// What stands between facts on one line.
    pub(crate) const fn between(self) -> &'static str {
        match self.0 {
            Lang::Ja => " ・ ",
            Lang::En | Lang::Pl => " · ",
        }
    }

    /// A message in words. The tests show that every message is there with its arguments; were one not, its name
    /// would stand in the mail and an error in the log, and no other language in its place.
    fn say(self, name: &'static str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
        let bundle: &FluentBundle<FluentResource> = match self.0 {
            Lang::Ja => &JA_BUNDLE,
            Lang::En => &EN_BUNDLE,
            Lang::Pl => &PL_BUNDLE,
        };
        let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
            error!(name, lang = self.lang(), "A sentence is missing; this program was built wrong.");
            return name.to_owned();
        };
        let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
        let mut faults = Vec::new();
        let said = bundle.format_pattern(pattern, Some(&arguments), &mut faults).into_owned();
        if !faults.is_empty() {
            error!(name, lang = self.lang(), "A sentence lacks a part; this program was built wrong.");
        }
        said
    }
}

const fn files(lang: Lang) -> Files {
    match lang {
        Lang::Ja => JA,
        Lang::En => EN,
        Lang::Pl => PL,
    }
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let id = LanguageIdentifier::from_bytes(lang.code().as_bytes()).unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks round arguments that Fluent sets for right-to-left text would stand in names and numbers.
    bundle.set_use_isolating(false);
    for text in files(lang) {
        // A test reads every file without a fault and finds no name twice.
        let file = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(rest, _)| rest);
        if bundle.add_resource(file).is_err() {
            error!(lang = lang.code(), "A sentence stands twice; this program was built wrong.");
        }
    }
    bundle
}

#[cfg(test)]
mod tests;
