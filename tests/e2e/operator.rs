//! The operator's questions: cases, one case, the store. The same answers from the daemon and from the store.

use std::fs;

use crate::support::story::{HANAKO, SATO, Story, holds, instant, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

async fn answered() -> Story {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    story.answer(to(&asked, SATO), SATO, "OK");
    story.at("27 10:20");
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_shown_whole_and_a_missing_one_ends_with_1() {
    let story = answered().await;
    let id = story.case()["case"].as_str().unwrap().to_owned();
    let parts = ["返信待ち", "山田 花子", HANAKO, WISH, "8月29日(土) 14:00", "承認", "sent 2026-08-27T10:2"];
    for spelling in [id.clone(), format!("C-{id}"), id.to_lowercase(), format!("c-{}", id.to_lowercase())] {
        holds(&story.says(&["case", &spelling]), &parts);
    }
    holds(&story.says(&["case", &id]), &["due      2026-09-10T10:2", "+09:00\n", "Message-ID reply."]);
    let missing = story.office.run(&["case", "0000000000"]);
    assert_eq!((missing.status.code(), missing.stdout.len()), (Some(1), 0));
    holds(&String::from_utf8_lossy(&missing.stderr), &["there is no case 0000000000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_fills_an_empty_store_and_damage_is_found() {
    let story = answered().await;
    let before = story.says(&["cases", "--all", "--json"]);
    holds(&story.says(&["store", "verify"]), &["rows", "last commit"]);

    // The running daemon exports the same lines as the store at rest.
    let at_rest = story.says(&["store", "export"]);
    let daemon = story.office.start(&["--at", &instant("27 10:30")]);
    let cases = |export: &str| export.lines().filter(|line| line.contains("case/")).count();
    assert_eq!(cases(&story.says(&["store", "export"])), cases(&at_rest));
    assert_eq!(story.office.run(&["store", "verify"]).status.code(), Some(7), "the daemon holds it");
    daemon.stop();

    let file = story.office.dir.path().join("desk.jsonl");
    fs::write(&file, story.says(&["store", "export"])).unwrap();
    let file = file.to_str().unwrap();
    let full = story.office.run(&["store", "import", file]);
    assert_eq!(full.status.code(), Some(8), "{}", String::from_utf8_lossy(&full.stderr));
    fs::remove_dir_all(story.office.dir.path().join("state")).unwrap();
    assert!(story.office.run(&["store", "import", file]).status.success());
    assert_eq!(story.says(&["cases", "--all", "--json"]), before);
    assert_eq!(story.at("27 10:40").len(), 0, "a restored desk writes to nobody again");
    assert_eq!(story.mails_to(HANAKO), 1);

    story.office.damage_journal();
    let found = story.office.run(&["store", "verify"]);
    assert_eq!(found.status.code(), Some(6), "{}", String::from_utf8_lossy(&found.stdout));
}
