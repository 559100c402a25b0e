//! Patterns of rules: compiled within limits, each with the words without which it cannot match.
//!
//! Those words join the automaton over all phrases, so a pattern is only tried on a text that holds them, and a
//! hundred patterns cost a mail no more than the few that are close to matching.

use regex::RegexBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::Loader;
use super::source::{Source, Word};
use crate::triage::rulebook::Pattern;

/// Bytes a compiled pattern may take.
const MAX_PATTERN: usize = 256 * 1024;
/// Bytes a pattern may take besides while it is at work, in each thread. The library's own 2 MiB would let a hundred
/// patterns fill 200 MB; a pattern is tried on few mails, so a small table is soon filled again.
const MAX_TABLE: usize = 256 * 1024;
/// Patterns in all files together: what they take at most must fit into the memory of a small machine.
const MAX_PATTERNS: usize = 400;
/// Patterns that hang on single letters, which most mails hold.
const MAX_WEAK: usize = 64;
/// Words of which one must stand there, at most; more would say nothing.
const MAX_WORDS: usize = 48;
/// Letters of a class that count as words.
const MAX_LETTERS: usize = 8;
/// Sets of words that are asked for.
const MAX_SETS: usize = 4;

impl Loader {
    pub(super) fn patterns(&mut self, source: &Source<'_>, raw: Vec<Word>) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for pattern in raw {
            let at = pattern.span().start;
            let refuse = |what: String, hint: &str| source.fault(at, what, hint);
            let compiled = RegexBuilder::new(pattern.get_ref())
                .size_limit(MAX_PATTERN)
                .dfa_size_limit(MAX_TABLE)
                .build();
            let regex = match compiled {
                Ok(regex) if regex.is_match("") => {
                    let what = "the pattern matches nothing at all, so it matches every mail".to_owned();
                    self.faults.push(refuse(what, "require at least one character"));
                    continue;
                }
                Ok(regex) => regex,
                Err(error) => {
                    let reason = error.to_string();
                    let last = reason.lines().last().unwrap_or_default().trim();
                    let hint = "patterns see folded text: lower case, half width";
                    self.faults.push(refuse(format!("bad pattern: {last}"), hint));
                    continue;
                }
            };
            let needs = regex_syntax::parse(pattern.get_ref()).map(|hir| required(&hir)).unwrap_or_default();
            if needs.is_empty() {
                let what =
                    "no letter of the pattern is certain, so it would be tried on every mail".to_owned();
                self.faults.push(refuse(what, "add a word or a letter that must stand there"));
                continue;
            }
            if weak(&needs) {
                self.weak += 1;
                if self.weak == MAX_WEAK + 1 {
                    let what = format!("more than {MAX_WEAK} patterns hang on single letters");
                    self.faults.push(refuse(what, "give some a word of two letters that must stand there"));
                    continue;
                }
            }
            self.patterns += 1;
            if self.patterns == MAX_PATTERNS + 1 {
                let what = format!(
                    "this is pattern {} of all rule files, and {MAX_PATTERNS} are the most",
                    self.patterns
                );
                self.faults.push(refuse(
                    what,
                    "write phrases instead: they cost next to nothing, `*` leaves the end of one open",
                ));
            }
            patterns.push(Pattern { text: pattern.into_inner(), regex, at: source.position(at), needs });
        }
        patterns
    }
}

/// Whether no set asks for more than one letter.
fn weak(needs: &[Vec<String>]) -> bool {
    needs.iter().all(|set| shortest(set) < 2)
}

fn shortest(set: &[String]) -> usize {
    set.iter().map(|word| word.chars().count()).min().unwrap_or(0)
}

/// Sets of words; a text that matches holds one word of each. The most telling sets come first.
pub(super) fn required(hir: &Hir) -> Vec<Vec<String>> {
    let mut sets = sets(hir);
    sets.sort_by_key(|set| (std::cmp::Reverse(shortest(set).min(4)), set.len()));
    sets.dedup();
    if let Some(best) = sets.first().map(|set| shortest(set)) {
        // Where a word is asked for, a single letter tells nothing more.
        sets.retain(|set| best < 2 || shortest(set) >= 2);
    }
    sets.truncate(MAX_SETS);
    sets
}

fn sets(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let word = std::str::from_utf8(&literal.0).ok();
            word.map(|word| vec![vec![word.to_owned()]]).unwrap_or_default()
        }
        HirKind::Class(class) => letters(class).map(|set| vec![set]).unwrap_or_default(),
        HirKind::Repetition(repetition) if repetition.min > 0 => sets(&repetition.sub),
        HirKind::Repetition(_) | HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Capture(capture) => sets(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(sets).collect(),
        HirKind::Alternation(branches) => {
            let mut words = Vec::new();
            for branch in branches {
                let Some(best) = required(branch).into_iter().next() else { return Vec::new() };
                words.extend(best);
            }
            words.sort();
            words.dedup();
            if words.len() > MAX_WORDS { Vec::new() } else { vec![words] }
        }
    }
}

/// The letters of a small class.
fn letters(class: &Class) -> Option<Vec<String>> {
    let mut letters = Vec::new();
    match class {
        Class::Unicode(ranges) => {
            for range in ranges.iter() {
                for letter in range.start()..=range.end() {
                    letters.push(letter.to_string());
                    if letters.len() > MAX_LETTERS {
                        return None;
                    }
                }
            }
        }
        Class::Bytes(_) => return None,
    }
    Some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: a pattern, and the sets of words it cannot do without.
    #[test]
    fn words_that_must_stand_there_are_found() {
        for (pattern, expected) in [
            ("予約(を|が)", "予約"),
            ("(キャンセル|取り消).{0,30}(別の日|変更)", "キャンセル|取り消 別の日|変更"),
            ("[0-9]{1,2}(時|日)", "日|時"),
            ("[0-9]{4,}", ""),
            ("a?b+(cd)*", "b"),
            ("(予約|)です", "です"),
            ("(予約|.*)で", "で"),
            ("(^|[^施])術後", "術後"),
            ("(?i)ab", "A|a B|b"),
        ] {
            let sets = required(&regex_syntax::parse(pattern).unwrap());
            let shown: Vec<String> = sets.iter().map(|set| set.join("|")).collect();
            assert_eq!(shown.join(" "), expected, "{pattern}");
        }
    }
}
