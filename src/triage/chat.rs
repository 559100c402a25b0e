//! A chat that became a mail: who said what, taken from lines with a clock time and a speaker.
//!
//! Knows the shapes of chat programs' transcripts and the names they give their own side. Never reads what was said.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::Folded;
use super::thread::Parts;
use super::verdict::Span;

/// `[10:02:40] Anna: text`, `10:02 Anna: text`.
static TIMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\s*[\[(（【]?\s*(?:[0-9]{2,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?[ T,]*)?[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?(?:\s*[AaPp][Mm])?\s*[\])）】]?\s*[-–|]?\s*([^:：\n]{1,30}?)\s*[:：]\s*(.*?)\s*$",
    )
    .ok()
});

/// `Anna (10:02): text`, `Anna [10:02:40]` with the text below.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\s*([^:：\[\](（\n]{1,30}?)\s*[\[(（]\s*(?:[0-9]{2,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?[ T,]*)?[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?(?:\s*[AaPp][Mm])?\s*[\])）]\s*[:：]?\s*(.*?)\s*$",
    )
    .ok()
});

/// Lines with a time and a speaker that make a transcript.
const FEWEST: usize = 2;
/// Longest line looked at, in bytes.
const MAX_LINE: usize = 4000;

/// What chat programs call their own side, folded.
const OURS: [&str; 24] = [
    "bot",
    "ボット",
    "自動",
    "オペレーター",
    "オペレータ",
    "operator",
    "担当",
    "スタッフ",
    "agent",
    "staff",
    "assistant",
    "アシスタント",
    "サポート",
    "support",
    "システム",
    "system",
    "客服",
    "机器人",
    "機器人",
    "konsultant",
    "obsługa",
    "受付",
    "店舗",
    "ai",
];

/// What the visitor said, line by line; `None` when the text is no transcript or the visitor is silent in it.
pub(super) fn visitor(text: &str, parts: &Parts, own_names: &[&str]) -> Option<Vec<Span>> {
    let (timed, named) = (TIMED.as_ref()?, NAMED.as_ref()?);
    clocks(text).nth(FEWEST - 1)?;
    let mut spans: Vec<Span> = parts.own.iter().chain(&parts.signature).copied().collect();
    spans.sort_by_key(|span| span.start);
    let mut said = Vec::new();
    let (mut found, mut theirs) = (0_usize, false);
    for span in spans {
        let mut at = span.start;
        for raw in text.get(span.start..span.end).unwrap_or_default().split_inclusive('\n') {
            let start = at;
            at += raw.len();
            let line = raw.trim_end_matches(['\n', '\r']);
            // Both patterns hold a clock time; few lines of a mail do.
            let clock = line.len() <= MAX_LINE
                && line.contains([':', '：'])
                && line.bytes().any(|byte| byte.is_ascii_digit());
            let hit = clock.then(|| timed.captures(line).or_else(|| named.captures(line)));
            if let Some(hit) = hit.flatten()
                && let (Some(who), Some(words)) = (hit.get(1), hit.get(2))
            {
                found += 1;
                theirs = !is_ours(who.as_str(), own_names);
                if theirs && !words.is_empty() {
                    said.push(Span { start: start + words.start(), end: start + words.end() });
                }
            } else if line.trim().is_empty() || super::thread::is_rule(line) {
                theirs = false;
            } else if theirs {
                said.push(Span { start, end: start + line.len() });
            }
        }
    }
    (found >= FEWEST && !said.is_empty()).then_some(said)
}

/// Where `10:02` may stand: both patterns hold it.
fn clocks(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let figure = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let places = bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b':' | 0xef)).map(|(at, _)| at);
    places.filter(move |at| match bytes.get(*at..) {
        Some([b':', b'0'..=b'9', ..] | [0xef, 0xbc, 0x9a, b'0'..=b'9', ..]) => figure(at.checked_sub(1)),
        Some(_) | None => false,
    })
}

fn is_ours(who: &str, own_names: &[&str]) -> bool {
    let folded = Folded::new(who);
    let name = folded.text();
    OURS.iter().any(|word| {
        if word.is_ascii() {
            name.split_whitespace().any(|part| part.ends_with(word))
        } else {
            name.contains(word)
        }
    }) || own_names.iter().any(|own| !own.is_empty() && name.contains(Folded::new(own).text()))
}

#[cfg(test)]
mod tests {
    use super::super::thread;
    use super::*;

    #[test]
    fn the_visitors_lines_are_told_from_ours() {
        for (text, expected) in [
            ("[10:02:11] ボット: ご用件は?\n[10:02:40] 倉持: 空いてますか\n", Some(vec!["空いてますか"])),
            (
                "10:02 倉持: 空いてますか\n10:03 あおば整体: 確認します\n10:04 倉持: はい\n",
                Some(vec!["空いてますか", "はい"]),
            ),
            (
                "Visitor (2:05 PM)\nAre you open\non Sunday?\n\nAgent Anna (2:06 PM)\nOne moment\n",
                Some(vec!["Are you open", "on Sunday?"]),
            ),
            ("倉持 [10:02]: 空いてますか\nオペレーター [10:05]: はい\n", Some(vec!["空いてますか"])),
            (
                "2026/03/01 10:02 倉持：空いてますか\n2026/03/01 10:03 システム：不在です\n",
                Some(vec!["空いてますか"]),
            ),
            ("[10:02] ボット: ご用件は?\n[10:03] ボット: 不在です\n", None),
            ("10:00: 空いてますか\n", None),
            ("3/5 10:00か11:00でお願いします\n", None),
            ("", None),
        ] {
            let said = visitor(text, &thread::cut(text), &["あおば整体"]);
            let said = said.map(|spans| {
                spans.iter().map(|span| text.get(span.start..span.end).unwrap()).collect::<Vec<_>>()
            });
            assert_eq!(said, expected, "{text}");
        }
    }
}
