//! Cuts an answer down to what its writer typed: quotes, attribution lines, older mails, signatures and phone
//! trailers go. Strict on purpose: what is not surely one of those stays, and makes the answer unclear.
//!
//! This is not the reader of customers' threads: there a wrong cut loses a sentence, here it could turn
//! "OK, but …" into "OK".

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// Folds for comparing words: NFKC, lower case, without invisible characters, blanks collapsed.
pub(super) fn fold(text: &str) -> String {
    let visible = text.nfkc().filter(|c| !invisible(*c)).flat_map(char::to_lowercase);
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that leave no mark on paper: zero-width, direction and variation marks, soft hyphen.
pub(in crate::triage) fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The lines of an answer without line ends, HTML comments and marks that would travel into a new text unseen.
/// Joiners and variation marks stay: emoji and some names are made of them.
pub(super) fn lines(text: &str) -> Vec<String> {
    static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<!--.*?-->"));
    COMMENT
        .replace_all(text, "")
        .lines()
        .map(|line| {
            line.chars()
                .filter(|c| !invisible(*c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'))
                .map(|c| if c == '\u{a0}' { ' ' } else { c })
                .filter(|c| *c == '\t' || !c.is_control())
                .collect::<String>()
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// What is left of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// One run of lines; first and last are not blank. Empty when nothing was typed.
    Run(Vec<String>),
    /// Typed lines stand between quotes or on both sides of them.
    BetweenQuotes,
}

/// Cuts everything the writer did not type. `signatures`: also cut signatures that start with a drawn line
/// (a new text for a customer may well hold one).
pub(super) fn typed(lines: &[String], signatures: bool) -> Typed {
    let kinds = kinds(lines);
    let mut runs: Vec<(usize, Vec<String>)> = Vec::new();
    let mut run = Vec::new();
    for (at, (line, kind)) in lines.iter().zip(&kinds).enumerate() {
        match kind {
            Kind::Text => run.push(line.clone()),
            Kind::Quote => {
                close(&mut runs, at, &mut run, signatures);
            }
        }
    }
    close(&mut runs, lines.len(), &mut run, signatures);
    let mut runs = runs.into_iter();
    match (runs.next(), runs.next()) {
        (None, _) => Typed::Run(Vec::new()),
        (Some((end, run)), None) => {
            let quoted = |part: Option<&[Kind]>| part.is_some_and(|kinds| kinds.contains(&Kind::Quote));
            let start = end.saturating_sub(run.len());
            let before = quoted(kinds.get(..start));
            if before && quoted(kinds.get(end..)) { Typed::BetweenQuotes } else { Typed::Run(run) }
        }
        (Some(_), Some(_)) => Typed::BetweenQuotes,
    }
}

/// Whether quotes, attribution lines or an older mail stand among these lines.
pub(super) fn holds_history(lines: &[String]) -> bool {
    kinds(lines).contains(&Kind::Quote)
}

fn close(runs: &mut Vec<(usize, Vec<String>)>, end: usize, run: &mut Vec<String>, signatures: bool) {
    let mut kept = std::mem::take(run);
    if let Some(at) = kept.iter().position(|line| matches!(fold(line).as_str(), "--" | "-- " | "—")) {
        kept.truncate(at);
    }
    if signatures && let Some(at) = drawn_signature(&kept) {
        kept.truncate(at);
    }
    while kept.last().is_some_and(|line| line.trim().is_empty() || TRAILER.is_match(&fold(line))) {
        kept.pop();
    }
    let blank = kept.iter().take_while(|line| line.trim().is_empty()).count();
    kept.drain(..blank);
    if !kept.is_empty() {
        runs.push((end, kept));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Quote,
}

/// Tells typed lines from everything else.
fn kinds(lines: &[String]) -> Vec<Kind> {
    let folded: Vec<String> = lines.iter().map(|line| fold(line)).collect();
    let mut kinds = Vec::with_capacity(lines.len());
    let mut wrapped_token = false;
    while let Some(rest) = folded.get(kinds.len()..).filter(|rest| !rest.is_empty()) {
        let line = rest.first().map_or("", String::as_str);
        if older_mail(rest) {
            kinds.resize(lines.len(), Kind::Quote);
            break;
        }
        if line.starts_with('>') {
            wrapped_token = line.contains("token:");
            kinds.push(Kind::Quote);
            continue;
        }
        // A mail program that wraps a quoted line at 76 columns leaves the end of the token without a mark.
        if wrapped_token
            && (4..=80).contains(&line.len())
            && line.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            kinds.push(Kind::Quote);
            continue;
        }
        if let Some(taken) = attribution(rest) {
            let after = rest.get(taken..).unwrap_or_default();
            let marked = after.iter().find(|line| !line.is_empty()).is_none_or(|line| line.starts_with('>'));
            let end = if marked { kinds.len() + taken } else { lines.len() };
            kinds.resize(end, Kind::Quote);
            continue;
        }
        wrapped_token = false;
        kinds.push(Kind::Text);
    }
    kinds
}

/// Whether an older mail starts here without quote marks: `-----Original Message-----`, or a block of header
/// lines (差出人, 送信日時, 件名), possibly under a drawn line.
fn older_mail(rest: &[String]) -> bool {
    let Some(line) = rest.first() else { return false };
    if DIVIDER.is_match(line) || header_block(rest) {
        return true;
    }
    if !DRAWN.is_match(line) {
        return false;
    }
    let blank = rest.iter().skip(1).take_while(|line| line.is_empty()).count();
    rest.get(1 + blank..).is_some_and(header_block)
}

fn header_block(rest: &[String]) -> bool {
    let plain = |line: &String| line.replace('*', "");
    let mut block = rest.iter().take(7).map(plain);
    block.next().is_some_and(|line| FROM_LABEL.is_match(&line)) && {
        let others: Vec<String> = block.collect();
        others.iter().any(|line| DATE_LABEL.is_match(line))
            && others.iter().any(|line| OTHER_LABEL.is_match(line))
    }
}

/// How many lines an attribution ("On … wrote:") takes, if one starts here. Wrapped ones take up to three.
fn attribution(rest: &[String]) -> Option<usize> {
    let first = rest.first()?;
    if !first.bytes().any(|b| b.is_ascii_digit() || b == b'@') {
        return None; // there is no attribution without a date or an address
    }
    let mut joined = String::new();
    for (at, line) in rest.iter().take(3).enumerate() {
        if line.is_empty() {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if ATTRIBUTION.iter().any(|pattern| pattern.is_match(&joined)) {
            return Some(at + 1);
        }
    }
    None
}

/// Where a signature under a drawn line starts: it must look like one, and ask for nothing.
fn drawn_signature(run: &[String]) -> Option<usize> {
    let folded: Vec<String> = run.iter().map(|line| fold(line)).collect();
    let at = folded.iter().position(|line| DRAWN.is_match(line)).filter(|at| *at > 0)?;
    let block = folded.get(at..)?;
    let fits = block.len() <= 14
        && block.iter().any(|line| CONTACT.is_match(line))
        && !block.iter().any(|line| INSTRUCTION.is_match(line));
    fits.then_some(at)
}

#[expect(clippy::expect_used, reason = "the patterns are constants of this file; a test compiles every one")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static DIVIDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\*?(?:-{2,} ?(?:original message|original appointment|元のメッセージ|元のメール|オリジナルメッセージ",
        r"|forwarded message|転送メッセージ|転送されたメッセージ|ursprüngliche nachricht|weitergeleitete nachricht",
        r"|oryginalna wiadomość|wiadomość oryginalna|wiadomość przekazana|message d'origine|mensaje original",
        r"|messaggio originale|原始邮件|原始郵件) ?-*|begin forwarded message:)\*?$"
    ))
});
static DRAWN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[-=_*━─―ー~+#・.◇◆■□]{4,}$"));
static FROM_LABEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:差出人|送信者|送信元|from|von|od|de|da|发件人|寄件者) ?: ?\S"));
static DATE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:送信日時|送信日|日時|日付|date|sent|gesendet|datum|wysłano|data|envoyé|fecha|inviato|发送时间) ?: ?\S",
    )
});
static OTHER_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:宛先|件名|to|subject|an|betreff|do|temat|à|objet|para|asunto|a|oggetto|主题) ?: ?")
});
static ATTRIBUTION: LazyLock<[Regex; 10]> = LazyLock::new(|| {
    [
        r"^on .{4,240} ?wrote:$",
        r"^\(?\d{4}[-/年.].{4,240}(?:wrote|書きました|のメール|の投稿):$",
        r"^\(?\d{4} ?[-/年.] ?\d{1,2} ?[-/月.] ?\d{1,2}.{0,120}< ?[^<>\s]+@[^<>\s]+>.{0,20}:$",
        r"^.{0,240}< ?[^<>\s]+@[^<>\s]+> ?(?:さん)?(?:は|が|の)?(?:次のように)?(?:書きました|メール|wrote):$",
        r"^(?:am .{4,240} schrieb .{1,240}|.{0,120}< ?[^<>\s]+@[^<>\s]+> schrieb(?: am .{4,120})?):$",
        r"^(?:w dniu|dnia|pon\.|wt\.|śr\.|czw\.|pt\.|sob\.|niedz\.|niedziela|\d{1,2} \w+ \d{4}).{2,240} (?:napisał\(a\)|napisała?|pisze):$",
        r"^le .{4,240} a écrit ?:$",
        r"^(?:el .{4,240} escribió|il .{4,240} ha scritto|em .{4,240} escreveu) ?:$",
        r"^op .{4,240} schreef .{1,240}:$",
        r"^.{0,120}\d{4}.{0,120}(?:写道|寫道):$",
    ]
    .map(pattern)
});
static TRAILER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:sent (?:from|via) .{2,60}|get outlook for (?:ios|android|mac|windows).{0,60}",
        r"|.{0,20}outlook.{0,20}(?:入手|取得|ダウンロード).{0,60}",
        r"|.{0,20}(?:iphone|ipad|android|スマホ|スマートフォン|携帯|タブレット|outlook|gmail|yahoo|アプリ|xperia|galaxy",
        r"|pixel|aquos|arrows|docomo|ドコモ|windows).{0,20}から送信(?:しました|されました)?[。.]?",
        r"|von meinem .{2,40} gesendet|gesendet (?:von|mit) .{2,60}|diese nachricht wurde von .{2,60} gesendet\.?",
        r"|outlook für .{2,80}|wysłan[eoy] (?:z|ze|przy użyciu|za pomocą) .{2,60}|pobierz .{0,20}outlook.{0,60}",
        r"|envoyé (?:de|depuis) .{2,60}|token: ?[0-9a-z-]{20,80})$"
    ))
});
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"tel|fax|phone|〒|株式会社|有限会社|合同会社|https?://|www\.|\S@\S|e-?mail|携帯|\d{2,4}-\d{2,4}-\d{3,4}",
    )
});
static INSTRUCTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"変更|修正|訂正|直し|ください|下さい|お願い|しないで|待って|please|change|but |not |wait|→|ただし",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_typed_stays() {
        for (text, expected) in [
            ("OK", "OK"),
            ("\n \u{3000}\nOK\n\n", "OK"),
            ("OK\n\n> quoted", "OK"),
            ("OK\n-- \nOK商事 山田", "OK"),
            ("OK\n\nSent from my iPhone", "OK"),
            ("OK\n\niPhoneから送信", "OK"),
            ("OK\n\nAndroid 用 Outlook を入手<https://aka.ms/x>", "OK"),
            ("OK\n\nYahoo!メールアプリから送信", "OK"),
            ("OK\n明日から送信", "OK\n明日から送信"),
            ("OK\n\nVon meinem iPhone gesendet", "OK"),
            ("OK\n\nWysłane z iPhone'a", "OK"),
            ("OK\n\nOn Sun, Nov 22, 2026 at 10:15 AM Desk <d@corp.test>\nwrote:\n\n> x", "OK"),
            ("OK\n\nAm So., 22. Nov. 2026 um 10:15 Uhr schrieb Desk <d@corp.test>:\n\n> x", "OK"),
            ("OK\n\nniedz., 22 lis 2026 o 10:15 Desk <d@corp.test> napisał(a):\n\n> x", "OK"),
            ("OK\n\nW dniu 22.11.2026 o 10:15, Desk pisze:\n> x", "OK"),
            ("OK\n\n2026/11/22 10:15、受付 <d@corp.test>のメール:\n\n> x", "OK"),
            ("OK\n\n2026年11月22日(日) 10:15 受付 <d@corp.test>：\nx without marks", "OK"),
            ("OK\n\n差出人: 受付\n送信日時: 2026年11月22日\n宛先: 担当\n件名: x\n\ntext", "OK"),
            (
                "OK\n\n________________________________\nVon: Desk\nGesendet: Sonntag\nAn: a\nBetreff: x\n\ntext",
                "OK",
            ),
            ("OK\n\n-----元のメッセージ-----\ntext", "OK"),
            ("OK\n<!-- p { margin: 0 } -->", "OK"),
            ("OK\n\n━━━━━━━━━━\n山田商事株式会社\nTEL 03-1234-5678\n━━━━━━━━━━", "OK"),
            (
                "OK\n-----\n10時を11時に変更\nTEL 03-1234-5678",
                "OK\n-----\n10時を11時に変更\nTEL 03-1234-5678",
            ),
            ("OK\n-----\nやはり11時で", "OK\n-----\nやはり11時で"),
            ("> quoted\n> more\n\nOK", "OK"),
            ("> token: ABCDEFGHIJ-1-ABC\nDEFGHJKM\n\nOK", "OK"),
            ("> quoted\nOK\n> more", "(between)"),
            ("OK\n> quoted\nnot before Monday", "(between)"),
            ("8月28日 14:00 山田様:\n> x", "8月28日 14:00 山田様:"),
            ("", ""),
        ] {
            let typed = match typed(&lines(text), true) {
                Typed::Run(run) => run.join("\n"),
                Typed::BetweenQuotes => "(between)".to_owned(),
            };
            assert_eq!(typed, expected, "{text:?}");
        }
    }
}
