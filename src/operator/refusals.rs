//! Answers to requests that were refused: the operator hears of them in numbers, by mail and by the program, at most once
//! an hour.
//!
//! Somebody may be trying to approve in an agent's name, or a provider has changed how it signs; both need a person. The mail
//! names reasons and no sender: whoever forges mails must not be able to write into this one.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::watch;
use tracing::{error, info};

use super::{page, post};
use crate::answers::instant;
use crate::desk::Desk;
use crate::desk::held::Refusals;
use crate::live::Live;
use crate::smtp::Smtp;

/// Between two tellings: what is refused meanwhile goes into the next one.
const BETWEEN: SignedDuration = SignedDuration::from_hours(1);
/// Without a word of the desk is looked so often: it would have said so.
const LOOK: Duration = Duration::from_secs(3600);

/// Tells what was refused until told to stop.
pub(super) async fn run(desk: Desk, smtp: Arc<Smtp>, mut stop: watch::Receiver<bool>) {
    loop {
        let rest = tell(&desk, &smtp).await;
        tokio::select! {
            // While the budget is spent, nothing that is refused makes us look.
            () = tokio::time::sleep(rest.unwrap_or(LOOK)) => {}
            () = desk.refused().notified(), if rest.is_none() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tells what there is to tell; how long to rest, if something is left.
async fn tell(desk: &Desk, smtp: &Smtp) -> Option<Duration> {
    const AGAIN: Duration = Duration::from_secs(60);
    let refused = match desk.refusals().await {
        Ok(refused) => refused,
        Err(error) => {
            error!(%error, "Cannot read which answers were refused.");
            return Some(AGAIN);
        }
    };
    let live = desk.live();
    let operator = &live.config.operator;
    if refused.by_reason.is_empty() || (operator.to.is_empty() && operator.command.is_empty()) {
        return None;
    }
    let now = desk.now();
    let left = refused.told.map_or(SignedDuration::ZERO, |told| BETWEEN - now.duration_since(told));
    if left.is_positive() {
        return Some(Duration::try_from(left).unwrap_or(AGAIN).max(Duration::from_secs(1)));
    }
    let count: u64 = refused.by_reason.values().sum();
    // The budget is spent before anything goes out: a failure delays what is told and never makes a flood.
    if let Err(error) = desk.telling_refusals().await {
        error!(%error, "Cannot write down that the operator hears of refused answers.");
        return Some(AGAIN);
    }
    let by_mail = async {
        match operator.to.is_empty() {
            true => None,
            false => Some(post(desk, &live, smtp, subject(count), text(&refused)).await),
        }
    };
    let (mailed, ran) = tokio::join!(by_mail, run_program(&live, &refused, now));
    let done = [("mail", mailed), ("program", ran)];
    let told = done.iter().any(|(_, done)| matches!(done, Some(Ok(()))));
    if told && let Err(error) = desk.told_refusals(&refused).await {
        error!(%error, "Cannot write down that the operator has heard of refused answers.");
    }
    for (route, done) in done {
        match done {
            None => {}
            Some(Ok(())) => info!(count, route, "Told the operator of refused answers."),
            Some(Err(why)) => {
                error!(count, route, why, "The operator could not be told of refused answers this way.");
            }
        }
    }
    (!told).then_some(Duration::try_from(BETWEEN).unwrap_or(LOOK))
}

/// Hands the numbers to the operator's program, if there is one.
async fn run_program(live: &Live, refused: &Refusals, now: Timestamp) -> Option<Result<(), String>> {
    let operator = &live.config.operator;
    if operator.command.is_empty() {
        return None;
    }
    let input = object(refused, &instant(now, &live.config.desk.zone).to_string());
    let done = page::page(&operator.command, &input, operator.command_timeout).await;
    Some(done.map_err(|error| error.to_string()))
}

/// What a program reads on its standard input: the lists of an outage, empty, and the numbers.
fn object(refused: &Refusals, at: &str) -> String {
    let refused = &refused.by_reason;
    json!({ "version": 1, "at": at, "silent": [], "still": [], "back": [], "refused": refused }).to_string()
}

fn subject(count: u64) -> String {
    format!("[窓口] 拒否した返信 {count}件")
}

fn text(refused: &Refusals) -> String {
    let mut text =
        "承認依頼への返信として届きましたが、本人からと確認できないため無視したメールがあります。\n\
                    送信者には何も返していません。メールは受信箱に残っています。\n\n"
            .to_owned();
    for (why, count) in &refused.by_reason {
        text.push_str(&format!("・{why}: {count}件\n"));
    }
    text.push_str("\n担当者の返信が拒否されている場合は docs/approvals.md の表で理由を確認してください。\n");
    text.push_str("ログでは security=true の行です。\n");
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn it_counts_reasons_and_names_nobody() {
        let reasons = [("dkim_broken", 2), ("results_of_a_stranger", 1)];
        let by_reason = reasons.map(|(why, count)| (why.to_owned(), count)).into();
        let refused = Refusals { by_reason, told: None };
        expect![[r#"{"version":1,"at":"2026-08-29T20:41:00+09:00","silent":[],"still":[],"back":[],"refused":{"dkim_broken":2,"results_of_a_stranger":1}}"#]]
            .assert_eq(&object(&refused, "2026-08-29T20:41:00+09:00"));
        expect!["[窓口] 拒否した返信 3件"].assert_eq(&subject(3));
        expect![[r#"
            承認依頼への返信として届きましたが、本人からと確認できないため無視したメールがあります。
            送信者には何も返していません。メールは受信箱に残っています。

            ・dkim_broken: 2件
            ・results_of_a_stranger: 1件

            担当者の返信が拒否されている場合は docs/approvals.md の表で理由を確認してください。
            ログでは security=true の行です。
        "#]]
        .assert_eq(&text(&refused));
    }
}
