//! One suite for every engine: what a caller may rely on, whatever lies underneath.
//!
//! An engine joins with a [`Place`] and one line at the bottom.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

use std::path::PathBuf;

use madoguchi::store::{
    BATCH_LIMIT, Batch, Commit, KEY_LIMIT, Key, Note, Options, Store, StoreError, VALUE_LIMIT, Version,
};

/// Somewhere a store can be opened again and again.
trait Place {
    async fn open(&self) -> Store;
}

struct LocalPlace {
    dir: tempfile::TempDir,
}

impl LocalPlace {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("store")
    }
}

impl Place for LocalPlace {
    async fn open(&self) -> Store {
        Store::open(Options::new(self.path())).await.unwrap().0
    }
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn puts(rows: &[(&str, &str)]) -> Batch {
    Batch {
        put: rows.iter().map(|(k, value)| (key(k), value.as_bytes().to_vec())).collect(),
        ..Batch::default()
    }
}

fn done(commit: Commit) -> Version {
    match commit {
        Commit::Done(version) => version,
        Commit::Conflict(key) => panic!("conflict on {key:?}"),
    }
}

async fn keys(store: &Store, prefix: &str, from: Option<&str>, limit: usize) -> Vec<String> {
    let rows = store.scan(prefix, from, limit).await.unwrap();
    rows.into_iter().map(|row| row.key.as_str().to_owned()).collect()
}

async fn text(store: &Store, name: &str) -> Option<String> {
    store.get(&key(name)).await.unwrap().map(|row| String::from_utf8(row.value).unwrap())
}

async fn reads_what_was_written(place: &impl Place) {
    let store = place.open().await;
    assert_eq!(text(&store, "case/1").await, None);
    let version = done(store.commit(puts(&[("case/1", "1"), ("case/2", "2")])).await.unwrap());
    let row = store.get(&key("case/1")).await.unwrap().unwrap();
    assert_eq!((row.value.as_slice(), row.version), (b"1".as_slice(), version));
    let batch = Batch { delete: vec![key("case/1"), key("case/absent")], ..Batch::default() };
    done(store.commit(batch).await.unwrap());
    assert_eq!(text(&store, "case/1").await, None);
    assert_eq!(text(&store, "case/2").await.as_deref(), Some("2"));
    store.close().await.unwrap();
}

async fn orders_bytewise_and_pages(place: &impl Place) {
    let store = place.open().await;
    let names = ["due/2", "due/10", "case/山", "case/a", "case/Z", "case/é", "casefile", "case/a/b", "due/1"];
    let rows: Vec<_> = names.iter().map(|name| (*name, "0")).collect();
    done(store.commit(puts(&rows)).await.unwrap());
    let mut sorted: Vec<_> = names.iter().map(|name| name.to_string()).collect();
    sorted.sort();
    assert_eq!(keys(&store, "", None, 100).await, sorted);
    assert_eq!(keys(&store, "case/", None, 100).await, ["case/Z", "case/a", "case/a/b", "case/é", "case/山"]);
    assert_eq!(keys(&store, "due/", None, 2).await, ["due/1", "due/10"]);
    assert_eq!(keys(&store, "due/", Some("due/10"), 2).await, ["due/2"]);
    assert_eq!(keys(&store, "due/", Some("due/15"), 2).await, ["due/2"], "a start need not exist");
    assert_eq!(keys(&store, "due/", Some("case/"), 1).await, ["due/1"], "a start before the prefix");
    assert_eq!(keys(&store, "case/", Some("due/1"), 9).await, [""; 0], "a start behind the prefix");
    assert_eq!(keys(&store, "case/a", None, 0).await, [""; 0]);
    let mut paged = Vec::new();
    loop {
        let page = keys(&store, "", paged.last().map(String::as_str), 2).await;
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, sorted);
    store.close().await.unwrap();
}

async fn expectations_decide(place: &impl Place) {
    let store = place.open().await;
    let first = done(store.commit(puts(&[("case/1", "1")])).await.unwrap());
    let second = done(store.commit(puts(&[("case/1", "1")])).await.unwrap());
    assert_ne!(first, second, "the same value again is a new version");
    let batch = |expect: &[(&str, Option<Version>)]| Batch {
        expect: expect.iter().map(|(name, version)| (key(name), *version)).collect(),
        put: vec![(key("case/1"), b"9".to_vec()), (key("case/2"), b"9".to_vec())],
        ..Batch::default()
    };
    for (expect, conflict) in [
        (vec![("case/1", Some(first))], "case/1"),
        (vec![("case/1", None)], "case/1"),
        (vec![("case/2", Some(second))], "case/2"),
        (vec![("case/1", Some(second)), ("case/2", Some(first))], "case/2"),
        (vec![("elsewhere", Some(second))], "elsewhere"),
    ] {
        let commit = store.commit(batch(&expect)).await.unwrap();
        assert_eq!(commit, Commit::Conflict(key(conflict)), "{expect:?}");
        assert_eq!(text(&store, "case/1").await.as_deref(), Some("1"), "all or nothing");
        assert_eq!(text(&store, "case/2").await, None, "all or nothing");
    }
    done(store.commit(batch(&[("case/1", Some(second)), ("case/2", None), ("case/3", None)])).await.unwrap());
    assert_eq!(text(&store, "case/2").await.as_deref(), Some("9"));

    let before = store.get(&key("case/2")).await.unwrap().unwrap().version;
    done(store.commit(Batch { delete: vec![key("case/2")], ..Batch::default() }).await.unwrap());
    done(store.commit(puts(&[("case/2", "9")])).await.unwrap());
    let after = store.get(&key("case/2")).await.unwrap().unwrap().version;
    assert_ne!(before, after, "a version does not come back with its key");

    let check = Batch { expect: vec![(key("case/2"), Some(after))], ..Batch::default() };
    done(store.commit(check).await.unwrap());
    let check = Batch { expect: vec![(key("case/2"), Some(before))], ..Batch::default() };
    assert_eq!(store.commit(check).await.unwrap(), Commit::Conflict(key("case/2")));
    store.close().await.unwrap();
}

async fn refuses_what_breaks_limits(place: &impl Place) {
    for (name, right) in [
        ("", false),
        ("a\0b", false),
        ("a\nb", false),
        ("a\u{85}b", false),
        ("窓口/1", true),
        (&"k".repeat(KEY_LIMIT), true),
        (&"k".repeat(KEY_LIMIT + 1), false),
    ] {
        assert_eq!(Key::new(name).is_ok(), right, "{name:?}");
    }
    let store = place.open().await;
    let value = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
    done(store.commit(puts(&[("big", &value(VALUE_LIMIT))])).await.unwrap());
    let too_large = store.commit(puts(&[("big", &value(VALUE_LIMIT + 1))])).await;
    assert!(matches!(too_large, Err(StoreError::ValueTooLarge { .. })), "{too_large:?}");
    let full = value(VALUE_LIMIT);
    let many: Vec<_> = (0..BATCH_LIMIT / VALUE_LIMIT + 1).map(|n| format!("n/{n}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), full.as_str())).collect();
    let both = Batch { delete: vec![key("a")], ..puts(&[("a", "1")]) };
    for batch in
        [puts(&many), puts(&[("a", "not json")]), puts(&[("a", "")]), puts(&[("a", "1"), ("a", "2")]), both]
    {
        let refused = store.commit(batch).await;
        assert!(matches!(refused, Err(StoreError::Batch(_))), "{refused:?}");
    }
    assert_eq!(keys(&store, "", None, 9).await, ["big"]);
    store.close().await.unwrap();
}

async fn concurrent_commits_lose_nothing(place: &impl Place) {
    const TASKS: usize = 20;
    const ROUNDS: usize = 25;
    let store = place.open().await;
    done(store.commit(puts(&[("counter", "0")])).await.unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let store = store.clone();
        tasks.spawn(async move {
            for round in 0..ROUNDS {
                loop {
                    let row = store.get(&key("counter")).await.unwrap().unwrap();
                    let count: u64 = String::from_utf8(row.value).unwrap().parse().unwrap();
                    let mut batch = puts(&[("counter", &(count + 1).to_string())]);
                    batch.put.push((key(&format!("own/{task:02}/{round:02}")), b"true".to_vec()));
                    batch.expect = vec![(key("counter"), Some(row.version))];
                    match store.commit(batch).await.unwrap() {
                        Commit::Done(_) => break,
                        Commit::Conflict(_) => {}
                    }
                }
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    assert_eq!(text(&store, "counter").await, Some((TASKS * ROUNDS).to_string()));
    assert_eq!(keys(&store, "own/", None, 9999).await.len(), TASKS * ROUNDS);
    store.close().await.unwrap();
}

async fn reopening_keeps_everything(place: &impl Place) {
    let store = place.open().await;
    for n in 0..50 {
        done(
            store
                .commit(puts(&[(&format!("case/{n:02}"), &n.to_string()), ("same", &n.to_string())]))
                .await
                .unwrap(),
        );
    }
    let before = store.scan("", None, 999).await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.get(&key("same")).await, Err(StoreError::Closed)));
    assert!(matches!(store.commit(puts(&[("same", "0")])).await, Err(StoreError::Closed)));
    let store = place.open().await;
    assert_eq!(store.scan("", None, 999).await.unwrap(), before, "values and versions");
    let newest = before.iter().map(|row| row.version).max().unwrap();
    assert!(done(store.commit(puts(&[("same", "0")])).await.unwrap()) > newest);
    store.close().await.unwrap();
}

async fn rotation_changes_nothing_to_see(place: &impl Place) {
    let store = place.open().await;
    let note = Note { case: "c1".into(), kind: "opened".into(), data: "{}".into() };
    let mut expected = Vec::new();
    for round in 0..4 {
        let batch = Batch { notes: vec![note.clone()], at: round, ..puts(&[("case/1", &round.to_string())]) };
        expected.push((done(store.commit(batch).await.unwrap()).0, round));
        done(store.commit(puts(&[(&format!("case/r{round}"), "0")])).await.unwrap());
        let before = store.scan("", None, 999).await.unwrap();
        store.rotate().await.unwrap();
        assert_eq!(store.scan("", None, 999).await.unwrap(), before);
    }
    store.close().await.unwrap();
    let store = place.open().await;
    let notes = store.notes(0, 99).await.unwrap();
    assert!(notes.iter().all(|row| row.note == note));
    assert_eq!(notes.iter().map(|row| (row.sequence, row.at)).collect::<Vec<_>>(), expected);
    let rest = store.notes(expected[1].0, 1).await.unwrap();
    assert_eq!(rest.iter().map(|row| row.at).collect::<Vec<_>>(), [2]);
    store.close().await.unwrap();
}

async fn blobs_come_back_whole(place: &impl Place) {
    let store = place.open().await;
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    let kept = store.put_blob(bytes.clone()).await.unwrap();
    let dropped = store.put_blob(b"other".to_vec()).await.unwrap();
    assert_eq!(store.put_blob(bytes.clone()).await.unwrap(), kept);
    assert_eq!(store.blob(&kept).await.unwrap(), bytes);
    let future = std::time::SystemTime::now() + std::time::Duration::from_secs(3600);
    let past = std::time::SystemTime::UNIX_EPOCH;
    assert_eq!(store.sweep_blobs([kept.clone()].into(), past).await.unwrap(), 0, "young ones are spared");
    assert_eq!(store.sweep_blobs([kept.clone()].into(), future).await.unwrap(), 1);
    assert_eq!(store.blob(&kept).await.unwrap(), bytes);
    assert!(matches!(store.blob(&dropped).await, Err(StoreError::BlobMissing(_))));
    store.close().await.unwrap();
}

macro_rules! suite {
    ($engine:ident, $place:expr) => {
        mod $engine {
            use super::*;
            suite!(@each $place; reads_what_was_written orders_bytewise_and_pages expectations_decide
                refuses_what_breaks_limits concurrent_commits_lose_nothing reopening_keeps_everything
                rotation_changes_nothing_to_see blobs_come_back_whole);
        }
    };
    (@each $place:expr; $($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&$place).await;
            }
        )*
    };
}

suite!(local, LocalPlace::new());

#[tokio::test]
async fn a_second_opener_hears_who_has_it() {
    let place = LocalPlace::new();
    let store = place.open().await;
    match Store::open(Options::new(place.path())).await {
        Err(StoreError::Busy { pid }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{other:?}"),
    }
    store.close().await.unwrap();
    place.open().await.close().await.unwrap();
}
