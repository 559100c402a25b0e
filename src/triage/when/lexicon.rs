//! The words of each language, with what they mean to the date grammar.
//!
//! A [`Tongue`] is one language: an automaton over its words and cues, and a list of links (the short words that
//! stand between a date and a time). It holds no grammar: composition and resolution are the same for all.
//! Loading the words from files is `rules::when`'s matter.

use aho_corasick::{AhoCorasick, BuildError, Input, MatchKind};
use jiff::civil::{Date, Time, Weekday};

use super::super::fold::Folded;

/// All languages that can be read.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    tongues: Vec<Tongue>,
}

impl Lexicon {
    /// A lexicon of these languages; the first of a script is preferred where nothing tells them apart.
    pub const fn new(tongues: Vec<Tongue>) -> Self {
        Self { tongues }
    }

    /// The languages in the order given.
    pub fn tongues(&self) -> &[Tongue] {
        &self.tongues
    }

    /// The language to read a folded piece of text with. Kana means Japanese, and so do kanji alone if
    /// the rest of the mail has kana; otherwise the language with the most words of its own in the text.
    pub fn tongue_of(&self, piece: &str, mail_has_kana: bool) -> Option<&Tongue> {
        let has = |test: fn(char) -> bool| piece.chars().any(test);
        let of = |script: Script| self.tongues.iter().find(|tongue| tongue.script == script);
        if has(is_kana) {
            return of(Script::Kana);
        }
        if has(is_han) {
            if mail_has_kana {
                return of(Script::Kana);
            }
            let weight = |script| of(script).map_or(0, |tongue| tongue.weight(piece));
            let kana = weight(Script::Kana) > weight(Script::Han);
            return of(if kana { Script::Kana } else { Script::Han }).or_else(|| of(Script::Kana));
        }
        if !has(|c| c.is_alphabetic()) {
            return self.tongues.first();
        }
        let latin = self.tongues.iter().filter(|tongue| tongue.script == Script::Latin);
        // Of several with the same weight the first one wins, so the order of the files decides.
        let weighed = latin.map(|tongue| (tongue.weight(piece), tongue));
        let best = weighed.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map(|(_, tongue)| tongue).or_else(|| self.tongues.first())
    }
}

/// Hiragana or katakana.
pub(super) const fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ')
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '々')
}

/// The script that leads to a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Kana among the letters (Japanese).
    Kana,
    /// Han characters without kana (Chinese).
    Han,
    /// Latin letters.
    Latin,
}

/// One language.
#[derive(Debug, Clone)]
pub struct Tongue {
    /// Language code such as `ja`.
    pub lang: String,
    /// Script by which the language is recognised.
    pub script: Script,
    /// The verb that gives a date its role stands behind it (Japanese) instead of mostly before it.
    pub verb_last: bool,
    /// Bracketed or otherwise marked short weekdays (`水`), never read on their own.
    pub short_weekdays: Vec<(String, Weekday)>,
    automaton: AhoCorasick,
    meanings: Vec<Word>,
    links: Vec<(String, Link)>,
}

impl Tongue {
    /// Builds the automaton. Words and links are folded, so that they may be written in any width; of two equal
    /// words the first one counts. Fails only when the word list is too large for an automaton.
    pub fn new(
        lang: String,
        script: Script,
        verb_last: bool,
        short_weekdays: Vec<(String, Weekday)>,
        words: Vec<(String, Word)>,
        links: Vec<(String, Link)>,
    ) -> Result<Self, BuildError> {
        let patterns = words.iter().map(|(word, _)| Folded::new(word).text().to_owned());
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns)?;
        let meanings = words.into_iter().map(|(_, meaning)| meaning).collect();
        let fold = |(word, link): (String, Link)| (Folded::new(&word).text().to_owned(), link);
        let mut links: Vec<_> = links.into_iter().map(fold).collect();
        links.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        Ok(Self { lang, script, verb_last, short_weekdays, automaton, meanings, links })
    }

    /// The words of the language in a folded text: start, end, meaning. Words in Latin letters match only whole.
    pub(super) fn words<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, Word)> + 't {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let found = self.automaton.find(Input::new(text).range(from..))?;
                if whole_word(text, found.start(), found.end()) {
                    from = found.end();
                    let meaning = *self.meanings.get(found.pattern().as_usize())?;
                    return Some((found.start(), found.end(), meaning));
                }
                // "on sun" inside "on sunday": what begins behind its first letter may still count.
                from = text.ceil_char_boundary(found.start() + 1);
            }
        })
    }

    fn weight(&self, text: &str) -> usize {
        self.words(text).map(|(start, end, _)| end - start).sum()
    }

    /// The longest link at the start of a text, with its length.
    pub(super) fn link(&self, text: &str) -> Option<(usize, Link)> {
        self.links
            .iter()
            .find(|(word, _)| text.starts_with(word.as_str()) && whole_word(text, 0, word.len()))
            .map(|&(ref word, link)| (word.len(), link))
    }

    /// The longest link at the end of a text, blanks left out.
    pub(super) fn link_before(&self, text: &str) -> Option<Link> {
        let text = text.trim_end();
        let ends = |word: &str| text.ends_with(word) && whole_word(text, text.len() - word.len(), text.len());
        self.links.iter().find(|(word, _)| ends(word)).map(|&(_, link)| link)
    }
}

