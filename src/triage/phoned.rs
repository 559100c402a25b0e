//! 「新規 電話」: one of us writes a telephone call down in a new mail (workflow W2). Tells such a mail by its subject or its
//! first line, and what remains of it to read. Who may write it is checked elsewhere.

use super::fold::Folded;
use super::thread;

/// What the subject or the first line says, folded and without blanks.
const WORDS: [&str; 7] =
    ["新規電話", "新規電話受付", "電話新規", "新規の電話", "newcall", "new-call", "newphonecall"];

/// The text of such a mail without the line that says so, without signature and quotes; `None` for any other mail.
pub fn new_call(subject: &str, text: &str) -> Option<String> {
    let own = thread::cut_folded(text, &Folded::new(text)).own_text(text);
    let first = own.lines().position(|line| !line.trim().is_empty());
    let in_text = first.and_then(|at| own.lines().nth(at)).is_some_and(says_so);
    if !in_text && !says_so(subject) {
        return None;
    }
    let skipped = if in_text { first.map_or(0, |at| at.saturating_add(1)) } else { 0 };
    let rest: Vec<&str> = own.lines().skip(skipped).collect();
    Some(format!("{}\n", rest.join("\n")))
}

/// Whether a line is the words and nothing else, or the words and something set off from them (「新規 電話: 山田様」).
fn says_so(line: &str) -> bool {
    let folded = Folded::new(line.trim());
    let text = folded.text().trim();
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    if WORDS.contains(&bare(text).trim_end_matches(['。', '.', '!', ':']).to_owned().as_str()) {
        return true;
    }
    let off = text.split_once([':', '、', '(', '/']).map(|(head, _)| bare(head));
    off.is_some_and(|head| WORDS.contains(&head.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_told_by_its_subject_or_first_line() {
        let body = "お名前: 山田\n電話番号: 090-1234-5678\n";
        for (subject, text, expected) in [
            ("新規 電話", body, Some(body)),
            ("新規電話", body, Some(body)),
            ("新規　電話：山田様", body, Some(body)),
            ("NEW CALL", body, Some(body)),
            ("New call: Mr Yamada", body, Some(body)),
            ("", "新規 電話\nお名前: 山田\n電話番号: 090-1234-5678\n", Some(body)),
            ("無題", "\n  新規 電話。\nお名前: 山田\n電話番号: 090-1234-5678\n", Some(body)),
            ("", "NEW CALL\n\n", Some("\n")),
            ("新規の電話契約について", body, None),
            ("Re: 新規 電話", body, None),
            ("電話番号", body, None),
            ("", "電話をください\n新規 電話\n", None),
            ("", "", None),
        ] {
            let read = new_call(subject, text);
            assert_eq!(read.as_deref().map(str::trim), expected.map(str::trim), "{subject:?} {text:?}");
        }
        let signed = "新規 電話\n内容: 折り返し希望\n-- \n佐藤\nTEL 03-1111-2222\n";
        assert_eq!(
            new_call("", signed).unwrap().trim(),
            "内容: 折り返し希望",
            "our own signature says nothing"
        );
    }
}
