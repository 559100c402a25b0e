//! Names that stand at the end: a line in a signature, or among the last lines, that is a name and nothing else.

use crate::triage::fold::Folded;
use crate::triage::verdict::{Found, Span};

use super::super::Sheet;
use super::shape::{
    has_not_name, is_eastern_letters, is_japanese_name, is_kana, is_kanji, is_latin_name, is_name_shape,
};
use super::spoken::RELATIVES;
use super::{MAX_NAME, without_honorific};

/// Own lines at the end that may be a signature without a mark.
const TAIL: usize = 6;
/// Longest line of a card, in characters: name, title and numbers.
const MAX_LINE: usize = 90;

/// A line at the end, or in a signature, that is a name and nothing else (a company may stand before it).
pub(super) fn signed(sheet: &Sheet<'_>) -> Option<Found<String>> {
    let lines = |spans: &[Span]| -> Vec<Span> {
        let mut out = Vec::new();
        for span in spans {
            let mut at = span.start;
            for raw in sheet.text(*span).split_inclusive('\n') {
                let line =
                    crate::triage::form::trim(&sheet.letter.text, Span { start: at, end: at + raw.len() });
                at += raw.len();
                if line.end > line.start {
                    out.push(line);
                }
            }
        }
        out
    };
    let own = lines(&sheet.parts.own);
    let only = own.len() <= 1;
    let tail = own.get(own.len().saturating_sub(TAIL)..).unwrap_or_default();
    // The last block first, from its top: whoever signs stands above the company. Then the lines above it.
    let top = tail
        .windows(2)
        .rposition(|pair| matches!(pair, [above, below] if gap(sheet, *above, *below)))
        .map_or(0, |at| at + 1);
    let (above, block) = tail.split_at_checked(top).unwrap_or((&[], tail));
    let ordered = block.iter().chain(above.iter().rev());
    let marked = lines(&sheet.parts.signature);
    let candidates = marked
        .iter()
        .map(|line| (*line, "signature"))
        .chain(ordered.filter(|_| !only).map(|line| (*line, "last lines")));
    for (line, rule) in candidates {
        if let Some((value, place)) = name_in_line(sheet, line, rule == "signature") {
            return Some(sheet.found(value, place, rule, 75));
        }
    }
    own.last().and_then(|line| after_words(sheet, *line))
}

/// Whether a blank line parts two lines.
fn gap(sheet: &Sheet<'_>, above: Span, below: Span) -> bool {
    sheet.text(Span { start: above.end, end: below.start }).matches('\n').count() > 1
}

/// 「よろしくお願いします。鳥越」: the last words of the last line, set off from the sentence before.
fn after_words(sheet: &Sheet<'_>, line: Span) -> Option<Found<String>> {
    let raw = sheet.text(line);
    let (before, last) = raw.rsplit_once(['。', '！', '!', '♪', '\u{3000}', ' '])?;
    let name = without_honorific(sheet, last.trim_end_matches(['）', ')', '.', '。']));
    let letters = name.chars().count();
    let ended = before.ends_with(['す', 'い', 'ん', 'せ', 'た', 'ね', 'か']) || raw.contains(['。', '！']);
    let kanji = (2..=5).contains(&letters) && name.chars().all(is_kanji) && !is_office(sheet, name);
    let known = is_japanese_name(sheet, name, false) && letters > 1;
    let start = line.start + raw.len() - last.len();
    (ended && (known || kanji) && !has_not_name(sheet, name))
        .then(|| sheet.found(name.to_owned(), Span { start, end: start + name.len() }, "last words", 60))
}

