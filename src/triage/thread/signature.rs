//! Signatures, footers and trailers at the end of what somebody wrote.

use super::{Kind, Line, set, swallow_blank};

/// Longest contact block under a rule, in lines.
const MAX_BLOCK: usize = 12;

/// Marks the signature of each stretch between quotes.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    // Each stretch between quotes has its own end.
    let mut start = 0;
    while start < lines.len() {
        let length = lines.iter().skip(start).take_while(|l| l.kind != Kind::Quote).count();
        if let Some(stretch) = lines.get_mut(start..start + length) {
            mark_in_stretch(stretch);
        }
        start += length + 1;
    }
    swallow_blank(lines, Kind::Signature);
}

fn mark_in_stretch(lines: &mut [Line<'_>]) {
    for line in lines.iter_mut() {
        if is_trailer(line.text) {
            line.kind = Kind::Signature;
        }
    }
    // RFC 3676 section 4.3: `-- ` alone on its line.
    if let Some(at) = lines.iter().position(|line| line.text == "--") {
        set(lines, at, usize::MAX, Kind::Signature);
        return;
    }
    let Some(last) = lines.iter().rposition(|l| !l.text.is_empty() && l.kind == Kind::Own) else { return };
    // A closing rule of the block is part of it.
    let ruled = |at: usize, least: usize| lines.get(at).is_some_and(|l| is_rule(l.text, least));
    let bottom = if ruled(last, RULE) { last.saturating_sub(1) } else { last };
    let reach = bottom.saturating_sub(MAX_BLOCK);
    let contact =
        |from: usize| lines.get(from + 1..=bottom).unwrap_or_default().iter().any(|l| is_contact(l.text));
    // Three signs are a rule where contacts stand below them.
    let found = (reach..=bottom).rev().find(|at| {
        ruled(*at, RULE) || (ruled(*at, SHORT_RULE) && contact(*at) && short_lines(lines, *at, bottom))
    });
    let Some(mut top) = found else { return };
    // A block may be ruled inside, too.
    while let Some(above) =
        (reach..top).rev().find(|at| ruled(*at, RULE)).filter(|at| short_lines(lines, *at, top))
    {
        top = above;
    }
    let above = lines.iter().take(top).any(|l| !l.text.is_empty());
    let block = lines.get(top + 1..=bottom).unwrap_or_default();
    if above && !block.is_empty() && (bottom < last || block.iter().any(|l| is_contact(l.text))) {
        set(lines, top, usize::MAX, Kind::Signature);
    }
}

/// Signs that make a rule by themselves.
const RULE: usize = 6;
/// Signs that make a rule above contacts.
const SHORT_RULE: usize = 3;

/// Different signs of which a rule is drawn at most.
const MOST_SIGNS: usize = 6;

/// Whether the lines between two rules are a card and no prose.
fn short_lines(lines: &[Line<'_>], from: usize, to: usize) -> bool {
    lines
        .get(from + 1..to)
        .unwrap_or_default()
        .iter()
        .all(|l| l.text.chars().count() <= 45 && !l.text.contains('。') && !l.text.ends_with(['?', '、']))
}

/// A line of ornaments: no letters or digits, few different signs, at least `least` of them. Punctuation alone is
/// how somebody feels.
pub(super) fn is_rule(line: &str, least: usize) -> bool {
    let mut different = ['\0'; MOST_SIGNS];
    let (mut signs, mut kinds, mut plain) = (0, 0, true);
    for c in line.chars().filter(|c| !c.is_whitespace()) {
        // The long vowel mark and the numeral one are drawn as rules. Most lines are words, and end here.
        if c.is_alphanumeric() && !matches!(c, 'ー' | '一') {
            return false;
        }
        signs += 1;
        plain &= matches!(c, '!' | '?' | '>' | '、' | '(' | ')');
        if !different.iter().take(kinds).any(|known| *known == c) {
            let Some(slot) = different.get_mut(kinds) else { return false };
            *slot = c;
            kinds += 1;
        }
    }
    signs >= least && !plain
}

/// A line that looks like contact data.
fn is_contact(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let number = (9..=16).contains(&digits) && line.bytes().any(|b| matches!(b, b'-' | b'(' | b' ' | b'.'))
        || digits == 10
        || digits == 11;
    number
        || line.contains("http")
        || line.contains("www.")
        || line.contains('〒')
        || (line.contains('@') && line.contains('.'))
        || ["tel", "fax", "phone", "mail", "電話"].iter().any(|word| line.starts_with(word))
}

/// What phones and webmail put under a mail.
fn is_trailer(line: &str) -> bool {
    const SENT_FROM: [&str; 24] = [
        "sent from my ",
        "sent from the ",
        "sent from android",
        "sent from samsung",
        "sent from gmail",
        "sent from proton",
        "gesendet von ",
        "von meinem ",
        "wysłane z",
        "envoyé depuis ",
        "来自我的",
        "从我的",
        "從我的",
        "sent from outlook",
        "sent from yahoo",
        "sent from mail for",
        "get outlook for",
        "wysłano z ",
        "发自我的",
        "發自我的",
        "envoyé de mon",
        "von meinem iphone gesendet",
        "取得 outlook",
        "sent with ",
    ];
    // First and last letters of all of them: most lines end here.
    let opened = line.starts_with(['s', 'g', 'v', 'w', 'e', 'o', '来', '从', '從', '发', '發', '取']);
    if !opened && !line.ends_with(['信', 'た', 'ル', '手']) {
        return false;
    }
    let known = SENT_FROM.iter().any(|opening| line.starts_with(opening))
        || line.ends_with("から送信")
        || line.ends_with("から送信されました")
        || line.ends_with("より送信")
        || line.ends_with("から送信されたメール")
        || line.ends_with("から送信しました")
        || (line.ends_with("を入手") && line.contains("outlook"))
        || line.starts_with("outlook for ");
    known && line.chars().count() <= 60
}
