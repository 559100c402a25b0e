//! Night reports after the desk was down for some nights, with the real program on a real IMAP server.

mod support;

use support::office::{Office, answer_from, form, text};
use support::smtp_sink::Sink;

#[tokio::test(flavor = "multi_thread")]
async fn reports_that_are_made_up_for_share_no_case() {
    let sink = Sink::plain().await;
    let office = Office::open(sink.addr.port(), "");
    let mail = form(
        "m1@form.example",
        "Thu, 27 Aug 2026 10:00:00 +0900",
        "高橋 美咲",
        "090-1234-0003",
        "misaki@takahashi.example",
        "初回の料金はいくらですか。",
    );
    office.deliver(&mail);
    office.work("2026-08-27T10:05:00+09:00");
    let asked = sink.delivered().into_iter().next().expect("an agent was asked");
    let agent = asked.to.first().expect("one recipient");
    office.deliver(&answer_from(&asked.bytes, agent, "OK"));
    office.work("2026-08-27T10:20:00+09:00");

    office.work("2026-08-29T22:05:00+09:00");
    let reports: Vec<String> = sink
        .delivered()
        .iter()
        .filter(|mail| mail.to == ["booking-report@jitanbody.example"])
        .map(|mail| text(&mail.bytes))
        .collect();
    let naming: Vec<bool> = reports.iter().map(|report| report.contains("高橋 美咲")).collect();
    assert_eq!(
        naming,
        [true, false, false],
        "one report for each night, the first has the case:\n{reports:#?}"
    );
}
