//! Answers to requests that were refused: the operator hears of them, in numbers, and not more than once an hour.
//!
//! Somebody may be trying to approve in an agent's name, or a provider has changed how it signs; both need a person. The mail
//! names reasons and no sender: whoever forges mails must not be able to write into this one.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::{error, info};

use super::post;
use crate::desk::Desk;
use crate::desk::held::Refusals;
use crate::smtp::Smtp;

/// Between two mails about refusals: what is refused meanwhile goes into the next one.
const BETWEEN: SignedDuration = SignedDuration::from_hours(1);
/// How often is looked whether there are any.
const LOOK: Duration = Duration::from_secs(10);

/// Tells what was refused until told to stop.
pub(super) async fn run(desk: Desk, smtp: Arc<Smtp>, mut stop: watch::Receiver<bool>) {
    loop {
        tell(&desk, &smtp).await;
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn tell(desk: &Desk, smtp: &Smtp) {
    let refused = match desk.refusals().await {
        Ok(refused) => refused,
        Err(error) => {
            error!(%error, "Cannot read which answers were refused.");
            return;
        }
    };
    let live = desk.live();
    let resting = refused.told.is_some_and(|told| desk.now().duration_since(told) < BETWEEN);
    if refused.by_reason.is_empty() || resting || live.config.operator.to.is_empty() {
        return;
    }
    let count: u64 = refused.by_reason.values().sum();
    let told = async {
        // The budget is spent before the mail goes out: a failure delays a mail and never makes a flood.
        desk.telling_refusals().await.map_err(|error| error.to_string())?;
        post(desk, &live, smtp, subject(count), text(&refused)).await?;
        desk.told_refusals(&refused).await.map_err(|error| error.to_string())
    };
    match told.await {
        Ok(()) => info!(count, "Told the operator of refused answers."),
        Err(why) => {
            error!(count, why, "The operator could not be told of refused answers; trying again later.")
        }
    }
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
    fn a_mail_counts_reasons_and_names_nobody() {
        let reasons = [("dkim_broken", 2), ("results_of_a_stranger", 1)];
        let by_reason = reasons.map(|(why, count)| (why.to_owned(), count)).into();
        let refused = Refusals { by_reason, told: None };
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
