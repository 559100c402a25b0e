//! The customer directory on a real store: taken in, updated, found, told apart, and never made less.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::Path;

use madoguchi::answers::{Question, answer};
use madoguchi::clock::Clock;
use madoguchi::customers;
use madoguchi::desk::Desk;
use madoguchi::live::Live;
use madoguchi::record;
use madoguchi::store::{Options, Store};
use serde_json::{Value, json};
use tokio::sync::mpsc;

async fn desk(dir: &Path) -> Desk {
    let live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
    let (store, _) = Store::open(Options::new(dir)).await.unwrap();
    let (planned, _rows) = mpsc::unbounded_channel();
    Desk::new(store, live, Clock::system(), planned)
}

async fn take(desk: &Desk, list: &str, dry_run: bool) -> Value {
    let listed = customers::read(Path::new("list.csv"), list.as_bytes()).unwrap();
    let json = |one| String::from_utf8(record::customer_to_json(one)).unwrap();
    let customers = listed.customers.iter().map(json).collect();
    let question = Question::TakeCustomers { customers, given: listed.given, dry_run };
    answer(desk, &question).await.unwrap().remove(0)
}

async fn found(desk: &Desk, text: &str) -> Vec<(String, String)> {
    let found = answer(desk, &Question::FindCustomers { text: text.to_owned() }).await.unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    found.iter().map(|one| (word(&one["customer"]), word(&one["reasons"][0]))).collect()
}

const LIST: &str = "顧客番号,氏名,フリガナ,電話番号,その他電話,メール,ランク,紐付け\n\
    K-1,山田 花子,ヤマダ ハナコ,090-1234-5678,03-1234-5678,hanako@example.com,プレミアム,済\n\
    K-2,山田 太郎,ヤマダ タロウ,03-1234-5678,,taro@example.com,,\n\
    K-3,佐藤 一郎,サトウ イチロウ,+48 601 555 204,,Hanako@example.com,,\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_taken_in_and_everybody_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path()).await;
    let pairs = json!([
        { "customers": ["K-1", "K-2"], "reason": "same phone" },
        { "customers": ["K-1", "K-3"], "reason": "same mail" },
    ]);
    let first = json!({ "new": 3, "same": 0, "updated": [], "duplicates": pairs });
    assert_eq!(take(&desk, LIST, true).await, first);
    assert!(found(&desk, "090-1234-5678").await.is_empty(), "a rehearsal writes nothing");
    assert_eq!(take(&desk, LIST, false).await, first);
    let again = json!({ "new": 0, "same": 3, "updated": [], "duplicates": pairs });
    assert_eq!(take(&desk, LIST, false).await, again);

    for (text, expected) in [
        ("+81 90 1234 5678", &[("K-1", "same phone")][..]),
        ("０３－１２３４－５６７８", &[("K-1", "same phone"), ("K-2", "same phone")]),
        ("0048601555204", &[("K-3", "same phone")]),
        ("HANAKO@example.com", &[("K-1", "same mail"), ("K-3", "same mail")]),
        ("山田花子様", &[("K-1", "same name")]),
        ("ﾔﾏﾀﾞﾀﾛｳ", &[("K-2", "same name")]),
        ("やまだ", &[("K-1", "name begins so"), ("K-2", "name begins so")]),
        ("090-1234-5679", &[]),
        ("鈴木", &[]),
        (" ", &[]),
    ] {
        let found = found(&desk, text).await;
        let found: Vec<(&str, &str)> = found.iter().map(|(id, why)| (&**id, &**why)).collect();
        assert_eq!(found, expected, "{text:?}");
    }
    let all = answer(&desk, &Question::DuplicateCustomers).await.unwrap();
    assert_eq!(Value::Array(all), pairs);
    desk.store().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_number_is_updated_and_says_what_changed() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path()).await;
    take(&desk, LIST, false).await;
    let taken = take(&desk, "customer number,phone\nK-1,080-1111-2222\n", false).await;
    let updated = json!([{ "customer": "K-1", "changed": ["phone"] }]);
    // The number is no longer shared; the address still is.
    let pairs = json!([{ "customers": ["K-1", "K-3"], "reason": "same mail" }]);
    assert_eq!(taken, json!({ "new": 0, "same": 0, "updated": updated, "duplicates": pairs }));

    // Found by the new number and no longer by the old; what the list had no column for stays.
    assert_eq!(found(&desk, "08011112222").await.len(), 1);
    assert_eq!(found(&desk, "09012345678").await.len(), 0);
    let known = answer(&desk, &Question::FindCustomers { text: "hanako@example.com".into() }).await.unwrap();
    assert_eq!((&known[0]["tier"], &known[0]["linked"]), (&json!("premium"), &json!(true)));
    // A customer who is missing in a later list is still there.
    assert_eq!(found(&desk, "taro@example.com").await.len(), 1);
    desk.store().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_is_taken_in_by_two_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path()).await;
    let (one, other) = tokio::join!(take(&desk, LIST, false), take(&desk, LIST, false));
    let sum = |field: &str| one[field].as_u64().unwrap() + other[field].as_u64().unwrap();
    assert_eq!((sum("new"), sum("same")), (3, 3));
    desk.store().close().await.unwrap();
}

/// No command and no question removes a customer or makes two into one.
#[test]
fn nothing_removes_a_customer() {
    let command = madoguchi::cli::command();
    let customers = command.find_subcommand("customers").unwrap();
    let known: BTreeSet<&str> = customers.get_subcommands().map(clap::Command::get_name).collect();
    assert_eq!(known, BTreeSet::from(["import", "find", "duplicates"]));
}
