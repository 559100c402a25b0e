//! One command, and nothing but one command: Japanese and English words (design: approval by mail).

use jiff::civil::Date;

use super::cut::{Typed, fold, lines, typed};
use super::{Unclear, Understood};
use crate::triage::command::{Away, Command};
use crate::triage::verdict::Class;

mod days;
mod edit;

/// Bytes of text that are read at most.
const LONGEST: usize = 256 * 1024;

/// Reads an answer. `today` resolves days without a year (`店舗 不在 8/28~8/30`).
pub fn understand(text: &str, today: Date) -> Understood {
    if text.len() > LONGEST {
        return Understood::Unclear(Unclear::TooLong);
    }
    let lines = lines(text);
    if lines.iter().any(|line| line.starts_with("-----BEGIN PGP") || line.starts_with("-----BEGIN PKCS7")) {
        return Understood::Unclear(Unclear::Encrypted);
    }
    if let Some(understood) = edit::read(&lines) {
        return understood;
    }
    match typed(&lines, true) {
        Typed::BetweenQuotes => Understood::Unclear(Unclear::BetweenQuotes),
        Typed::Run(run) if run.is_empty() => Understood::Empty,
        Typed::Run(run) => {
            command(&run.join("\n"), today).map_or_else(Understood::Unclear, Understood::Command)
        }
    }
}

/// What the first word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Approve,
    Reject,
    No,
    Edit,
    Called,
    NoAnswer,
    Shop,
    ShopAccepts,
    Hold,
    Booked,
    Lost,
    Assign,
    Note,
    Classify,
    Cancel,
    Resend,
    Skip,
    Done,
    Status,
    Help,
}

/// The words, folded and without blanks.
fn word(folded: &str) -> Option<Word> {
    Some(match folded {
        "ok"
        | "okです"
        | "okay"
        | "承認"
        | "承認します"
        | "承認です"
        | "承認する"
        | "承認いたします"
        | "承認致します"
        | "approve"
        | "approved" => Word::Approve,
        "ng" | "ngです" | "却下" | "却下します" | "差し戻し" | "差戻し" | "差戻" | "差し戻します"
        | "差し戻す" | "reject" | "rejected" => Word::Reject,
        "no" => Word::No,
        "修正" | "edit" => Word::Edit,
        "電話済" | "電話済み" | "電話済です" | "電話済みです" | "電話対応済" | "電話対応済み" | "called" => {
            Word::Called
        }
        "電話×"
        | "電話x"
        | "電話✕"
        | "電話✖"
        | "電話❌"
        | "電話╳"
        | "電話出ず"
        | "電話不在"
        | "電話つながらず"
        | "noanswer"
        | "no-answer" => Word::NoAnswer,
        "店舗" | "店舗へ" | "店舗依頼" | "店舗確認" | "shop" => Word::Shop,
        "対応します" | "対応いたします" | "対応致します" | "accept" => Word::ShopAccepts,
        "保留" | "hold" => Word::Hold,
        "予約確定" | "booked" => Word::Booked,
        "不成立" | "lost" => Word::Lost,
        "担当" | "assign" => Word::Assign,
        "メモ" | "note" => Word::Note,
        "分類" | "class" => Word::Classify,
        "取消" | "取消し" | "取り消し" | "取り消します" | "取り消す" | "cancel" | "undo" => {
            Word::Cancel
        }
        "再送" | "再送します" | "resend" => Word::Resend,
        "送らない" | "skip" => Word::Skip,
        "完了" | "完了です" | "done" => Word::Done,
        "status" | "状況" => Word::Status,
        "help" | "ヘルプ" | "使い方" => Word::Help,
        _ => return None,
    })
}

/// A folded word without blanks and one closing mark.
fn bare(folded: &str) -> String {
    let tight: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    tight.strip_suffix(['。', '.', '!']).map_or(tight.clone(), ToOwned::to_owned)
}

