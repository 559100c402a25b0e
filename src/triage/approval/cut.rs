//! Cuts an answer down to what its writer typed: quotes, attribution lines, older mails, signatures and phone
//! trailers go. Strict on purpose: what is not surely one of those stays, and makes the answer unclear.
//!
//! This is not the reader of customers' threads: there a wrong cut loses a sentence, here it could turn
//! "OK, but …" into "OK".

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

mod marks;

use marks::{CONTACT, DRAWN, INSTRUCTION, TRAILER, attribution, older_mail, pattern};

/// Folds for comparing words: NFKC, lower case, without invisible characters, blanks collapsed.
pub(in crate::triage) fn fold(text: &str) -> String {
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
    let (kinds, runs) = runs(lines, signatures);
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

/// Everything that was typed, wherever it stands between quotes: for texts that are read by people and decide nothing.
pub(super) fn all_typed(lines: &[String]) -> String {
    let runs = runs(lines, true).1.into_iter().map(|(_, run)| run.join("\n"));
    runs.collect::<Vec<_>>().join("\n\n")
}

/// Where the first typed line stands.
pub(super) fn first_typed(lines: &[String]) -> Option<usize> {
    let kinds = kinds(lines);
    lines.iter().zip(kinds).position(|(line, kind)| kind == Kind::Text && !line.trim().is_empty())
}

/// What each line is, and the runs of typed lines, each with the number of the line after it.
fn runs(lines: &[String], signatures: bool) -> (Vec<Kind>, Vec<(usize, Vec<String>)>) {
    let kinds = kinds(lines);
    let mut runs: Vec<(usize, Vec<String>)> = Vec::new();
    let mut run = Vec::new();
    for (at, (line, kind)) in lines.iter().zip(&kinds).enumerate() {
        match kind {
            Kind::Text => run.push(line.clone()),
            Kind::Quote => close(&mut runs, at, &mut run, signatures),
        }
    }
    close(&mut runs, lines.len(), &mut run, signatures);
    (kinds, runs)
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
    // Some programs put the signature below the quote: there it is all that stands.
    if signatures && let Some(at) = drawn_signature(&kept).filter(|at| *at > 0 || !runs.is_empty()) {
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

/// Where a signature under a drawn line starts: it must look like one, and ask for nothing.
fn drawn_signature(run: &[String]) -> Option<usize> {
    let folded: Vec<String> = run.iter().map(|line| fold(line)).collect();
    let at = folded.iter().position(|line| DRAWN.is_match(line))?;
    let block = folded.get(at..)?;
    let fits = block.len() <= 14
        && block.iter().any(|line| CONTACT.is_match(line))
        && !block.iter().any(|line| INSTRUCTION.is_match(line));
    fits.then_some(at)
}

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
            ("OK\n\nDnia 22 lis 2026, o godz. 10:15, Desk <d@corp.test> napisał(a):\n\n> x", "OK"),
            (
                "OK\n\nWiadomość napisana przez Desk\n<d@corp.test> w dniu 22 lis 2026, o godz. 10:15:\n\n> x",
                "OK",
            ),
            ("OK\n\n---- On Sun, 22 Nov 2026 10:15:36 +0900 Desk <d@corp.test> wrote ----\n\ntext", "OK"),
            ("OK\n\n受付 さんは書きました (2026/11/22 10:15):\n> x", "OK"),
            ("OK\n\n転送されたメッセージ:\n\n差出人: 受付\n件名: x\n日付: 2026年11月22日\n\ntext", "OK"),
            ("OK\n\nHolen Sie sich Outlook für iOS<https://aka.ms/x>", "OK"),
            ("OK\n\nUzyskaj Outlook dla iOS", "OK"),
            ("OK\n\nVon Outlook für Android gesendet", "OK"),
            ("OK\n\n> x\n\n━━━━━━\n山田商事株式会社\nTEL 03-1234-5678\n━━━━━━", "OK"),
            ("━━━━━━\nTEL 03-1234-5678\n━━━━━━", "━━━━━━\nTEL 03-1234-5678\n━━━━━━"),
            // A line that was typed above an attribution is not part of it.
            ("OK\n\nbut at 11\nDesk <d@corp.test> wrote:\n> x", "OK\n\nbut at 11"),
            ("OK\n\n11時に直して\n受付 <d@corp.test> wrote:\n> x", "OK\n\n11時に直して"),
            ("OK\n\nOn 8/28 please not\nDesk <d@corp.test> wrote:\n> x", "OK\n\nOn 8/28 please not"),
            ("OK\n\nAm 28.8. bitte nicht\nAm 22.11.2026 schrieb Desk:\n> x", "OK\n\nAm 28.8. bitte nicht"),
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
