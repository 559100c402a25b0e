//! `苦情`, `案`, `作業`, `異議`, `続行`, `原因`, `対策`, `苦情終了`: what is said about a complaint. The whole text must parse, and a
//! text of several lines never hides a second order.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::addressed;
use super::words::{OrderWord, Word, bare, is_condition, split, takes_back, word};
use crate::triage::approval::Unclear;
use crate::triage::approval::cut::fold;
use crate::triage::complaint::{Order, Severity, TaskOrder, field_lines};

/// One order and the lines that belong to it.
struct Part {
    word: OrderWord,
    text: String,
}

/// Reads what begins with an order's word. `typed` is everything that was typed.
pub(super) fn read(head: OrderWord, typed: &str, today: Date) -> Result<Order, Unclear> {
    match head {
        OrderWord::Open => open(typed),
        OrderWord::Propose | OrderWord::Task | OrderWord::Cause | OrderWord::Prevention => {
            several(parts(typed)?, today)
        }
        OrderWord::Object => object(after_word(typed)),
        OrderWord::Proceed => proceed(after_word(typed)),
        OrderWord::End => {
            let reason = after_word(typed);
            let folded = fold(reason);
            match () {
                () if folded.is_empty() => Err(Unclear::TextMissing),
                () if folded.ends_with('?') || takes_back(&folded) => Err(Unclear::Question),
                () if is_condition(&folded) => Err(Unclear::SaysMore),
                () => Ok(Order::End { reason: reason.to_owned() }),
            }
        }
    }
}

/// What stands behind the first word.
fn after_word(typed: &str) -> &str {
    split(typed).map_or("", |(_, rest)| rest).trim()
}

/// An order's word at the beginning of a line, and what follows on it.
fn begins(line: &str) -> Option<(OrderWord, &str)> {
    let (head, rest) = match word(&bare(&fold(line))) {
        Some(head) => (head, ""),
        None => split(line.trim_start())?,
    };
    if let Word::Order(order) = head { Some((order, rest)) } else { None }
}

/// Takes a text apart where a line begins with an order's word. A line that is another command is none of its words.
fn parts(typed: &str) -> Result<Vec<Part>, Unclear> {
    let mut parts: Vec<Part> = Vec::new();
    for line in typed.lines() {
        match (begins(line), parts.last_mut()) {
            (Some((word, rest)), _) => parts.push(Part { word, text: rest.trim().to_owned() }),
            (None, Some(part)) => {
                if word(&bare(&fold(line))).is_some() {
                    return Err(Unclear::SaysMore);
                }
                part.text.push('\n');
                part.text.push_str(line.trim_end());
            }
            (None, None) => return Err(Unclear::NotACommand),
        }
    }
    for part in &mut parts {
        part.text = part.text.trim().to_owned();
    }
    Ok(parts)
}

/// `案` alone or with tasks under it; tasks; `原因` and `対策`, each at most once.
fn several(parts: Vec<Part>, today: Date) -> Result<Order, Unclear> {
    let mut solution = None;
    let mut tasks = Vec::new();
    let (mut cause, mut prevention) = (None, None);
    for (place, part) in parts.into_iter().enumerate() {
        if part.text.is_empty() {
            return Err(Unclear::TextMissing);
        }
        match part.word {
            OrderWord::Propose if place == 0 => solution = Some(part.text),
            OrderWord::Task => tasks.extend(task_lines(&part.text, today)?),
            OrderWord::Cause if cause.is_none() => cause = Some(part.text),
            OrderWord::Prevention if prevention.is_none() => prevention = Some(part.text),
            OrderWord::Propose
            | OrderWord::Cause
            | OrderWord::Prevention
            | OrderWord::Open
            | OrderWord::Object
            | OrderWord::Proceed
            | OrderWord::End => return Err(Unclear::SaysMore),
        }
    }
    let explains = cause.is_some() || prevention.is_some();
    match (solution, tasks.is_empty(), explains) {
        (Some(text), _, false) => Ok(Order::Propose { text, tasks }),
        (None, false, false) => Ok(Order::Tasks(tasks)),
        (None, true, true) => Ok(Order::Explain { cause, prevention }),
        _ => Err(Unclear::SaysMore),
    }
}