fn name_in_line(sheet: &Sheet<'_>, line: Span, marked: bool) -> Option<(String, Span)> {
    let raw = sheet.text(line);
    // `Ben Okafor | Site Manager | M: 080-…`, `山根 良介 / Ryosuke Yamane`
    let card = raw.split(['|', '｜', '/', '／', '•', '┃', '│']).find(|piece| !piece.trim().is_empty())?;
    let line = crate::triage::form::trim(
        &sheet.letter.text,
        Span {
            start: line.start + (card.as_ptr().addr().checked_sub(raw.as_ptr().addr())?),
            end: line.start + (card.as_ptr().addr().checked_sub(raw.as_ptr().addr())?) + card.len(),
        },
    );
    let whole = raw.chars().count();
    let raw = sheet.text(line);
    if let Some(found) = beside_number(sheet, line) {
        return Some(found);
    }
    // Numbers may follow the name on its line.
    let head_end =
        raw.find(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９' | '(' | '（')).unwrap_or(raw.len());
    let head = raw.get(..head_end)?;
    let head = ["TEL", "Tel", "tel", "電話", "携帯"].iter().fold(head, |h, w| h.split(w).next().unwrap_or(h));
    let head = head.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '☎' | '☏'
                    | '℡'
                    | '✆'
                    | '📞'
                    | '📱'
                    | '✉'
                    | '('
                    | '（'
                    | ':'
                    | '：'
                    | '/'
                    | '+'
                    | ','
                    | '、'
                    | '，'
            )
    });
    if whole > MAX_LINE
        || head.chars().count() > MAX_NAME
        || head.contains(['@', '。', '、', '?', '？', '!', '！'])
    {
        return None;
    }
    // 「息子の桐谷 亮平」 signs for himself.
    let relative = head.split_once('の').filter(|(word, _)| RELATIVES.contains(&word.trim()));
    let mut at = relative.map_or(0, |(word, _)| word.len() + 'の'.len_utf8());
    loop {
        let rest = head.get(at..)?;
        let candidate = without_honorific(sheet, rest);
        if candidate.is_empty() {
            return None;
        }
        let japanese = is_japanese_name(sheet, candidate, true);
        let latin = is_latin_name(sheet, candidate, candidate == raw || marked)
            && starts_capital(candidate)
            && !is_domain(sheet, candidate);
        let office = relative.is_some()
            || head.get(..at).is_some_and(|before| before.split_whitespace().all(|w| is_office(sheet, w)));
        let words: Vec<&str> = candidate.split_whitespace().collect();
        let office = office && words.len() <= 2 && words.first().is_some_and(|w| !is_office(sheet, w));
        let letters = candidate.chars().filter(|c| !c.is_whitespace()).count();
        let eastern = office
            && (marked || at > 0 || candidate.contains([' ', '\u{3000}']) || candidate.chars().all(is_kanji))
            && is_eastern_letters(sheet, candidate)
            && letters <= if marked || words.len() == 2 { 8 } else { 5 }
            && candidate.chars().any(is_kanji);
        let shaped = office && candidate.contains([' ', '\u{3000}']) && is_name_shape(sheet, candidate);
        let eastern = eastern || shaped;
        if japanese || (at == 0 && latin) || eastern {
            let start = line.start + at + (rest.len() - rest.trim_start().len());
            return Some((candidate.to_owned(), Span { start, end: start + candidate.len() }));
        }
        // 中野建設株式会社　中野 学: try from the next word on.
        at += rest.char_indices().skip(1).find(|(_, c)| c.is_whitespace()).map(|(i, c)| i + c.len_utf8())?;
    }
}

/// `090-… けんいち`: beside a telephone number on a line of its own, kana are a name, too.
fn beside_number(sheet: &Sheet<'_>, line: Span) -> Option<(String, Span)> {
    let raw = sheet.text(line);
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '０'..='９');
    let digits = raw.chars().filter(|c| digit(*c)).count();
    if !(10..=13).contains(&digits) {
        return None;
    }
    let (first, last) = (raw.find(digit)?, raw.rfind(digit)?);
    let after = raw.get(last..)?.trim_start_matches(digit);
    let sides = [raw.get(..first)?, after];
    sides.into_iter().find_map(|side| {
        let edge = |c: char| !c.is_alphabetic();
        let name = without_honorific(sheet, side.trim_matches(edge));
        let letters = name.chars().count();
        let kana = (2..=6).contains(&letters) && name.chars().all(is_kana) && !has_not_name(sheet, name);
        let start = line.start
            + raw.find(name).filter(|_| (kana || is_name_shape(sheet, name)) && !is_office(sheet, name))?;
        Some((name.to_owned(), Span { start, end: start + name.len() }))
    })
}

/// A company, department, title or label before a name. Family names end in 部 and 長, too: what stands before it
/// tells.
fn is_office(sheet: &Sheet<'_>, word: &str) -> bool {
    const ENDS: [&str; 22] = [
        "部門",
        "本部",
        "部署",
        "課",
        "係",
        "支店",
        "本店",
        "店",
        "支社",
        "本社",
        "会社",
        "協会",
        "組合",
        "部長",
        "課長",
        "係長",
        "店長",
        "院長",
        "所長",
        "社長",
        "主任",
        "取締役",
    ];
    const STEMS: [&str; 32] = [
        "営業", "工事", "工務", "技術", "総務", "事業", "人事", "経理", "管理", "製造", "業務", "開発",
        "企画", "広報", "設計", "建設", "生産", "販売", "購買", "資材", "品質", "施工", "積算", "土木",
        "建築", "設備", "電気", "編集", "情報", "財務", "法務", "第",
    ];
    let part = |end: &str| word.strip_suffix(end).is_some_and(|stem| STEMS.iter().any(|s| stem.contains(s)));
    let whole = ENDS.iter().any(|end| word.ends_with(end)) || word.ends_with('組');
    has_not_name(sheet, word)
        || part("部")
        || part("室")
        || (whole && word.chars().count() > 2 && !is_japanese_name(sheet, word, false))
        || sheet.rules.label(Folded::new(word).text()).is_some_and(|(_, exact)| exact)
        || is_domain(sheet, word)
}

/// Whether a word is the company that the writer's domain is called after.
fn is_domain(sheet: &Sheet<'_>, name: &str) -> bool {
    let plain =
        |text: &str| -> String { text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect() };
    let Some(person) = sheet.letter.from.first() else { return false };
    let domain = person.address.rsplit('@').next().and_then(|domain| domain.split('.').next()).map(plain);
    let name = plain(name);
    domain.is_some_and(|domain| domain.len() > 3 && (name == domain || name.starts_with(&domain)))
        && plain(&person.name) != name
}

fn starts_capital(text: &str) -> bool {
    text.split_whitespace().all(|word| word.chars().next().is_some_and(char::is_uppercase))
}
