//! One mail all the way, with the real program on a real IMAP server (workflow W1).
#![allow(clippy::indexing_slicing, reason = "a missing mail fails the test")]

mod support;

use support::office::{Office, form, header, reply, text};
use support::smtp_sink::Sink;

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_is_answered_once_and_reported() {
    let sink = Sink::plain().await;
    let office = Office::open(sink.addr.port(), "");
    office.deliver(&form(
        "m1@form.example",
        "Thu, 27 Aug 2026 10:00:00 +0900",
        "山田 花子",
        "090-1234-5678",
        "hanako@customer.example",
        "8月29日の14時に新宿院を予約したいのですが、空いていますか。",
    ));
    println!("{}", office.work("2026-08-27T10:05:00+09:00"));
    println!("{}", office.folder("INBOX").await);
    println!("{}", office.folder("Drafts").await);
    for mail in sink.delivered() {
        println!("--- to {:?}\n{}", mail.to, text(&mail.bytes));
    }
    println!("{}", String::from_utf8_lossy(&office.run(&["case", "X7K0VENAFS"]).stdout));
    println!("{}", String::from_utf8_lossy(&office.run(&["status"]).stdout));
    let requests = sink.delivered();
    assert_eq!(requests.len(), 2);
    office.deliver(&reply(&requests[0].bytes, &requests[0].to[0], "a1@agents.example", "OK"));
    println!("{}", office.work("2026-08-27T10:20:00+09:00"));
    for mail in sink.delivered().iter().skip(2) {
        println!(
            "--- to {:?} {:?}\n{}",
            mail.to,
            header(&String::from_utf8_lossy(&mail.bytes), "Message-ID"),
            text(&mail.bytes)
        );
    }
    println!("inbox {}", office.folder("INBOX").await);
    println!("archive {}", office.folder("Archive").await);
    println!("sent {}", office.folder("Sent").await);
    println!("{}", office.work("2026-08-28T22:05:00+09:00"));
    for mail in sink.delivered().iter().skip(4) {
        println!(
            "--- to {:?} {:?}\n{}",
            mail.to,
            header(&String::from_utf8_lossy(&mail.bytes), "Message-ID"),
            text(&mail.bytes)
        );
    }
    println!("archive {}", office.folder("Archive").await);
    println!("{}", String::from_utf8_lossy(&office.run(&["cases", "--all"]).stdout));
}
