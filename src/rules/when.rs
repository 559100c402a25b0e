//! `rules/when-*.toml` to the [`Lexicon`] of the date grammar: one file per language.
//!
//! The files hold words only; what a word can mean is the closed set of [`Word`]. Every fault is reported with its
//! place. This module never reads a file and never decides what a sentence means.

mod meaning;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Time, Weekday};
use serde::Deserialize;
use toml::Spanned;

use self::meaning::{UNITS, WEEKDAYS, cue, days_off, holiday, link, pick, slice, spell, unit, weekday, word};
use crate::fault::Fault;
use crate::triage::when::{Lexicon, Link, Part, Script, Tongue, Word};

/// Words by key, each list with its place in the file.
type Words = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;
/// Words with a number each.
type Numbers = BTreeMap<Spanned<String>, Spanned<i32>>;
/// A plain list of words.
type List = Vec<Spanned<String>>;

/// One language file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    lang: Spanned<String>,
    script: Spanned<String>,
    verb_last: bool,
    units: Words,
    periods: Words,
    weekdays: Words,
    #[serde(default)]
    recurring_weekdays: Words,
    #[serde(default)]
    short_weekdays: Words,
    #[serde(default)]
    eras: Numbers,
    days: Numbers,
    weeks: Numbers,
    #[serde(default)]
    weeks_with_weekday: Numbers,
    #[serde(default)]
    weekends: Numbers,
    months: Numbers,
    #[serde(default)]
    years: Numbers,
    #[serde(default)]
    quarters: Numbers,
    #[serde(default)]
    following: Numbers,
    #[serde(default)]
    nth: Numbers,
    #[serde(default)]
    slices: Words,
    #[serde(default)]
    month_names: Numbers,
    #[serde(default)]
    month_names_unsure: Numbers,
    #[serde(default)]
    holidays: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    part: Vec<RawPart>,
    #[serde(default)]
    clocks: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    words: Words,
    #[serde(default)]
    numbers: Numbers,
    #[serde(default)]
    ordinals: Numbers,
    #[serde(default)]
    ordinal_hours: Numbers,
    #[serde(default)]
    minutes: Numbers,
    #[serde(default)]
    passed: List,
    #[serde(default)]
    done: List,
    #[serde(default)]
    topics: List,
    #[serde(default)]
    delayed: List,
    #[serde(default)]
    sooner: List,
    #[serde(default)]
    picks: Words,
    #[serde(default)]
    days_off: Words,
    #[serde(default)]
    spells: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    seasons: Numbers,
    #[serde(default)]
    ranks: Numbers,
    links: Words,
    cues: Words,
}

/// A part of the day as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    words: List,
    /// Words that only name it: a number before them is no hour (two nights).
    #[serde(default)]
    nouns: List,
    from: Spanned<String>,
    to: Spanned<String>,
    /// How an hour beside it is read: `am`, `pm`, or nothing.
    hours: Option<Spanned<String>>,
    /// Words that name the part of a certain day (今夜 = 0).
    #[serde(default)]
    on_day: Numbers,
}

/// Reads one language file.
///
/// # Errors
/// Every fault found: unknown keys, values out of range, words written twice in one list.
pub fn load(file: &Path, text: &str) -> Result<Tongue, Vec<Fault>> {
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![Fault::at(file, text, at, error.message(), "see the comments in rules/when-ja.toml")]
    })?;
    let mut reader = Reader { file, text, faults: Vec::new(), words: Vec::new(), links: Vec::new() };
    let tongue = reader.tongue(&raw);
    match tongue {
        Some(tongue) if reader.faults.is_empty() => Ok(tongue),
        _ => Err(reader.faults),
    }
}

