//! What the writer wrote now, what is quoted, what is a signature. Pure: text in, spans out.
//!
//! Works line by line on layout and on the fixed phrases of mail programs (attribution lines, header blocks,
//! phone trailers), which are no supervisor's words and therefore live here and not in `rules/`. Knows nothing of
//! forms, names or topics, and never drops anything: every byte is in exactly one of the three lists.

use super::fold::Folded;
use super::verdict::Span;

/// A text taken apart. The spans of all three lists together cover the text; each list is in order and its
/// neighbours are joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// The writer's own lines.
    pub own: Vec<Span>,
    /// Quoted history with its attribution lines and header blocks.
    pub quote: Vec<Span>,
    /// Signatures, footers and trailers of mail programs. They still hold names and numbers.
    pub signature: Vec<Span>,
}

impl Parts {
    /// The writer's own text without signature, as one string; for short answers such as commands.
    pub fn own_text(&self, text: &str) -> String {
        self.own.iter().filter_map(|span| text.get(span.start..span.end)).collect()
    }

    /// Whether a byte offset stands in quoted history.
    pub fn quoted(&self, at: usize) -> bool {
        self.quote.iter().any(|span| span.start <= at && at < span.end)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    Quote,
    Signature,
}

struct Line<'a> {
    span: Span,
    /// Folded and trimmed.
    text: &'a str,
    kind: Kind,
}

/// Longest contact block under a rule of dashes, in lines.
const MAX_BLOCK: usize = 12;

/// Takes a text apart. Linear in the number of lines.
pub fn cut(text: &str) -> Parts {
    cut_folded(text, &Folded::new(text))
}

/// The same for a text that was folded already. A fold never makes, moves or drops a line end.
pub fn cut_folded(text: &str, folded: &Folded) -> Parts {
    let mut lines = lines_of(text, folded.text());
    mark_quotes(&mut lines);
    mark_signatures(&mut lines);
    let mut parts = Parts::default();
    for line in &lines {
        let list = match line.kind {
            Kind::Own => &mut parts.own,
            Kind::Quote => &mut parts.quote,
            Kind::Signature => &mut parts.signature,
        };
        match list.last_mut() {
            Some(last) if last.end == line.span.start => last.end = line.span.end,
            _ => list.push(line.span),
        }
    }
    parts
}

fn lines_of<'a>(text: &str, folded: &'a str) -> Vec<Line<'a>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .zip(folded.split_inclusive('\n'))
        .map(|(raw, folded)| {
            let span = Span { start: at, end: at + raw.len() };
            at = span.end;
            // A line longer than this is prose; its end is never asked for.
            let head = folded.get(..folded.floor_char_boundary(2_000)).unwrap_or(folded);
            Line { span, text: head.trim(), kind: Kind::Own }
        })
        .collect()
}