/// One task, or one at each line that begins with `@`; other lines go on with the task before them.
fn task_lines(text: &str, today: Date) -> Result<Vec<TaskOrder>, Unclear> {
    let mut each: Vec<String> = Vec::new();
    for line in text.lines() {
        match each.last_mut() {
            Some(last) if !line.trim_start().starts_with(['@', '＠']) => {
                last.push('\n');
                last.push_str(line.trim_end());
            }
            Some(_) | None => each.push(line.trim().to_owned()),
        }
    }
    each.iter().map(|line| task(line, today).ok_or(Unclear::TaskLine)).collect()
}

/// `@who 8/30 text`.
fn task(line: &str, today: Date) -> Option<TaskOrder> {
    let (who, rest) = addressed(line).ok()?;
    let (day, text) = rest.split_at_checked(rest.find(char::is_whitespace)?)?;
    let (day, text) = (coming(&fold(day), today)?, text.trim());
    (!text.is_empty()).then(|| TaskOrder { who: who.to_owned(), day, text: text.to_owned() })
}

/// `8/30`, `8月30日`, `2026-08-30`, with `まで` behind it or not: a day without a year is the next such one.
fn coming(text: &str, today: Date) -> Option<Date> {
    #[expect(clippy::expect_used, reason = "the pattern is constant and compiled by the tests")]
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"^(?:(\d{4})[-/年])?(\d{1,2})[-/月](\d{1,2})日?(?:\([月火水木金土日]\))?(?:まで)?$";
        Regex::new(pattern).expect("constant pattern")
    });
    let found = DAY.captures(text)?;
    let number = |at: usize| found.get(at).and_then(|group| group.as_str().parse::<i16>().ok());
    let (month, day) = (i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?);
    match number(1) {
        Some(year) => Date::new(year, month, day).ok(),
        None => [today.year(), today.year().saturating_add(1)]
            .into_iter()
            .filter_map(|year| Date::new(year, month, day).ok())
            .find(|date| *date >= today),
    }
}

/// `苦情 品質 至急` and a label with its value on each further line.
fn open(typed: &str) -> Result<Order, Unclear> {
    let (line, below) = typed.split_once('\n').unwrap_or((typed, ""));
    let first = if word(&bare(&fold(line))).is_some() { "" } else { after_word(line) };
    let labelled = first.contains([':', '：']);
    let (first, under) = if labelled { ("", format!("{first}\n{below}")) } else { (first, below.to_owned()) };
    let mut fields = Vec::new();
    for said in first.split_whitespace() {
        let label = if Severity::parse(said).is_some() { "緊急度" } else { "種類" };
        if fields.iter().any(|(known, _): &(String, String)| known == label) {
            return Err(Unclear::FieldLines);
        }
        fields.push((label.to_owned(), said.to_owned()));
    }
    let folded = fold(first);
    if folded.ends_with(['?', 'か']) || takes_back(&folded) {
        return Err(Unclear::Question);
    }
    fields.extend(field_lines(&under).ok_or(Unclear::FieldLines)?);
    Ok(Order::Open { fields })
}

/// `異議 reason`, `異議 #2 reason`, `異議 作業2 reason`.
fn object(rest: &str) -> Result<Order, Unclear> {
    let (task, reason) = numbered(rest)?;
    let folded = fold(reason);
    match () {
        () if folded.is_empty() => Err(Unclear::TextMissing),
        // 「異議 なし」 agrees.
        () if folded.starts_with("なし") || folded.starts_with("ありません") || takes_back(&folded) => {
            Err(Unclear::Question)
        }
        () if is_condition(&folded) => Err(Unclear::SaysMore),
        () => Ok(Order::Object { task, reason: reason.to_owned() }),
    }
}

