//! What the operator reads: the text of a mail, and the object a program gets. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::outage::{Outage, Telling};
use crate::answers::instant;
use crate::triage::id::MailboxName;

/// At most so many mailboxes are named in a mail; an outage of the whole network is told in numbers.
const NAMED: usize = 50;

/// `[窓口] 応答のないメールボックス 2件 / 復旧 1件`
pub(super) fn subject(telling: &Telling) -> String {
    let silent = telling.silent.len().saturating_add(telling.still.len());
    let parts = [("応答のないメールボックス", silent), ("復旧", telling.back.len())];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{word} {count}件"))
        .collect();
    format!("[窓口] {}", parts.join(" / "))
}

/// The whole text of a mail.
pub(super) fn text(telling: &Telling, zone: &TimeZone) -> String {
    let mut text = String::new();
    for (head, list, ended) in [
        (
            "次のメールボックスを確認できていません。新しいメールは処理されていません。",
            &telling.silent,
            false,
        ),
        ("次のメールボックスは、まだ確認できていません。", &telling.still, false),
        (
            "次のメールボックスは復旧しました。止まっていた間のメールは古い順に処理されます。",
            &telling.back,
            true,
        ),
    ] {
        if list.is_empty() {
            continue;
        }
        text.push_str(head);
        text.push_str("\n\n");
        for (name, outage) in list.iter().take(NAMED) {
            text.push_str(&entry(name, outage, ended, zone));
        }
        if let Some(more) = list.len().checked_sub(NAMED).filter(|more| *more > 0) {
            text.push_str(&format!("ほか {more}件\n"));
        }
        text.push('\n');
    }
    text.push_str("状態は madoguchi status で見られます。\n");
    text
}

fn entry(name: &MailboxName, outage: &Outage, ended: bool, zone: &TimeZone) -> String {
    let mut entry = format!("・{name}\n  最後の確認: {}\n", shown(outage.since, zone));
    if let Some(over) = outage.over.filter(|_| ended) {
        entry.push_str(&format!("  復旧: {}\n", shown(over, zone)));
        return entry;
    }
    let why = if outage.why.is_empty() {
        "理由は不明です（監視が止まっている可能性）"
    } else {
        &outage.why
    };
    entry.push_str(&format!("  理由: {why}\n"));
    entry.push_str(if outage.needs_person {
        "  対応: 設定かアカウントを直し、再読み込み（SIGHUP）をしてください。\n"
    } else {
        "  対応: 自動で再試行しています。\n"
    });
    entry
}

fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %:z").to_string()
}

/// What a program reads on its standard input.
pub(super) fn object(telling: &Telling, now: Timestamp, zone: &TimeZone) -> Value {
    let list = |outages: &std::collections::BTreeMap<MailboxName, Outage>| -> Vec<Value> {
        let each = outages.iter().map(|(name, outage)| {
            json!({
                "mailbox": name.as_str(),
                "since": instant(outage.since, zone),
                "until": outage.over.map(|over| instant(over, zone)),
                "why": outage.why,
                "needs_person": outage.needs_person,
            })
        });
        each.collect()
    };
    json!({
        "version": 1,
        "at": instant(now, zone),
        "silent": list(&telling.silent),
        "still": list(&telling.still),
        "back": list(&telling.back),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::expect;

    use super::*;

    fn outage(why: &str, needs_person: bool, over: Option<i64>) -> Outage {
        let at = |second| Timestamp::from_second(second).unwrap();
        let since = at(1_788_000_000);
        Outage { since, why: why.to_owned(), needs_person, alarm: true, over: over.map(at), told: [None; 2] }
    }

    fn telling() -> Telling {
        let one = |name: &str, outage| BTreeMap::from([(MailboxName::parse(name).unwrap(), outage)]);
        Telling {
            silent: one("shop", outage("the server refuses user name or password", true, None)),
            still: one("krakow", outage("", false, None)),
            back: one("desk", outage("the connection is closed (IDLE)", false, Some(1_788_003_600))),
        }
    }

    #[test]
    fn a_mail_says_what_is_wrong_and_what_to_do() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        expect!["[窓口] 応答のないメールボックス 2件 / 復旧 1件"].assert_eq(&subject(&telling()));
        expect![[r#"
            次のメールボックスを確認できていません。新しいメールは処理されていません。

            ・shop
              最後の確認: 2026-08-29 19:40 +09:00
              理由: the server refuses user name or password
              対応: 設定かアカウントを直し、再読み込み（SIGHUP）をしてください。

            次のメールボックスは、まだ確認できていません。

            ・krakow
              最後の確認: 2026-08-29 19:40 +09:00
              理由: 理由は不明です（監視が止まっている可能性）
              対応: 自動で再試行しています。

            次のメールボックスは復旧しました。止まっていた間のメールは古い順に処理されます。

            ・desk
              最後の確認: 2026-08-29 19:40 +09:00
              復旧: 2026-08-29 20:40 +09:00

            状態は madoguchi status で見られます。
        "#]]
        .assert_eq(&text(&telling(), &zone));
        let at = Timestamp::from_second(1_788_003_660).unwrap();
        expect![[r#"{"version":1,"at":"2026-08-29T20:41:00+09:00","silent":[{"mailbox":"shop","since":"2026-08-29T19:40:00+09:00","until":null,"why":"the server refuses user name or password","needs_person":true}],"still":[{"mailbox":"krakow","since":"2026-08-29T19:40:00+09:00","until":null,"why":"","needs_person":false}],"back":[{"mailbox":"desk","since":"2026-08-29T19:40:00+09:00","until":"2026-08-29T20:40:00+09:00","why":"the connection is closed (IDLE)","needs_person":false}]}"#]].assert_eq(&object(&telling(), at, &zone).to_string());
    }

    #[test]
    fn an_outage_of_everything_stays_readable() {
        let all =
            (0..1000).map(|n| (MailboxName::parse(&format!("m{n}")).unwrap(), outage("x", false, None)));
        let telling = Telling { silent: all.collect(), ..Telling::default() };
        let text = text(&telling, &TimeZone::UTC);
        assert!(text.contains("ほか 950件") && text.lines().count() < 220, "{text}");
    }
}
