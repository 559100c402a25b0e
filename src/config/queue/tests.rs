//! Queues as people write them, and what is wrong with them.

use std::path::Path;

use super::*;
use crate::config::{self, Config};

const SAMPLE: &str = include_str!("../../../config.toml");

fn read(text: &str) -> Result<Config, String> {
    let first = SAMPLE.matches('\n').count() + 1;
    config::parse(Path::new("config.toml"), &format!("{SAMPLE}\n{text}"))
        .map_err(|faults| said(&faults, first))
}

fn said(faults: &[Fault], first: usize) -> String {
    let lines = faults.iter().map(|fault| {
        let line = fault.line.cast_signed() - first.cast_signed();
        format!("{line}:{}: {}; {}", fault.column, fault.what, fault.hint)
    });
    lines.collect::<Vec<_>>().join("\n")
}

const ANN: &str = "[[agent]]\nname = \"安藤\"\naddress = \"ando@agents.example\"\n";

#[test]
fn a_queue_needs_little() {
    let config = read(&format!(
        "{ANN}skills = [\"台帳\"]\ncapacity = 4\nshifts = [\"mon-fri 09:00-18:00\", \"fri 22:00-06:00\"]\n\
         [[queue]]\nname = \"台帳\"\ntopics = [\"price\"]\nskills = [\"台帳\"]\nmention = [\"田中\"]\n\
         [level.alerts]\nwarn = \"15m\"\ngroup = \"5m\"\nper_hour = 2"
    ))
    .unwrap();
    let queue = &config.queues.list[0];
    assert_eq!((queue.name.as_str(), queue.capacity, queue.mention.len()), ("台帳", 10, 1));
    let ann = config.people.iter().find(|person| person.name == "安藤").unwrap();
    assert_eq!(ann.work.capacity, Some(4));
    for (at, on) in [
        ("2026-08-27T09:00:00+09:00", true),
        ("2026-08-27T18:00:00+09:00", false),
        // The night of Friday ends on Saturday.
        ("2026-08-29T05:59:00+09:00", true),
        ("2026-08-29T12:00:00+09:00", false),
    ] {
        assert_eq!(ann.work.is_on(at.parse().unwrap()), on, "{at}");
    }
    let alerts = config.alerts.unwrap();
    assert_eq!((alerts.warn, alerts.per_hour), (Warn::Before(SignedDuration::from_mins(15)), 2));
    assert_eq!(read("[level.alerts]").unwrap().alerts.unwrap().warn, Warn::Share(20));
    assert_eq!(read("").unwrap().alerts, None);
}

#[test]
fn mistakes_are_placed_and_explained() {
    let queue = "[[queue]]\nname = \"台帳\"\n";
    for (text, expected) in [
        (
            "[[queue]]\ntopics = [\"price\"]".to_owned(),
            "1:1: missing key `queue.name`; what people write behind 移動",
        ),
        (
            format!("{queue}agents = [\"佐東\"]"),
            "3:11: nobody is called `佐東`; write the name of an [[agent]]",
        ),
        (
            format!("{queue}skills = [\"台帳\"]"),
            "3:1: nobody has the skill `台帳`; write it into skills = […] of an [[agent]]",
        ),
        (
            format!("{ANN}skills = [\"台帳\"]\n{queue}skills = [\"台帳\"]\nagents = [\"佐藤\"]"),
            "6:1: nobody can serve the queue `台帳`; give one of its agents all of its skills, or ask for fewer",
        ),
        (
            format!("{queue}topics = [\"price\"]\n[[queue]]\nname = \"ほか\"\ntopics = [\"price\"]"),
            "6:1: the topic `price` leads to two queues, `台帳` and `ほか`; take it out of one",
        ),
        (format!("{queue}{queue}"), "4:1: `台帳` is used twice; give each its own"),
        (
            format!("{ANN}shifts = [\"mon 09:00-18:00\", \"mon 17:00-20:00\"]"),
            "4:1: two shifts of one day overlap; let one end where the other begins",
        ),
        (
            "[level.alerts]\nwarn = \"95%\"".to_owned(),
            "2:8: `95%` is no share; write 1% to 90%, or a span: \"15m\"",
        ),
    ] {
        let found = read(&text).err().unwrap_or_default();
        let columns = |said: &str| said.split_once(": ").map(|(_, rest)| rest.to_owned());
        assert_eq!(columns(&found), columns(expected), "{text}\n{found}");
        let line = |said: &str| said.split(':').next().map(str::to_owned);
        assert_eq!(line(&found), line(expected), "{text}\n{found}");
    }
}

#[test]
fn topics_and_shifts_are_held_against_rules_and_hours() {
    let topics = ["price".to_owned()];
    let night = "shifts = [\"mon-fri 22:00-06:00\"]\nskills = [\"夜\"]\n";
    for (text, faults, warnings) in [
        (
            format!("{ANN}skills = [\"台帳\"]\n[[queue]]\nname = \"台帳\"\nskills = [\"台帳\"]"),
            "",
            "`安藤` serves the queue `台帳` and is an agent of no mailbox",
        ),
        ("[[queue]]\nname = \"台帳\"\ntopics = [\"prize\"]".to_owned(), "did you mean `price`?", ""),
        (
            format!("{ANN}{night}[[queue]]\nname = \"夜\"\nskills = [\"夜\"]"),
            "",
            "the shifts of queue `夜` never meet the service hours",
        ),
        ("[[queue]]\nname = \"台帳\"\ntopics = [\"price\"]".to_owned(), "", ""),
    ] {
        let config = read(&text).unwrap();
        let day = Hours::new(9 * 60, 18 * 60).unwrap();
        let plan = Plan::new(std::array::from_fn(|_| vec![day]));
        let open = Calendar::new(config.desk.zone.clone(), Arc::new(plan));
        let (found, warned) =
            config.queues.judge(Path::new("config.toml"), &topics, &config.people, &config.mailboxes, &open);
        let (found, warned) = (said(&found, 1), said(&warned, 1));
        for (said, expected) in [(found, faults), (warned, warnings)] {
            assert_eq!(said.is_empty(), expected.is_empty(), "{text}: {said}");
            assert!(said.contains(expected), "{text}: {said}");
        }
    }
}
