//! `kill -9` while people are asked about their day and while it is summed up: every mail of it once.

use crate::support::office::header;
use crate::town::{Fate, Town};

/// Where a run is killed, and whether the mail that was on its way then may be lost: that is told and not repeated.
pub const DAYS: [(&str, bool); 6] = [
    ("day.before_plan", false),
    ("day.planned", false),
    ("report.before_send", false),
    ("report.dot", true),
    ("report.after_dot", true),
    ("day.before_settle", false),
];

/// Mails about days: how many people were asked, how many summaries were made, and how many were told to be lost.
fn mails(town: &Town) -> [usize; 3] {
    let mut found = [0; 3];
    for ((_, id), copies) in town.copies() {
        let kind = if id.starts_with("<day.sum.") {
            1
        } else if id.starts_with("<about.day.") {
            2
        } else if id.starts_with("<ask.") && is_day(town, &id) {
            0
        } else {
            continue;
        };
        assert!(copies == 1 || kind == 2, "{copies} copies of {id}");
        found[kind] += 1;
    }
    found
}

fn is_day(town: &Town, id: &str) -> bool {
    town.post.received().iter().any(|mail| {
        let raw = String::from_utf8_lossy(&mail.bytes).into_owned();
        mail.id == id
            && header(&raw, "X-Madoguchi-Ref").is_some_and(|reference| reference.starts_with("day."))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_asked_about_and_summed_up_once() {
    let mut town = Town::with_sink().await;
    town.office.edit("#enabled = true\n# When people get", "enabled = true\n# When people get");
    let mut before = [0; 3];
    for (place, may_be_lost) in DAYS {
        for (asks, hour, minute) in [(true, 17, 46), (false, 18, 46)] {
            if asks {
                town.until(9, 30);
                town.customer(Fate::Called);
                town.work();
                town.agents_answer(false, 1);
                town.work();
            }
            town.until(hour, minute);
            assert!(town.run(Some(place)).killed(), "{place} was never reached");
            for _ in 0..3 {
                town.later(6);
                town.work();
            }
            let after = mails(&town);
            let kind = usize::from(!asks);
            let came = after[kind] - before[kind];
            let told = after[2] > before[2];
            // Killed after the dot it was delivered, but nobody knows; before it, it may be lost for good.
            assert_eq!(told, may_be_lost, "{place}: who may not have got it is told of");
            if place == "report.dot" {
                assert!(came <= 1, "{place}: {came}");
            } else {
                assert_eq!(came, 1, "{place}: killed when asking: {asks}");
            }
            before = after;
        }
    }
    println!("{} kills round reports of days", town.kills);
}