fn mark_quotes(lines: &mut [Line<'_>]) {
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

fn set(lines: &mut [Line<'_>], from: usize, to: usize, kind: Kind) {
    for line in lines.iter_mut().take(to).skip(from) {
        line.kind = kind;
    }
}

/// Blank lines between two lines of a kind belong to it.
fn swallow_blank(lines: &mut [Line<'_>], kind: Kind) {
    let mut last: Option<usize> = None;
    for index in 0..lines.len() {
        let Some(line) = lines.get(index) else { break };
        if line.kind == kind {
            if let Some(from) = last {
                set(lines, from, index, kind);
            }
            last = Some(index + 1);
        } else if !line.text.is_empty() {
            last = None;
        }
    }
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
const WROTE: [&str; 22] = [
    "wrote:",
    "writes:",
    "のメール:",
    "のメール:>",
    "は書きました:",
    "が書きました:",
    "さんは書きました",
    "のメッセージ:",
    "からのメール:",
    "写道:",
    "寫道:",
    "napisał(a):",
    "napisał:",
    "napisała:",
    "pisze:",
    "a écrit :",
    "a écrit:",
    "schrieb:",
    "escribió:",
    "ha scritto:",
    "さんからのメッセージ:",
    "さんの発言:",
];

/// Openings of attribution lines, folded.
const ON: [&str; 11] = ["on ", "w dniu ", "dnia ", "le ", "am ", "el ", "il ", "在 ", "于 ", "20", "19"];

fn is_attribution(line: &str) -> bool {
    // Every ending below, and few lines of a mail.
    if !line.ends_with([':', '>', 'た']) {
        return false;
    }
    let dated = line.bytes().filter(u8::is_ascii_digit).count() >= 3;
    let ended = WROTE.iter().any(|end| line.ends_with(end));
    if ended && (dated || line.contains('@') || line.contains('<')) {
        return true;
    }
    // 2027年1月25日(月) 17:11 みなと <info@minato.example>:
    dated && line.ends_with(':') && line.contains('<') && line.contains('@') && line.contains('>')
}

fn opens_attribution(line: &str) -> bool {
    ON.iter().any(|opening| line.starts_with(opening)) && line.bytes().any(|b| b.is_ascii_digit())
}

/// `-----Original Message-----` and its kin, or a line of underscores above a header block (Outlook).
fn separator(lines: &[Line<'_>], index: usize) -> bool {
    const WORDS: [&str; 13] = [
        "original message",
        "元のメッセージ",
        "オリジナルメッセージ",
        "original appointment",
        "forwarded message",
        "転送されたメッセージ",
        "転送メッセージ",
        "wiadomość oryginalna",
        "oryginalna wiadomość",
        "ursprüngliche nachricht",
        "message d'origine",
        "原始邮件",
        "原始郵件",
    ];
    let Some(line) = lines.get(index) else { return false };
    let dashed = line.text.starts_with("--") || line.text.ends_with("--");
    if dashed && WORDS.iter().any(|word| line.text.contains(word)) {
        return true;
    }
    let ruled = line.text.len() >= 10 && line.text.chars().all(|c| matches!(c, '_' | '-'));
    let next = lines.iter().skip(index + 1).position(|l| !l.text.is_empty());
    ruled && next.is_some_and(|skip| header_block(lines, index + 1 + skip))
}

/// A block of header lines as Outlook quotes it. A date is required, because contact forms of widespread site
/// software open with `差出人:` and `題名:` too.
fn header_block(lines: &[Line<'_>], index: usize) -> bool {
    const FROM: [&str; 8] = ["差出人", "送信者", "from", "von", "od", "发件人", "寄件者", "de"];
    const SENT: [&str; 10] =
        ["送信日時", "日付", "日時", "sent", "date", "wysłano", "data", "发送时间", "gesendet", "日期"];
    let label = |line: &Line<'_>, words: &[&str]| {
        let bare = line.text.trim_matches('*');
        bare.split_once(':').is_some_and(|(name, _)| words.contains(&name.trim_matches(['*', ' '])))
    };
    let Some(first) = lines.get(index) else { return false };
    label(first, &FROM) && lines.iter().skip(index + 1).take(3).any(|line| label(line, &SENT))
}

fn mark_signatures(lines: &mut [Line<'_>]) {
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
    let bottom = if lines.get(last).is_some_and(|l| is_rule(l.text)) { last.saturating_sub(1) } else { last };
    let reach = bottom.saturating_sub(MAX_BLOCK);
    let Some(top) = (reach..=bottom).rev().find(|at| lines.get(*at).is_some_and(|l| is_rule(l.text))) else {
        return;
    };
    let above = lines.iter().take(top).any(|l| !l.text.is_empty());
    let block = lines.get(top + 1..=bottom).unwrap_or_default();
    if above && !block.is_empty() && (bottom < last || block.iter().any(|l| is_contact(l.text))) {
        set(lines, top, usize::MAX, Kind::Signature);
    }
}

/// A line of one repeated ornament.
fn is_rule(line: &str) -> bool {
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
    let known = SENT_FROM.iter().any(|opening| line.starts_with(opening))
        || line.ends_with("から送信")
        || line.ends_with("から送信されました")
        || line.ends_with("より送信")
        || (line.ends_with("を入手") && line.contains("outlook"))
        || line.starts_with("outlook for ");
    known && line.chars().count() <= 60
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Own lines, quoted lines, signature lines, blank ones left out.
    fn check(text: &str, own: &[&str], quote: &[&str], signature: &[&str]) {
        let parts = cut(text);
        let lines = |spans: &[Span]| {
            spans
                .iter()
                .flat_map(|s| text.get(s.start..s.end).unwrap().lines())
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&parts.own), own, "own of {text:?}");
        assert_eq!(lines(&parts.quote), quote, "quote of {text:?}");
        assert_eq!(lines(&parts.signature), signature, "signature of {text:?}");
        let mut all: Vec<Span> = [parts.own, parts.quote, parts.signature].concat();
        all.sort_by_key(|s| s.start);
        let covered = all.iter().fold(0, |at, s| if s.start == at { s.end } else { usize::MAX });
        assert_eq!(covered, text.len(), "spans of {text:?}");
    }

    #[test]
    fn every_attribution_ends_as_the_short_cut_says() {
        for end in WROTE {
            assert!(is_attribution(&format!("2026/06/10 a@b.example {end}")), "{end}");
        }
    }

    #[test]
    fn quotes_of_many_programs_are_cut() {
        check("はい\n\n> 14時\n> 15時\n", &["はい"], &["> 14時", "> 15時"], &[]);
        check("はい\n＞14時\n", &["はい"], &["＞14時"], &[]);
        check(
            "ok\n\nOn Mon, Jan 25, 2027 at 5:11 PM Minato <a@b.example> wrote:\n> x\n",
            &["ok"],
            &["On Mon, Jan 25, 2027 at 5:11 PM Minato <a@b.example> wrote:", "> x"],
            &[],
        );
        check(
            "ok\nOn Mon, Jan 25, 2027 at 5:11 PM Minato Lab\n<a@b.example> wrote:\nx\ny\n",
            &["ok"],
            &["On Mon, Jan 25, 2027 at 5:11 PM Minato Lab", "<a@b.example> wrote:", "x", "y"],
            &[],
        );
        check(
            "承知しました\n2025年11月8日(土) 10:20 みなと <a@b.example>:\n> x\n",
            &["承知しました"],
            &["2025年11月8日(土) 10:20 みなと <a@b.example>:", "> x"],
            &[],
        );
        check(
            "承知しました\n2025/11/08 10:20、みなと <a@b.example>のメール:\nx\n",
            &["承知しました"],
            &["2025/11/08 10:20、みなと <a@b.example>のメール:", "x"],
            &[],
        );
        check(
            "ok\n-----Original Message-----\nFrom: a\nx\n",
            &["ok"],
            &["-----Original Message-----", "From: a", "x"],
            &[],
        );
        check("ok\n----- 元のメッセージ -----\nx\n", &["ok"], &["----- 元のメッセージ -----", "x"], &[]);
        check(
            "直りました\n________________________________\n差出人: a\n日付: 木曜日\n\n本文\n",
            &["直りました"],
            &["________________________________", "差出人: a", "日付: 木曜日", "本文"],
            &[],
        );
        check(
            "直りました\n差出人: a\n送信日時: 2026/1/1\n宛先: b\nx\n",
            &["直りました"],
            &["差出人: a", "送信日時: 2026/1/1", "宛先: b", "x"],
            &[],
        );
        check(
            "W porządku\nW dniu 5.01.2027 o 10:00 Minato pisze:\nx\n",
            &["W porządku"],
            &["W dniu 5.01.2027 o 10:00 Minato pisze:", "x"],
            &[],
        );
        check(
            "好的\n在 2027年1月5日 10:00，Minato <a@b.example> 写道：\n> x\n",
            &["好的"],
            &["在 2027年1月5日 10:00，Minato <a@b.example> 写道：", "> x"],
            &[],
        );
    }

    #[test]
    fn answers_between_quotes_stay_own() {
        check(
            "On Mon, Jan 25, 2027 Minato <a@b.example> wrote:\n> when?\n15時\n> where?\n横浜\n",
            &["15時", "横浜"],
            &["On Mon, Jan 25, 2027 Minato <a@b.example> wrote:", "> when?", "> where?"],
            &[],
        );
    }

    #[test]
    fn a_form_that_opens_like_a_header_block_is_no_quote() {
        check(
            "差出人: 佐藤 <s@b.example>\n題名: 予約\n\n本文\n",
            &["差出人: 佐藤 <s@b.example>", "題名: 予約", "本文"],
            &[],
            &[],
        );
    }

    #[test]
    fn signatures_and_trailers_are_set_apart() {
        check("空いてますか\n\niPadから送信\n", &["空いてますか"], &[], &["iPadから送信"]);
        check("ok\nSent from my iPhone\n> x\n", &["ok"], &["> x"], &["Sent from my iPhone"]);
        check("ok\n-- \nTaro\n", &["ok"], &[], &["--", "Taro"]);
        check(
            "お願いします\n\n--------\n上田 茂\n自宅 045-555-6071\n--------\n",
            &["お願いします"],
            &[],
            &["--------", "上田 茂", "自宅 045-555-6071", "--------"],
        );
        check("x\n======\nみなと　TEL 045-555-0140\n", &["x"], &[], &["======", "みなと　TEL 045-555-0140"]);
        check("x\n------\ny\nz\n", &["x", "------", "y", "z"], &[], &[]);
        check("", &[], &[], &[]);
    }
}
