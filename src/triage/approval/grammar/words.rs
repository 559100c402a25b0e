//! The words a command may begin with, in Japanese, English and, for the three basic ones, Polish.
//!
//! Every spelling says the command and nothing else. What only sounds like one (「了解」, "yes", 「承認お願いします」, which asks
//! somebody else) is not here.

use crate::triage::approval::cut::fold;

/// What the first word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Approve,
    Reject,
    No,
    Edit,
    Called,
    NoAnswer,
    OnCall,
    Remote,
    Shop,
    ShopAccepts,
    Hold,
    Move,
    Priority,
    HandOver,
    Booked,
    Lost,
    Assign,
    Check,
    Delegate,
    Note,
    Classify,
    Time,
    Cancel,
    Resend,
    Skip,
    Done,
    Ended,
    Order(OrderWord),
    Status,
    Help,
}

/// What is said about a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderWord {
    Open,
    Propose,
    Task,
    Object,
    Proceed,
    Cause,
    Prevention,
    End,
}

/// Spellings, folded and without blanks.
const SPELLINGS: [(Word, &[&str]); 37] = [
    (
        Word::Approve,
        &[
            "ok",
            "okです",
            "okでお願いします",
            "okay",
            "オーケー",
            "オーケーです",
            "承認",
            "承認です",
            "承認します",
            "承認する",
            "承認しました",
            "承認いたします",
            "承認致します",
            "承認いたしました",
            "承認致しました",
            "承認でお願いします",
            "承認でお願いいたします",
            "approve",
            "approved",
            "zatwierdź",
            "zatwierdz",
            "zatwierdzam",
            "akceptuję",
            "akceptuje",
        ],
    ),
    (
        Word::Reject,
        &[
            "ng",
            "ngです",
            "ngでお願いします",
            "却下",
            "却下です",
            "却下します",
            "却下する",
            "却下しました",
            "却下いたします",
            "却下致します",
            "却下でお願いします",
            "差し戻し",
            "差戻し",
            "差戻",
            "差し戻しです",
            "差し戻しします",
            "差し戻します",
            "差戻します",
            "差し戻す",
            "差し戻しでお願いします",
            "reject",
            "rejected",
            "odrzuć",
            "odrzuc",
            "odrzucam",
        ],
    ),
    (Word::No, &["no", "nie"]),
    (Word::Edit, &["修正", "修正します", "修正です", "edit", "popraw", "zmień", "zmien"]),
    (
        Word::Called,
        &[
            "電話済",
            "電話済み",
            "電話済です",
            "電話済みです",
            "電話対応済",
            "電話対応済み",
            "電話対応済です",
            "電話対応済みです",
            "電話対応しました",
            "called",
        ],
    ),
    (
        Word::NoAnswer,
        &[
            "電話×",
            "電話x",
            "電話✕",
            "電話✖",
            "電話✗",
            "電話✘",
            "電話☓",
            "電話❌",
            "電話❎",
            "電話╳",
            "電話バツ",
            "電話出ず",
            "電話に出ず",
            "電話不在",
            "電話不在です",
            "電話応答なし",
            "電話つながらず",
            "noanswer",
            "no-answer",
        ],
    ),
    (Word::OnCall, &["通話中", "通話中です", "電話中", "電話中です", "oncall", "on-call"]),
    (Word::Remote, &["遠隔", "遠隔案内", "遠隔案内します", "遠隔サポート", "remote"]),
    (Word::Shop, &["店舗", "店舗へ", "店舗依頼", "店舗確認", "店舗対応", "shop"]),
    (Word::ShopAccepts, &["対応します", "対応いたします", "対応致します", "accept"]),
    (Word::Hold, &["保留", "保留します", "hold"]),
    (Word::Move, &["移動", "移動します", "move"]),
    (Word::Priority, &["優先", "優先度", "優先順位", "priority"]),
    (
        Word::HandOver,
        &["引継", "引継ぎ", "引き継ぎ", "引継ぎます", "引き継ぎます", "エスカレーション", "escalate"],
    ),
    (Word::Booked, &["予約確定", "予約確定です", "予約確定しました", "booked"]),
    (Word::Lost, &["不成立", "不成立です", "不成立でした", "lost"]),
    (Word::Assign, &["担当", "assign"]),
    (Word::Check, &["確認", "check"]),
    (Word::Delegate, &["依頼", "delegate"]),
    (Word::Note, &["メモ", "note"]),
    (Word::Classify, &["分類", "class"]),
    (Word::Time, &["時間", "対応時間", "time"]),
    (
        Word::Cancel,
        &[
            "取消",
            "取消し",
            "取り消し",
            "取消します",
            "取消です",
            "取り消します",
            "取り消しです",
            "取り消す",
            "取消でお願いします",
            "取り消してください",
            "取り消して下さい",
            "キャンセル",
            "cancel",
            "undo",
        ],
    ),
    (Word::Resend, &["再送", "再送します", "resend"]),
    (Word::Skip, &["送らない", "送りません", "skip"]),
    (Word::Done, &["完了", "完了です", "完了しました", "done"]),
    (Word::Ended, &["済", "済み", "済です", "済みです", "済みました", "ended", "finished", "over"]),
    (Word::Order(OrderWord::Open), &["苦情", "苦情です", "complaint"]),
    (Word::Order(OrderWord::Propose), &["案", "対応案", "解決案", "proposal"]),
    (Word::Order(OrderWord::Task), &["作業", "task"]),
    (Word::Order(OrderWord::Object), &["異議", "異議あり", "異議があります", "object"]),
    (Word::Order(OrderWord::Proceed), &["続行", "続行します", "続行です", "proceed"]),
    (Word::Order(OrderWord::Cause), &["原因", "cause"]),
    (Word::Order(OrderWord::Prevention), &["対策", "再発防止策", "prevention"]),
    (Word::Order(OrderWord::End), &["苦情終了", "endcomplaint"]),
    (Word::Status, &["status", "状況"]),
    (Word::Help, &["help", "ヘルプ", "使い方"]),
];