fn command(typed: &str, today: Date) -> Result<Command, Unclear> {
    let (head, rest) = match word(&bare(&fold(typed))) {
        Some(head) if !typed.contains('\n') => (head, ""),
        _ => split(typed).ok_or_else(|| strange(typed))?,
    };
    let rest = rest.trim();
    let asks = fold(rest).ends_with('?');
    let alone = |command: Command| match (rest.is_empty(), asks) {
        (true, _) => Ok(command),
        (false, true) => Err(Unclear::Question),
        (false, false) => Err(Unclear::SaysMore),
    };
    let note = |command: fn(String) -> Command| {
        if asks || takes_back(rest) { Err(Unclear::Question) } else { Ok(command(rest.to_owned())) }
    };
    match head {
        Word::Approve => alone(Command::Approve),
        Word::Reject => note(|reason| Command::Reject { reason }),
        // "NO problem" is a yes: the short word stands alone.
        Word::No => alone(Command::Reject { reason: String::new() }),
        Word::Edit => Err(Unclear::EditSameLine),
        Word::Called => note(|note| Command::Called { note }),
        Word::NoAnswer => alone(Command::NoAnswer),
        Word::Shop if rest.is_empty() => Ok(Command::Shop { away: None }),
        Word::Shop => shop(rest, today),
        Word::ShopAccepts => alone(Command::ShopAccepts),
        Word::Hold => days::minutes(&bare(&fold(rest)))
            .map(|minutes| Command::Hold { minutes })
            .ok_or(Unclear::HoldTime),
        Word::Booked => note(|when| Command::Booked { when }),
        Word::Lost => alone(Command::Lost),
        Word::Assign if rest.is_empty() => Err(Unclear::WhoMissing),
        Word::Assign if rest.contains('\n') => Err(Unclear::SaysMore),
        Word::Assign => note(|who| Command::Assign { who }),
        Word::Note if rest.is_empty() => Err(Unclear::TextMissing),
        Word::Note => Ok(Command::Note { text: rest.to_owned() }),
        Word::Classify => match bare(&fold(rest)).as_str() {
            "a" | "inquiry" | "問い合わせ" | "お問い合わせ" => {
                Ok(Command::Classify(Class::Inquiry))
            }
            "b" | "reservation" | "予約" | "予約希望" => Ok(Command::Classify(Class::Reservation)),
            _ => Err(Unclear::ClassMissing),
        },
        Word::Cancel => alone(Command::Cancel),
        Word::Resend => alone(Command::Resend),
        Word::Skip => alone(Command::Skip),
        Word::Done => alone(Command::Done),
        Word::Status => alone(Command::Status),
        Word::Help => alone(Command::Help),
    }
}

/// The command word and what follows it, as typed.
fn split(typed: &str) -> Option<(Word, &str)> {
    let at = typed.find(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '、' | ',' | '，' | '。'))?;
    let (head, rest) = typed.split_at_checked(at)?;
    let rest = rest.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '、' | ',' | '，' | '。')
    });
    Some((word(&bare(&fold(head)))?, rest))
}

/// 「NG ではない」, 「電話済 ではありません」: the rest denies the word.
fn takes_back(rest: &str) -> bool {
    let rest = fold(rest);
    ["ではな", "じゃな", "ではあり", "じゃあり", "でない", "しない", "not "]
        .iter()
        .any(|start| rest.starts_with(start))
}

/// Why a text without a command word is not one.
fn strange(typed: &str) -> Unclear {
    let folded = bare(&fold(typed));
    let question = folded.ends_with('?') || folded.ends_with('か');
    let starts = ["ok", "承認", "ng", "却下", "approve", "reject", "電話済", "修正", "保留", "店舗", "取消"]
        .iter()
        .any(|start| folded.starts_with(start));
    match (starts, question) {
        (true, true) => Unclear::Question,
        (true, false) => Unclear::SaysMore,
        (false, _) => Unclear::NotACommand,
    }
}

fn shop(rest: &str, today: Date) -> Result<Command, Unclear> {
    let folded = fold(rest);
    let Some(days) = ["不在", "away"].iter().find_map(|start| folded.strip_prefix(start)) else {
        return Err(Unclear::SaysMore);
    };
    let (from, until, back) = days::away(days.trim(), today).ok_or(Unclear::AwayDays)?;
    Ok(Command::Shop { away: Some(Away { from, until, back }) })
}

#[cfg(test)]
mod tests;
