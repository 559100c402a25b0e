//! Storms: so many mails at once that customers are told nothing for a while. The operator hears of each once.
//!
//! The mail names the mailbox and no sender: whoever makes a storm must not be able to write into this one.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::post;
use crate::desk::{Desk, DeskError};
use crate::smtp::Smtp;
use crate::triage::allowance::Weather;
use crate::triage::id::MailboxName;

/// How often is looked whether there is one.
const LOOK: Duration = Duration::from_secs(10);

/// Tells of storms until told to stop.
pub(super) async fn run(desk: Desk, smtp: Arc<Smtp>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = tell(&desk, &smtp).await {
            error!(%error, "Cannot read whether acknowledgements are stopped.");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn tell(desk: &Desk, smtp: &Smtp) -> Result<(), DeskError> {
    for (mailbox, weather) in desk.untold_storms().await? {
        // Written down before the mail goes out: told twice would be a storm of our own.
        if !desk.telling_storm(&mailbox).await? {
            continue;
        }
        warn!(%mailbox, "Too many mails at once; nobody is told by a machine that mail has come for a while.");
        let live = desk.live();
        if live.config.operator.to.is_empty() {
            continue;
        }
        let text = text(&mailbox, &weather, live.zone(&mailbox));
        match post(desk, &live, smtp, subject(&mailbox), text).await {
            Ok(()) => info!(%mailbox, "Told the operator of a storm."),
            Err(why) => error!(%mailbox, why, "The operator could not be told of a storm."),
        }
    }
    Ok(())
}

fn subject(mailbox: &MailboxName) -> String {
    format!("[窓口] {mailbox}: 受付メールを止めました")
}

fn text(mailbox: &MailboxName, weather: &Weather, zone: &TimeZone) -> String {
    let until = weather.quiet_until.map_or_else(String::new, |until| {
        until.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    });
    format!(
        "メールボックス {mailbox} に短時間で大量の新しいメールが届いたため、お客様への自動の受付メールを\n\
         {until} まで止めています。案件の受付と担当者への確認は続いています。\n\n\
         フォームへのいたずらや、相手側の自動送信が考えられます。受信箱をご確認ください。\n\
         止める条件は config.toml の [mailbox.acknowledge] の storm にあります。\n\
         くわしくは docs/acknowledgements.md をご覧ください。\n"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_mail_names_the_mailbox_and_nobody() {
        let mailbox = MailboxName::parse("reservation1").unwrap();
        let until = "2026-08-27T03:30:00Z".parse().ok();
        let weather = Weather { recent: Vec::new(), quiet_until: until, untold: true };
        expect!["[窓口] reservation1: 受付メールを止めました"].assert_eq(&subject(&mailbox));
        expect![[r#"
            メールボックス reservation1 に短時間で大量の新しいメールが届いたため、お客様への自動の受付メールを
            2026-08-27 12:30 まで止めています。案件の受付と担当者への確認は続いています。

            フォームへのいたずらや、相手側の自動送信が考えられます。受信箱をご確認ください。
            止める条件は config.toml の [mailbox.acknowledge] の storm にあります。
            くわしくは docs/acknowledgements.md をご覧ください。
        "#]]
        .assert_eq(&text(&mailbox, &weather, &TimeZone::get("Asia/Tokyo").unwrap()));
    }
}