/// `続行`, `続行 #2`.
fn proceed(rest: &str) -> Result<Order, Unclear> {
    let (task, more) = numbered(rest)?;
    match fold(more).as_str() {
        "" => Ok(Order::Proceed { task }),
        more if more.ends_with('?') => Err(Unclear::Question),
        _ => Err(Unclear::SaysMore),
    }
}

/// `#2 …` or `作業2 …` in its number and the rest; no number where none is written so.
fn numbered(rest: &str) -> Result<(Option<u16>, &str), Unclear> {
    let head = rest.trim_start();
    let marked = ["#", "＃", "作業"].iter().find_map(|mark| head.strip_prefix(mark));
    let Some(after) = marked.map(str::trim_start) else { return Ok((None, rest.trim())) };
    let end = after.find(|c: char| !c.is_numeric()).unwrap_or(after.len());
    let Some((digits, more)) = after.split_at_checked(end).filter(|(digits, _)| !digits.is_empty()) else {
        return Ok((None, rest.trim()));
    };
    // 「作業2日では足りない」 counts days and names no task.
    if !more.is_empty() && !more.starts_with(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '、'))
    {
        return Ok((None, rest.trim()));
    }
    let number: u16 = fold(digits).parse().map_err(|_| Unclear::SaysMore)?;
    if number == 0 {
        return Err(Unclear::SaysMore);
    }
    let more = more.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '、'));
    Ok((Some(number), more.trim()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::understand;
    use super::*;
    use crate::triage::approval::Understood;
    use crate::triage::command::Command;

    const TODAY: Date = date(2026, 8, 27);

    fn said(order: Order) -> Understood {
        Understood::Command(Command::Complaint(order))
    }

    fn task(who: &str, day: i8, text: &str) -> TaskOrder {
        TaskOrder { who: who.to_owned(), day: date(2026, 8, day), text: text.to_owned() }
    }

    fn fields(fields: &[(&str, &str)]) -> Understood {
        let fields = fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        said(Order::Open { fields })
    }

    #[test]
    fn one_order_and_nothing_else() {
        use Understood::Unclear as Not;
        let text = str::to_owned;
        let propose = |words: &str, tasks: Vec<TaskOrder>| said(Order::Propose { text: words.into(), tasks });
        let explain = |cause: Option<&str>, prevention: Option<&str>| {
            said(Order::Explain { cause: cause.map(text), prevention: prevention.map(text) })
        };
        let object = |task, reason: &str| said(Order::Object { task, reason: reason.into() });
        for (typed, expected) in [
            // opening
            ("苦情", fields(&[])),
            ("苦情です。", fields(&[])),
            ("COMPLAINT", fields(&[])),
            ("苦情 品質 至急", fields(&[("種類", "品質"), ("緊急度", "至急")])),
            (
                "苦情 至急\n注文番号：A-1\n要求 1: 返金\n要求 2: 謝罪",
                fields(&[("緊急度", "至急"), ("注文番号", "A-1"), ("要求 1", "返金"), ("要求 2", "謝罪")]),
            ),
            (
                "苦情\n内容: 割れていた\n箱も濡れていた\n商品: 皿",
                fields(&[("内容", "割れていた\n箱も濡れていた"), ("商品", "皿")]),
            ),
            ("苦情 注文番号: A-1", fields(&[("注文番号", "A-1")])),
            ("苦情 品質 配送", Not(Unclear::FieldLines)),
            ("苦情\n割れていたそうです", Not(Unclear::FieldLines)),
            ("苦情ですか", Not(Unclear::Question)),
            ("苦情 ではありません", Not(Unclear::Question)),
            ("苦情が来ています", Not(Unclear::SaysMore)),
            // solution and tasks
            ("案 交換します", propose("交換します", vec![])),
            ("案\n要求1: 交換\n要求2: お詫び", propose("要求1: 交換\n要求2: お詫び", vec![])),
            (
                "案 交換\n作業 @佐藤 8/30 送る\n作業 @鈴木 8/31 調べる",
                propose("交換", vec![task("佐藤", 30, "送る"), task("鈴木", 31, "調べる")]),
            ),
            ("作業 @佐藤 8/30 送る", said(Order::Tasks(vec![task("佐藤", 30, "送る")]))),
            ("作業　＠佐藤　８／３０まで　送る", said(Order::Tasks(vec![task("佐藤", 30, "送る")]))),
            (
                "作業\n@佐藤 8月30日(日) 送る\n箱は二重に\n@鈴木 2026-08-31 調べる",
                said(Order::Tasks(vec![task("佐藤", 30, "送る\n箱は二重に"), task("鈴木", 31, "調べる")])),
            ),
            ("TASK @ann 8/30 send it", said(Order::Tasks(vec![task("ann", 30, "send it")]))),
            ("作業 @佐藤 送る", Not(Unclear::TaskLine)),
            ("作業 @佐藤 8/30", Not(Unclear::TaskLine)),
            ("作業 @佐藤 2/30 送る", Not(Unclear::TaskLine)),
            ("作業", Not(Unclear::TextMissing)),
            ("案", Not(Unclear::TextMissing)),
            ("案 交換\n承認", Not(Unclear::SaysMore)),
            ("案 交換\n原因 梱包", Not(Unclear::SaysMore)),
            ("作業 @佐藤 8/30 送る\n案 交換", Not(Unclear::SaysMore)),
            // objection
            ("異議 間に合いません", object(None, "間に合いません")),
            ("異議 #2 間に合いません", object(Some(2), "間に合いません")),
            ("異議 作業２ 間に合いません", object(Some(2), "間に合いません")),
            ("異議 2日では足りません", object(None, "2日では足りません")),
            ("異議 作業2日では足りません", object(None, "作業2日では足りません")),
            ("異議", Not(Unclear::TextMissing)),
            ("異議なし", Not(Unclear::SaysMore)),
            ("異議 なし", Not(Unclear::Question)),
            ("異議 #0 だめ", Not(Unclear::SaysMore)),
            ("続行", said(Order::Proceed { task: None })),
            ("続行します", said(Order::Proceed { task: None })),
            ("続行 #2", said(Order::Proceed { task: Some(2) })),
            ("続行 #2 でも相談", Not(Unclear::SaysMore)),
            ("続行?", Not(Unclear::Question)),
            // cause and prevention
            ("原因 梱包が薄かった", explain(Some("梱包が薄かった"), None)),
            ("対策：箱を二重にする", explain(None, Some("箱を二重にする"))),
            (
                "原因\n梱包が薄かった\n検品もしなかった\n対策\n二重にする",
                explain(Some("梱包が薄かった\n検品もしなかった"), Some("二重にする")),
            ),
            ("原因 a\n原因 b", Not(Unclear::SaysMore)),
            ("原因", Not(Unclear::TextMissing)),
            ("原因は梱包です", Not(Unclear::SaysMore)),
            // ends
            ("苦情終了 お客様が取り下げ", said(Order::End { reason: text("お客様が取り下げ") })),
            ("苦情終了", Not(Unclear::TextMissing)),
            ("済 発送しました", Understood::Command(Command::Ended { note: text("発送しました") })),
            (
                "済\n発送しました\n伝票 123",
                Understood::Command(Command::Ended { note: text("発送しました\n伝票 123") }),
            ),
            ("済", Understood::Command(Command::Ended { note: text("") })),
            ("済?", Not(Unclear::Question)),
        ] {
            assert_eq!(understand(typed, TODAY), expected, "{typed:?}");
        }
    }
}
