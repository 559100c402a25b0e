//! What a name looks like: letters, length, known family names, and what can be no name. Knows no places.

use crate::triage::fold::Folded;
use crate::triage::rulebook::WordList;

use super::super::Sheet;

/// `user_01`, `k.t`, `abc123`: no name to address anybody by.
pub(super) fn is_handle(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let odd =
        name.chars().any(|c| c.is_ascii_digit() || matches!(c, '_' | '@' | '/' | '#' | '+' | '=' | '*'));
    let initials =
        name.split([' ', '.', '\u{3000}']).filter(|w| !w.is_empty()).all(|w| w.chars().count() == 1);
    odd || letters == 0 || (initials && name.is_ascii())
}

pub(super) fn is_kanji(c: char) -> bool {
    matches!(
        c,
        // With the compatibility forms (﨑) and the rare planes (𠮷) that registers of families keep.
        '\u{4e00}'..='\u{9fff}' | '々' | '〆' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
    )
}

pub(super) fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

/// Whether a word of the text, or the text, is nobody's name: `not_name` holds pieces of such words, `common` whole
/// ones.
pub(super) fn has_not_name(sheet: &Sheet<'_>, name: &str) -> bool {
    let folded = Folded::new(name);
    let lower = folded.text();
    let squeezed: String = lower.split_whitespace().collect();
    if sheet.rules.lists(WordList::Common, &squeezed)
        || lower.split_whitespace().any(|word| sheet.rules.lists(WordList::Common, word))
    {
        return true;
    }
    sheet.rules.has_not_name(lower) || sheet.ours().iter().any(|ours| lower.contains(ours.as_str()))
}

/// Letters of the longest Japanese name.
pub(super) const LONGEST_JAPANESE: usize = 8;

/// A known family name, alone or with a given name of up to four letters behind it.
pub(super) fn is_japanese_name(sheet: &Sheet<'_>, text: &str, alone: bool) -> bool {
    let text = text.trim();
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    if count == 0
        || count > LONGEST_JAPANESE
        || !text.chars().all(|c| is_kanji(c) || is_kana(c) || c == ' ' || c == '\u{3000}')
    {
        return false;
    }
    let known = (1..=3).rev().any(|length| {
        let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
        let Some((family, given)) = text.split_at_checked(end) else { return false };
        if family.chars().count() != length || !sheet.rules.lists(WordList::Surname, family) {
            return false;
        }
        let given = given.trim();
        let letters = given.chars().count();
        // One-letter family names begin many words: they count alone at the start of a sentence.
        let particle = given.starts_with(['は', 'が', 'を', 'に', 'で', 'と', 'も', 'の', 'へ', 'や', 'か']);
        if letters == 0 {
            length > 1 || alone
        } else {
            letters <= 4 && !particle && (length > 1 || letters <= 3)
        }
    });
    known && !has_not_name(sheet, text)
}

/// Chinese has no blanks between words: these letters stand in sentences, hardly in names.
fn is_chinese_clause(text: &str) -> bool {
    text.starts_with('我')
        || text.contains(['你', '您', '吗', '请', '没', '这', '那', '们', '谢', '怎', '哪', '啊', '呢'])
        || text.chars().skip(1).any(|c| matches!(c, '的' | '了' | '是'))
}

/// Letters of a Japanese or Chinese name without a known family name.
pub(super) fn is_eastern_letters(sheet: &Sheet<'_>, text: &str) -> bool {
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    let kanji = text.chars().filter(|c| is_kanji(*c)).count();
    (2..=8).contains(&count)
        && text.chars().all(|c| is_kanji(c) || is_kana(c) || c.is_whitespace())
        && (kanji >= 1 || text.contains([' ', '\u{3000}']) || count >= 3)
        && !is_chinese_clause(text)
        && !has_not_name(sheet, text)
}

/// One to four words of letters. A single one needs `single`; words of a name begin with a capital or are all
/// lower case.
pub(super) fn is_latin_name(sheet: &Sheet<'_>, text: &str, single: bool) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let letters = |word: &&str| {
        word.chars().all(|c| c.is_alphabetic() && u32::from(c) < 0x250 || matches!(c, '-' | '\'' | '.'))
            && word.chars().next().is_some_and(char::is_alphabetic)
    };
    let long = words.iter().any(|word| word.chars().count() >= 3);
    let capital = words.iter().any(|word| word.chars().next().is_some_and(char::is_uppercase));
    (1..=4).contains(&words.len())
        && words.iter().all(letters)
        && long
        && (words.len() > 1 || (single && capital))
        && !has_not_name(sheet, text)
}

/// The shape of a family name, alone or with a given name, that no list knows: two to four kanji, kanji with kana
/// behind them, katakana, or two such words. Where it stands must speak for it as well.
pub(super) fn is_name_shape(sheet: &Sheet<'_>, text: &str) -> bool {
    let text = text.trim();
    let words: Vec<&str> = text.split_whitespace().collect();
    let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !letters.iter().all(|c| is_kanji(*c) || is_kana(*c))
        || is_chinese_clause(text)
        || has_not_name(sheet, text)
    {
        return false;
    }
    let kanji = letters.iter().take_while(|c| is_kanji(**c)).count();
    let katakana = |word: &str| word.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー'));
    match words.as_slice() {
        [word] if kanji == letters.len() => (2..=5).contains(&word.chars().count()),
        [word] if katakana(word) => (3..=8).contains(&letters.len()),
        // 生方たまき; 「利用したいです」 is no name.
        [word] => {
            let given: String = word.chars().skip(kanji).collect();
            let verb = is_adverb(&given);
            (2..=3).contains(&kanji)
                && (2..=4).contains(&(letters.len() - kanji))
                && given.chars().all(is_kana)
                && !verb
        }
        [family, given] => {
            let kana = family.chars().all(is_kana);
            (1..=if kana { 6 } else { 4 }).contains(&family.chars().count())
                && (1..=5).contains(&given.chars().count())
                && letters.len() >= 3
        }
        _ => false,
    }
}

/// Whether kana end like a verb or adverb.
pub(super) fn is_adverb(kana: &str) -> bool {
    ENDINGS.iter().any(|ending| kana.ends_with(ending))
}

/// Endings of verbs and adverbs that stand before 「です」.
const ENDINGS: [&str; 18] = [
    "たい",
    "ない",
    "やすい",
    "にくい",
    "しい",
    "まで",
    "から",
    "ため",
    "こと",
    "つもり",
    "だけ",
    "くらい",
    "ほど",
    "そう",
    "よう",
    "まま",
    "ところ",
    "もの",
];