/// Words whose argument may follow without a blank: 「保留2h」, 「分類b」.
const GLUED: [(&str, Word); 5] = [
    ("保留", Word::Hold),
    ("hold", Word::Hold),
    ("分類", Word::Classify),
    ("class", Word::Classify),
    ("時間", Word::Time),
];

/// Beginnings after which a text that is no command is told apart from one that has nothing to do with commands.
const BEGINNINGS: [&str; 28] = [
    "苦情",
    "作業",
    "異議",
    "続行",
    "原因",
    "対策",
    "ok",
    "オーケー",
    "承認",
    "ng",
    "却下",
    "差し戻",
    "approve",
    "reject",
    "修正",
    "電話済",
    "電話×",
    "保留",
    "店舗",
    "予約確定",
    "不成立",
    "取消",
    "取り消",
    "再送",
    "完了",
    "zatwierd",
    "akceptuj",
    "odrzuc",
];

/// The command a folded word without blanks stands for.
pub(super) fn word(folded: &str) -> Option<Word> {
    let mut rows = SPELLINGS.iter();
    rows.find(|(_, spellings)| spellings.contains(&folded)).map(|(word, _)| *word)
}

/// A folded word without blanks and closing marks: one full stop or up to three exclamation marks. More dots hesitate.
pub(super) fn bare(folded: &str) -> String {
    let mut tight: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    let calls = tight.chars().rev().take_while(|c| *c == '!').count();
    if (1..=3).contains(&calls) {
        tight.truncate(tight.len().saturating_sub(calls));
    } else if tight.ends_with(['。', '.']) {
        tight.pop();
    }
    tight
}

/// The command word and what follows it, as typed.
pub(super) fn split(typed: &str) -> Option<(Word, &str)> {
    let mark = |c: char| matches!(c, ':' | '：' | '、' | ',' | '，' | '。');
    let end = |c: char| c.is_whitespace() || mark(c) || matches!(c, '(' | '（' | '@' | '＠');
    let at = typed.find(end).unwrap_or(typed.len());
    let (head, rest) = typed.split_at_checked(at)?;
    let head = bare(&fold(head));
    if let Some(word) = word(&head).filter(|_| at < typed.len()) {
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || mark(c));
        let dashed = ["- ", "– ", "— "].iter().find_map(|dash| rest.strip_prefix(dash));
        return Some((word, dashed.unwrap_or(rest)));
    }
    let digit_or_class =
        |c: char| c.is_numeric() || matches!(c, 'a' | 'b' | 'ａ' | 'ｂ' | 'A' | 'B' | 'Ａ' | 'Ｂ');
    GLUED.iter().find_map(|(glued, word)| {
        let argument = fold(typed);
        argument.strip_prefix(glued)?.starts_with(digit_or_class).then_some(())?;
        let letters = glued.chars().count();
        let from = typed.char_indices().nth(letters).map(|(at, _)| at)?;
        Some((*word, typed.get(from..)?))
    })
}

/// Whether a folded text begins like a command.
pub(super) fn begins_like_one(folded: &str) -> bool {
    BEGINNINGS.iter().any(|start| folded.starts_with(start))
}

/// 「NG ではない」, 「電話済 ではありません」, "REJECT not yet", "ODRZUCAM nie …": the rest denies the word.
pub(super) fn takes_back(folded: &str) -> bool {
    [
        "ではな",
        "じゃな",
        "ではあり",
        "じゃあり",
        "でない",
        "でなく",
        "しない",
        "しません",
        "せず",
        "できな",
        "not ",
        "no ",
        "never",
        "don't",
        "nie ",
    ]
    .iter()
    .any(|start| folded.starts_with(start))
        || matches!(folded, "not" | "no" | "nie")
}

/// 「予約確定 したら…」, "BOOKED if …", "ODRZUCAM, jeśli …": the rest says that it has not happened yet.
pub(super) fn is_condition(folded: &str) -> bool {
    [
        "したら",
        "すれば",
        "するなら",
        "する場合",
        "した場合",
        "の場合",
        "なら、",
        "なら ",
        "ならば",
        "できたら",
        "できれば",
        "されたら",
        "になったら",
        "になれば",
        "してから",
        "してよい",
        "していい",
        "if ",
        "unless ",
        "once ",
        "when ",
        "as soon as ",
        "provided ",
        "only if ",
        "jeśli ",
        "jesli ",
        "jeżeli ",
        "jezeli ",
        "gdy ",
        "kiedy ",
        "o ile ",
        "chyba ",
        "pod warunkiem ",
    ]
    .iter()
    .any(|start| folded.starts_with(start))
}
