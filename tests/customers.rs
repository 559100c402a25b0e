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
use madoguchi::triage::directory::Handle;
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

#[tokio::test(flavor = "multi_thread")]
async fn of_hundreds_with_one_number_the_one_with_the_name_stands_first_and_the_rest_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path()).await;
    let mut list = "顧客番号,氏名,電話番号,製品\n".to_owned();
    for number in 100..300 {
        list.push_str(&format!("S-{number},社員{number},03-1234-5678,くらもりPad mini\n"));
    }
    take(&desk, &list, false).await;
    let all = answer(&desk, &Question::FindCustomers { text: "03-1234-5678".into() }).await.unwrap();
    assert_eq!(
        (all.len(), &all[0]["holders"], &all[0]["products"]),
        (50, &json!(200), &json!(["くらもりPad mini"]))
    );
    let handles = ["03-1234-5678", "社員299"].map(|text| Handle::parse(text).unwrap());
    let holders = desk.find_customers(&handles).await.unwrap();
    let first = &holders.known[0];
    assert_eq!((first.record.id.as_str(), first.reasons.len(), holders.all), ("S-299", 2, 200));
    desk.store().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supervisors_hear_of_each_pair_once() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path()).await;
    take(&desk, LIST, false).await;
    let pair = |one: &str, other: &str, why: &str| [one.to_owned(), other.to_owned(), why.to_owned()];
    let told = async |pairs: &[[String; 3]], more| {
        let question = Question::TellDuplicates { pairs: pairs.to_vec(), more };
        answer(&desk, &question).await.unwrap()[0]["told"].as_u64().unwrap()
    };
    let both = [pair("K-1", "K-2", "same phone"), pair("K-1", "K-3", "same mail")];
    assert_eq!(told(&both, 0).await, 2);
    assert_eq!(told(&both, 0).await, 0, "they know");
    assert_eq!(told(&[pair("K-2", "K-3", "same phone")], 7).await, 1);
    assert_eq!(told(&[pair("K-2", "K-3", "a guess"), pair("", "K-3", "same mail")], 0).await, 0);
    let memos = desk.waiting_memos().await.unwrap();
    let mut memos: Vec<_> = memos.into_iter().map(|(_, memo)| memo.unwrap()).collect();
    // Two mails of one millisecond have no order.
    memos.sort_by_key(|memo| !memo.text.contains("K-1 と K-2"));
    assert_eq!(memos.len(), 2, "one grouped mail for each import: {memos:#?}");
    assert_eq!(memos[0].to.as_str(), "tanaka@agents.example");
    for part in ["K-1 と K-2", "電話番号が同じ", "K-1 と K-3", "メールアドレスが同じ"] {
        assert!(memos[0].text.contains(part), "{}", memos[0].text);
    }
    assert!(!memos[0].text.contains("山田"), "numbers, and no names");
    assert!(memos[1].subject.contains("8 組"), "{}", memos[1].subject);
    desk.store().close().await.unwrap();
}

/// Every file below a folder that holds a text.
fn holding(folder: &Path, text: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_leaves_a_hash_and_a_reason_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path()).await;
    take(&desk, LIST, false).await;
    // A row of an earlier number that a crash left over goes, too.
    let erase = async |id: &str| {
        let question = Question::EraseCustomer { id: id.to_owned(), reason: "legal request 7".to_owned() };
        answer(&desk, &question).await.unwrap()
    };
    assert!(erase("K-9").await.is_empty(), "there is none");
    let erased = erase("K-1").await;
    assert_eq!(erased[0]["rows"], 6, "the record, two numbers, an address, a name and its reading");
    for text in ["090-1234-5678", "山田花子", "ﾔﾏﾀﾞﾊﾅｺ"] {
        assert!(found(&desk, text).await.is_empty(), "{text}");
    }
    assert_eq!(found(&desk, "03-1234-5678").await.len(), 1, "whoever shared the number stays");
    assert_eq!(found(&desk, "hanako@example.com").await[0].0, "K-3");
    assert!(erase("K-1").await.is_empty(), "once");
    let notes = desk.store().notes(0, 1000).await.unwrap();
    let note = notes.iter().find(|note| note.note.kind == "customer_erased").unwrap();
    assert!(note.note.data.contains("legal request 7"), "{}", note.note.data);
    assert!(note.note.data.contains(erased[0]["hash"].as_str().unwrap()), "{}", note.note.data);
    desk.store().close().await.unwrap();
    drop(desk);
    for gone in ["09012345678", "山田 花子", "ヤマダ ハナコ"] {
        assert_eq!(holding(dir.path(), gone), Vec::<std::path::PathBuf>::new(), "{gone}");
    }
    let reopened = self::desk(dir.path()).await;
    assert!(found(&reopened, "090-1234-5678").await.is_empty());
    reopened.store().close().await.unwrap();
}

/// One command erases a customer, by law and when told so twice; none makes two into one.
#[test]
fn nothing_else_removes_a_customer() {
    let command = madoguchi::cli::command();
    let customers = command.find_subcommand("customers").unwrap();
    let known: BTreeSet<&str> = customers.get_subcommands().map(clap::Command::get_name).collect();
    assert_eq!(known, BTreeSet::from(["import", "find", "duplicates", "erase"]));
    // In the desk only one file takes a customer out.
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/desk")];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let erases = text.contains("delete") && text.contains("keys::customer(");
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!erases || ["erasure.rs", "customers.rs"].contains(&name), "{name}");
        if name == "customers.rs" {
            let deletes: Vec<&str> = text.lines().filter(|line| line.contains("delete.push")).collect();
            assert!(deletes.iter().all(|line| line.contains("keys::customer_by(")), "{deletes:#?}");
        }
    }
}