/// Reads several language files into one lexicon; their order decides between equals.
///
/// # Errors
/// The faults of all files.
pub fn merge<'a>(files: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Result<Lexicon, Vec<Fault>> {
    let (mut tongues, mut faults) = (Vec::new(), Vec::new());
    for (file, text) in files {
        match load(file, text) {
            Ok(tongue) => tongues.push(tongue),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() { Ok(Lexicon::new(tongues)) } else { Err(faults) }
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    faults: Vec<Fault>,
    words: Vec<(String, Word)>,
    links: Vec<(String, Link)>,
}

impl Reader<'_> {
    fn tongue(&mut self, raw: &Raw) -> Option<Tongue> {
        let script = match raw.script.get_ref().as_str() {
            "kana" => Some(Script::Kana),
            "han" => Some(Script::Han),
            "latin" => Some(Script::Latin),
            _ => self.fault(&raw.script, "unknown script", "kana, han or latin"),
        };
        // Cues first: of two equal words the first one counts, and a cue says more than a unit.
        self.keyed(
            &raw.cues,
            cue,
            "want, ask, excluded, past, last, due, reason, booking, held, change, change_to, make_to, call, callback, mention, aside, nothing",
        );
        self.keyed(&raw.weekdays, |key| Some(Word::Weekday(weekday(key)?)), WEEKDAYS);
        let every = |key: &str| Some(Word::EveryWeekday(weekday(key)?));
        self.keyed(&raw.recurring_weekdays, every, WEEKDAYS);
        self.keyed(&raw.units, |key| Some(Word::Unit(unit(key)?)), UNITS);
        self.keyed(&raw.periods, |key| Some(Word::Period(unit(key)?)), UNITS);
        self.keyed(&raw.words, word, "later, ago, ahead, within_ahead, this, workdays, recurring, weekend, coming, week_start, opening, now, back, forth, within, some, am, pm, at, ordinal, ordinal_hour, this_ordinal, this_ordinal_hour, counted, article, zone, past_hour, after_next, rank_open, rank_close");
        self.counted(&raw.days, Word::Day);
        self.counted(&raw.weeks, |weeks| Word::Week { weeks, alone: true });
        self.counted(&raw.weeks_with_weekday, |weeks| Word::Week { weeks, alone: false });
        self.counted(&raw.weekends, Word::Weekend);
        self.counted(&raw.months, Word::Month);
        let picks = "this, first, last, earliest, latest, any or nth";
        self.keyed(&raw.picks, |key| Some(Word::Pick(pick(key)?)), picks);
        self.counted(&raw.years, Word::Year);
        self.counted(&raw.quarters, Word::Quarters);
        self.counted(&raw.following, Word::Following);
        self.ranged(&raw.nth, -1..=5, |nth| Word::Nth(i8::try_from(nth).unwrap_or(1)));
        let slices = "start, early, middle, late, end, first_half or second_half";
        self.keyed(&raw.slices, |key| Some(Word::Slice(slice(key)?)), slices);
        self.ranged(&raw.month_names, 1..=12, |month| Word::MonthName(i8::try_from(month).unwrap_or(1)));
        self.ranged(&raw.month_names_unsure, 1..=12, |month| {
            Word::MonthMaybe(i8::try_from(month).unwrap_or(1))
        });
        self.ranged(&raw.eras, 1800..=2200, |year| Word::Era(i16::try_from(year - 1).unwrap_or(2018)));
        self.ranged(&raw.ranks, 1..=9, |rank| Word::Rank(u32::try_from(rank).unwrap_or(1)));
        let count = |number: i32| u32::try_from(number).unwrap_or(0);
        self.ranged(&raw.numbers, 0..=1000, |number| Word::Numeral(count(number)));
        self.ranged(&raw.ordinals, -5..=100, |nth| Word::Ordinal { nth, hour: false });
        self.ranged(&raw.ordinal_hours, -5..=100, |nth| Word::Ordinal { nth, hour: true });
        self.ranged(&raw.minutes, 1..=59, |minutes| Word::Minutes(count(minutes)));
        self.ranged(&raw.seasons, 0..=3, |season| Word::Season(i8::try_from(season).unwrap_or(0)));
        self.keyed(
            &raw.days_off,
            |key| Some(Word::DaysOff(days_off(key)?)),
            "public, substitute, run or after_run",
        );
        for (name, days) in &raw.spells {
            let spell = spell(days.get_ref());
            if let Some(spell) = spell.or_else(|| self.fault(days, "not a time of the year", "08-13~08-16")) {
                self.push(name, Word::Spell(spell));
            }
        }
        for (name, when) in &raw.holidays {
            let holiday = holiday(when.get_ref());
            let hint = "12-25, the nth weekday as 01-2-mon, or easter+1";
            if let Some(holiday) = holiday.or_else(|| self.fault(when, "not a day of the year", hint)) {
                self.push(name, Word::Holiday(holiday));
            }
        }
        for part in &raw.part {
            let (from, to) = (self.time(&part.from), self.time(&part.to));
            let (Some(from), Some(to)) = (from, to) else { continue };
            let afternoon = match part.hours.as_ref().map(|hours| (hours, hours.get_ref().as_str())) {
                None => None,
                Some((_, "am")) => Some(false),
                Some((_, "pm")) => Some(true),
                Some((hours, _)) => self.fault(hours, "unknown half of the day", "am or pm"),
            };
            let value = Part { from, to, afternoon, noun: false };
            let noun = Word::Part(Part { noun: true, ..value });
            part.nouns.iter().for_each(|name| self.push(name, noun));
            part.words.iter().for_each(|name| self.push(name, Word::Part(value)));
            self.counted(&part.on_day, |days| Word::DayPart(days, value));
        }
        for (name, at) in &raw.clocks {
            if let Some(time) = self.time(at) {
                self.push(name, Word::Clock(time));
            }
        }
        let short_weekdays = self.short_weekdays(&raw.short_weekdays);
        for (key, words) in &raw.links {
            let link = link(key.get_ref());
            let hint =
                "glue, or, comma, range, between, after, after_ahead, until, until_ahead, about, moved";
            let Some(link) = link.or_else(|| self.fault(key, "unknown link", hint)) else { continue };
            self.links.extend(words.iter().map(|word| (word.get_ref().clone(), link)));
        }
        let (words, links) = (std::mem::take(&mut self.words), std::mem::take(&mut self.links));
        let lang = raw.lang.get_ref().clone();
        let built = Tongue::new(lang, script?, raw.verb_last, short_weekdays, words, links);
        built
            .map(|tongue| {
                let lengths = (plain(&raw.passed), plain(&raw.delayed), plain(&raw.sooner));
                let mut tongue = tongue.with_lengths(&lengths.0, &lengths.1, &lengths.2);
                (tongue.done, tongue.topics) = (plain(&raw.done), plain(&raw.topics));
                tongue
            })
            .map_err(|error| self.faults.push(Fault::whole(self.file, error.to_string(), "use fewer words")))
            .ok()
    }

    fn fault<T, U>(&mut self, place: &Spanned<T>, what: &str, hint: &str) -> Option<U> {
        self.faults.push(Fault::at(self.file, self.text, place.span().start, what, hint));
        None
    }

    fn push(&mut self, word: &Spanned<String>, meaning: Word) {
        if word.get_ref().trim().is_empty() {
            self.fault::<_, ()>(word, "empty word", "remove it");
            return;
        }
        for form in forms(word.get_ref()) {
            let plain: String = form.chars().map(without_mark).collect();
            if plain != form {
                self.words.push((plain, meaning));
            }
            self.words.push((form, meaning));
        }
    }

    fn keyed(&mut self, table: &Words, meaning: impl Fn(&str) -> Option<Word>, keys: &str) {
        for (key, words) in table {
            match meaning(key.get_ref()) {
                Some(meaning) => words.iter().for_each(|word| self.push(word, meaning)),
                None => self.fault(key, "unknown key", keys).unwrap_or_default(),
            }
        }
    }

    fn counted(&mut self, table: &Numbers, meaning: impl Fn(i32) -> Word) {
        self.ranged(table, -3660..=3660, meaning);
    }

    fn ranged(
        &mut self,
        table: &Numbers,
        range: std::ops::RangeInclusive<i32>,
        meaning: impl Fn(i32) -> Word,
    ) {
        for (word, number) in table {
            if range.contains(number.get_ref()) {
                self.push(word, meaning(*number.get_ref()));
            } else {
                self.fault(number, "number out of range", &format!("{} to {}", range.start(), range.end()))
                    .unwrap_or_default()
            }
        }
    }

    fn time(&mut self, at: &Spanned<String>) -> Option<Time> {
        let parsed = at
            .get_ref()
            .split_once(':')
            .and_then(|(hour, minute)| Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok());
        parsed.or_else(|| self.fault(at, "not a time of day", "write 09:00"))
    }

    fn short_weekdays(&mut self, table: &Words) -> Vec<(String, Weekday)> {
        let mut short = Vec::new();
        for (key, words) in table {
            match weekday(key.get_ref()) {
                Some(day) => short.extend(words.iter().map(|word| (word.get_ref().clone(), day))),
                None => self.fault(key, "unknown weekday", WEEKDAYS).unwrap_or_default(),
            }
        }
        short
    }
}

