//! Quoted history: marked lines, attribution lines, header blocks, and what phone programs quote without marks.

use super::{Kind, Line, set, swallow_blank};

/// Marks quoted lines with their attribution.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    for line in lines.iter_mut() {
        if line.text.starts_with('>') || line.text.starts_with("|>") {
            line.kind = Kind::Quote;
        }
    }
    let last_mark = lines.iter().rposition(|line| line.kind == Kind::Quote);
    let mut wrote = false;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        if line.kind == Kind::Quote || line.text.is_empty() {
            index += 1;
            continue;
        }
        let height = attribution(lines, index);
        if height > 0 {
            let after = index + height;
            let marked = last_mark.is_some_and(|last| last >= after);
            let end = if marked { after } else { lines.len() };
            // What a phone program quotes without marks runs to the end of the mail.
            set(lines, index, end, Kind::Quote);
            index = end;
            continue;
        }
        if separator(lines, index) || (wrote && header_block(lines, index)) {
            set(lines, index, usize::MAX, Kind::Quote);
            break;
        }
        wrote = true;
        index += 1;
    }
    swallow_blank(lines, Kind::Quote);
}

/// How many lines an attribution takes at `index`; 0 when there is none. Mail programs wrap it.
fn attribution(lines: &[Line<'_>], index: usize) -> usize {
    let Some(first) = lines.get(index).map(|line| line.text).filter(|line| line.len() <= 400) else {
        return 0;
    };
    if is_attribution(first) {
        return 1;
    }
    // Only a line that opens like an attribution may go on below.
    if !opens_attribution(first) {
        return 0;
    }
    let mut joined = first.to_owned();
    for height in 2..=3 {
        let Some(line) = lines.get(index + height - 1) else { return 0 };
        if line.kind == Kind::Quote || line.text.is_empty() {
            return 0;
        }
        joined.push(' ');
        joined.push_str(line.text);
        if joined.len() > 400 {
            return 0;
        }
        if is_attribution(&joined) {
            return height;
        }
    }
    0
}

/// Endings of attribution lines, folded.
const WROTE: [&str; 32] = [
    "wrote:",
    "writes:",
    "wrote :",
    "のメール:",
    "のメール:>",
    "に書きました:",
    "は書きました:",
    "が書きました:",
    "書きました:",
    "さんは書きました",
    "は、次のように書きました:",
    "のメッセージ:",
    "からのメール:",
    "送信:",
    "写道:",
    "寫道:",
    "的邮件:",
    "napisał(a):",
    "napisał/a:",
    "napisał:",
    "napisała:",
    "napisał(-a):",
    "pisze:",
    "a écrit :",
    "a écrit:",
    "schrieb:",
    "schreef:",
    "skrev:",
    "escribió:",
    "ha scritto:",
    "さんからのメッセージ:",
    "さんの発言:",
];

/// Openings of attribution lines, folded.
const ON: [&str; 13] =
    ["on ", "w dniu ", "dnia ", "le ", "am ", "el ", "il ", "在 ", "在2", "于 ", "20", "19", "(20"];

fn is_attribution(line: &str) -> bool {
    // Every ending of [`WROTE`], and few lines of a mail.
    if !line.ends_with([':', '>', 'た']) {
        return false;
    }
    let dated = line.bytes().filter(u8::is_ascii_digit).count() >= 3;
    let ended = WROTE.iter().any(|end| line.ends_with(end));
    if ended && (dated || line.contains('@') || line.contains('<')) {
        return true;
    }
    // Am 02.03.2026 um 17:05 schrieb Minato: · Minato <info@minato.example> schrieb am 02.03.2026:
    let german = dated && line.ends_with(':') && (line.starts_with("am ") || line.contains('@'));
    if german && line.contains(" schrieb ") {
        return true;
    }
    // 2027年1月25日(月) 17:11 みなと <info@minato.example>:
    dated && line.ends_with(':') && line.contains('<') && line.contains('@') && line.contains('>')
}

fn opens_attribution(line: &str) -> bool {
    // The first letters of all of them.
    line.starts_with(['o', 'w', 'd', 'l', 'a', 'e', 'i', '在', '于', '2', '1', '('])
        && ON.iter().any(|opening| line.starts_with(opening))
        && line.bytes().any(|b| b.is_ascii_digit())
}

/// `-----Original Message-----` and its kin, or a line of underscores above a header block (Outlook).
pub(super) fn separator(lines: &[Line<'_>], index: usize) -> bool {
    const WORDS: [&str; 22] = [
        "original message",
        "元のメッセージ",
        "オリジナルメッセージ",
        "original appointment",
        "forwarded message",
        "forwarded mail",
        "forwarded by",
        "転送されたメッセージ",
        "転送メッセージ",
        "転送されたメール",
        "元のメール",
        "wiadomość oryginalna",
        "oryginalna wiadomość",
        "wiadomość przekazana",
        "przekazana wiadomość",
        "ursprüngliche nachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "原始邮件",
        "原始郵件",
        "转发的邮件",
        "轉寄郵件",
    ];
    let Some(line) = lines.get(index) else { return false };
    let dashed = line.text.starts_with("--") || line.text.ends_with("--");
    // Telephones write `Begin forwarded message:`.
    let opened = line.text.ends_with(':') && line.text.chars().count() <= 40;
    if (dashed || opened) && WORDS.iter().any(|word| line.text.contains(word)) {
        let next = lines.iter().skip(index + 1).find(|l| !l.text.is_empty());
        if dashed || (opened && next.is_some_and(|l| labelled(l.text, &FROM))) {
            return true;
        }
    }
    let ruled = line.text.len() >= 10 && line.text.chars().all(|c| matches!(c, '_' | '-'));
    let next = lines.iter().skip(index + 1).position(|l| !l.text.is_empty());
    ruled && next.is_some_and(|skip| header_block(lines, index + 1 + skip))
}

/// A block of header lines as Outlook quotes it. A date is required, because contact forms of widespread site
/// software open with `差出人:` and `題名:` too.
pub(super) fn header_block(lines: &[Line<'_>], index: usize) -> bool {
    let Some(first) = lines.get(index) else { return false };
    labelled(first.text, &FROM) && lines.iter().skip(index + 1).take(3).any(|line| labelled(line.text, &SENT))
}

/// Labels of the writer's line, folded.
pub(super) const FROM: [&str; 10] =
    ["差出人", "送信者", "from", "von", "od", "发件人", "寄件者", "寄件人", "發件人", "de"];
/// Labels of the date's line, folded.
pub(super) const SENT: [&str; 21] = [
    "送信日時",
    "送信日",
    "日付",
    "日時",
    "sent",
    "date",
    "wysłano",
    "wysłane",
    "data",
    "发送时间",
    "发送日期",
    "发件时间",
    "傳送時間",
    "寄件日期",
    "發送時間",
    "gesendet",
    "datum",
    "日期",
    "时间",
    "envoyé",
    "送信",
];

/// Whether a folded line is one of these labels, a colon, and a value; mail programs set labels in `*`.
pub(super) fn labelled(line: &str, words: &[&str]) -> bool {
    if !line.contains(':') {
        return false;
    }
    let bare = line.trim_start_matches(['|', ' ']).trim_matches('*');
    bare.split_once(':').is_some_and(|(name, _)| {
        let name: String = name.chars().filter(|c| !c.is_whitespace() && *c != '*').collect();
        words.contains(&name.as_str())
    })
}
