//! Signatures, footers and trailers at the end of what somebody wrote.

use super::{Kind, Line, set, swallow_blank};

/// Longest contact block under a rule, in lines.
const MAX_BLOCK: usize = 12;

/// Marks the signature of each stretch between quotes.
pub(super) fn mark(lines: &mut [Line]) {
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

fn mark_in_stretch(lines: &mut [Line]) {
    for line in lines.iter_mut() {
        if is_trailer(&line.text) {
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
    let bottom =
        if lines.get(last).is_some_and(|l| is_rule(&l.text)) { last.saturating_sub(1) } else { last };
    let reach = bottom.saturating_sub(MAX_BLOCK);
    let Some(top) = (reach..=bottom).rev().find(|at| lines.get(*at).is_some_and(|l| is_rule(&l.text))) else {
        return;
    };
    let above = lines.iter().take(top).any(|l| !l.text.is_empty());
    let block = lines.get(top + 1..=bottom).unwrap_or_default();
    if above && !block.is_empty() && (bottom < last || block.iter().any(|l| is_contact(&l.text))) {
        set(lines, top, usize::MAX, Kind::Signature);
    }
}

/// A line of one repeated ornament.
pub(super) fn is_rule(line: &str) -> bool {
    let ornaments = line.chars().filter(|c| !c.is_whitespace());
    let mut count = 0;
    for c in ornaments {
        if !matches!(
            c,
            '-' | '='
                | '_'
                | '*'
                | '~'
                | '#'
                | '+'
                | '☆'
                | '★'
                | '・'
                | '■'
                | '□'
                | '◆'
                | '◇'
                | '─'
                | '━'
                | '═'
                | '┏'
                | '┓'
                | '┗'
                | '┛'
                | '/'
                | '.'
                | ':'
                | '∴'
                | '｡'
                | '。'
                | '゜'
                | '♪'
        ) {
            return false;
        }
        count += 1;
    }
    count >= 6
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
    const SENT_FROM: [&str; 13] = [
        "sent from my ",
        "sent from outlook",
        "sent from yahoo",
        "sent from mail for",
        "get outlook for",
        "wysłane z ",
        "wysłano z ",
        "发自我的",
        "發自我的",
        "envoyé de mon",
        "von meinem iphone gesendet",
        "sent via ",
        "sent with ",
    ];
    let short = line.chars().count() <= 60;
    short
        && (SENT_FROM.iter().any(|opening| line.starts_with(opening))
            || (line.ends_with("から送信")
                || line.ends_with("から送信されました")
                || line.ends_with("より送信"))
            || (line.contains("outlook") && line.ends_with("を入手"))
            || line.starts_with("outlook for "))
}