/// `trzec{i,ia,iego}` stands for its three forms; a word without braces for itself.
fn forms(word: &str) -> Vec<String> {
    let braces = word.split_once('{').and_then(|(stem, rest)| Some((stem, rest.split_once('}')?)));
    match braces {
        Some((stem, (endings, tail))) => {
            let ends = endings.split(',').flat_map(|ending| forms(&format!("{ending}{tail}")));
            ends.map(|end| format!("{stem}{end}")).collect()
        }
        None => vec![word.to_owned()],
    }
}

/// Polish is often typed without its marks, so both spellings count.
const fn without_mark(c: char) -> char {
    match c {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        _ => c,
    }
}

/// The words of a list without their places.
fn plain(list: &List) -> Vec<String> {
    list.iter().map(|word| word.get_ref().clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JA: &str = include_str!("../../rules/when-ja.toml");

    fn faults(text: &str) -> Vec<String> {
        let faults = load(Path::new("when.toml"), text).expect_err("the file has faults");
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_files_we_ship_load() {
        let files = [
            ("ja", JA),
            ("en", include_str!("../../rules/when-en.toml")),
            ("pl", include_str!("../../rules/when-pl.toml")),
            ("zh", include_str!("../../rules/when-zh.toml")),
        ];
        let named: Vec<_> = files.iter().map(|(lang, text)| (Path::new(lang), *text)).collect();
        let lexicon = merge(named).expect("no faults");
        let langs: Vec<_> = lexicon.tongues().iter().map(|tongue| tongue.lang.as_str()).collect();
        assert_eq!(langs, ["ja", "en", "pl", "zh"]);
    }

    #[test]
    fn faults_say_where_they_are() {
        for (from, to, expected) in [
            ("\"正午\" = \"12:00\"", "\"正午\" = \"25:00\"", "not a time of day; write 09:00"),
            (
                "\"元日\" = \"01-01\"",
                "\"元日\" = \"13-01\"",
                "not a day of the year; 12-25, the nth weekday as 01-2-mon, or easter+1",
            ),
            ("mon = [\"月曜日\"", "moon = [\"月曜日\"", "unknown key; mon, tue, wed, thu, fri, sat or sun"),
            ("\"令和\" = 2019", "\"令和\" = 19", "number out of range; 1800 to 2200"),
            ("hours = \"am\"", "hours = \"noon\"", "unknown half of the day; am or pm"),
            ("rank_open = [\"第\"]", "rank_open = [\"\"]", "empty word; remove it"),
        ] {
            let line = 1 + JA.split(from).next().expect("split yields a piece").matches('\n').count();
            let got = faults(&JA.replacen(from, to, 1));
            let [fault] = got.as_slice() else { panic!("{to}: {got:?}") };
            assert!(fault.starts_with(&format!("when.toml:{line}:")) && fault.ends_with(expected), "{fault}");
        }
    }

    #[test]
    fn all_faults_come_at_once_and_unknown_tables_are_refused() {
        let two = JA.replacen("\"正午\" = \"12:00\"", "\"正午\" = \"noon\"", 1).replacen(
            "script = \"kana\"",
            "script = \"runes\"",
            1,
        );
        assert_eq!(faults(&two).len(), 2);
        let unknown = format!("colour = 1\n{JA}");
        let [fault] = &faults(&unknown)[..] else { panic!("one fault") };
        assert!(fault.contains("colour"), "{fault}");
    }
}