/// Latin letters must not go on beyond the ends of a word.
fn whole_word(text: &str, start: usize, end: usize) -> bool {
    let letter = |c: char| c.is_alphabetic() && u32::from(c) < 0x0250;
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    let first = text.get(start..end).and_then(|word| word.chars().next());
    let last = text.get(start..end).and_then(|word| word.chars().next_back());
    let glued =
        |outer: Option<char>, inner: Option<char>| outer.is_some_and(letter) && inner.is_some_and(letter);
    !glued(before, first) && !glued(after, last)
}

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A unit behind a number that names a point in time (8月, 14時).
    Unit(Unit),
    /// A unit of length (2時間, 3か月): never a date unless `ago` or `later` follows.
    Period(Unit),
    /// `後`: a length behind it counts forward.
    Later,
    /// `前`: a length behind it counts backward.
    Ago,
    /// A word before a length that counts it forward (`in 3 days`, `za 3 dni`).
    Ahead,
    /// An era: the year before its first one.
    Era(i16),
    /// A weekday by its full name.
    Weekday(Weekday),
    /// Days that come back (平日, 土日): no date without a week.
    Recurring {
        /// Saturday and Sunday, which a week turns into a range.
        weekend: bool,
    },
    /// Days from today.
    Day(i32),
    /// Weeks from this one; `alone` means it is a date by itself (来週), else it needs a weekday (next …).
    Week {
        /// 0 is this week, which starts on Monday.
        weeks: i32,
        /// May stand without a weekday.
        alone: bool,
    },
    /// The nearest future one (今度の).
    Coming,
    /// Saturday to Sunday of a week from this one.
    Weekend(i32),
    /// The next Monday (週明け).
    WeekStart,
    /// Months from this one.
    Month(i32),
    /// Years from this one, before a date (来年1月5日).
    Year(i32),
    /// A month by its name.
    MonthName(i8),
    /// Part of the day.
    Part(Part),
    /// A time by its name (正午).
    Clock(Time),
    /// The hour of opening (朝一).
    Opening,
    /// am (`false`) or pm (`true`) behind an hour.
    Meridiem(bool),
    /// A word before a bare hour (`at 2`, `o 14`).
    At,
    /// Days from today with a part of the day (今夜, tonight).
    DayPart(i32, Part),
    /// A holiday.
    Holiday(Holiday),
    /// Opens a rank (第).
    RankOpen,
    /// Closes a rank (希望, choice).
    RankClose,
    /// A rank in one word (`first choice`).
    Rank(u32),
    /// A cue for the role.
    Cue(Cue),
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Year.
    Year,
    /// Month.
    Month,
    /// Week.
    Week,
    /// Day.
    Day,
    /// Hour.
    Hour,
    /// Half past.
    Half,
    /// Minute.
    Minute,
}

/// A part of the day and how an hour behind it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Start.
    pub from: Time,
    /// End.
    pub to: Time,
    /// An hour beside it is before noon (`false`, 午前) or after noon (`true`, 夜); `None` says nothing (昼).
    pub afternoon: Option<bool>,
}

/// When a holiday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    /// Month and day.
    Fixed(i8, i8),
    /// The nth weekday of a month.
    Nth(i8, i8, Weekday),
    /// Days after Easter Sunday (Gregorian).
    Easter(i32),
}

impl Holiday {
    /// The day in a year, where it exists.
    pub fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed(month, day) => Date::new(year, month, day).ok(),
            Self::Nth(month, nth, weekday) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            Self::Easter(days) => easter(year)?.checked_add(jiff::Span::new().try_days(days).ok()?).ok(),
        }
    }
}

/// Easter Sunday by the anonymous Gregorian computus (Butcher 1876).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// What a cue says about the dates of its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// Wanted.
    Want,
    /// Not possible.
    Excluded,
    /// Over.
    Past,
    /// Held already, or held and given up.
    Booking,
    /// A booking is named; whether it is held or wanted is for the verb to say.
    Held,
    /// Something held is moved away.
    Change,
    /// Moved to the date directly before (に変更).
    ChangeTo,
    /// When to call.
    Callback,
    /// Deadline, delivery, opening hours: no part in the matter.
    Mention,
    /// A time left open (先ほど): past verbs behind it are not about the date.
    Aside,
    /// Says nothing, but must not be mistaken for another cue it contains.
    Nothing,
}

/// Short words between dates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Joins what belongs together (の, at).
    Glue,
    /// Choice or sum (か, と, or).
    Or,
    /// A comma.
    Comma,
    /// From–to.
    Range,
    /// Stands before the first of two times that "and" joins to a range (between).
    Between,
    /// Open end, behind the time (以降, onwards).
    After,
    /// Open end, before the time (after).
    AfterAhead,
    /// Only an end, behind the time (まで).
    Until,
    /// Only an end, before the time (until).
    UntilAhead,
    /// Roughly (頃, できれば): stands anywhere and changes nothing.
    About,
    /// What is before is moved to what is behind (を).
    Moved,
    /// The day before it takes the time named last (の同じ時間, same time).
    Same,
}
