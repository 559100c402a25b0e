//! Speed of the local store: commits at several concurrencies, opening, rotating and rebuilding with many rows.
//!
//! `cargo bench --bench store [rows]`; one million rows unless told. Prints figures, judges nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench is run by hand and shows its figures there"
)]

use std::time::{Duration, Instant};

use madoguchi::store::{Batch, Commit, Key, Options, Store};

fn value(n: u64) -> Vec<u8> {
    format!(r#"{{"n":{n},"state":"awaiting","text":"{}"}}"#, "窓口".repeat(25)).into_bytes()
}

async fn commit(store: &Store, batch: Batch) {
    assert!(matches!(store.commit(batch).await, Ok(Commit::Done(_))));
}

/// Two rows a commit, each task waiting for its own before the next.
async fn commits(tasks: u64) {
    let dir = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let (store, _) = Store::open(Options::new(dir.path())).await.unwrap();
    let start = Instant::now();
    let mut set = tokio::task::JoinSet::new();
    for task in 0..tasks {
        let store = store.clone();
        set.spawn(async move {
            let mut done = 0_u64;
            while start.elapsed() < Duration::from_secs(3) {
                let case = Key::new(format!("case/{task:03}-{:06}", done % 5000)).unwrap();
                let due = Key::new(format!("due/{done:09}/{task}")).unwrap();
                let batch =
                    Batch { put: vec![(case, value(done)), (due, b"{}".to_vec())], ..Batch::default() };
                commit(&store, batch).await;
                done += 1;
            }
            done
        });
    }
    let mut total = 0;
    while let Some(done) = set.join_next().await {
        total += done.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{tasks:>4} at a time: {:>7.0} commits/s, {:>6.0} µs each",
        total as f64 / seconds,
        seconds * 1e6 * tasks as f64 / total as f64
    );
    store.close().await.unwrap();
}

async fn open(dir: &std::path::Path, what: &str) -> Store {
    let start = Instant::now();
    let (store, report) = Store::open(Options::new(dir)).await.unwrap();
    println!("open {what}: {:?} ({} rows, {} repairs)", start.elapsed(), report.rows, report.repairs.len());
    store
}

async fn many(rows: u64) {
    let dir = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let store = open(dir.path(), "new").await;
    let start = Instant::now();
    for chunk in 0..rows / 500 {
        let put = (0..500)
            .map(|n| {
                let n = chunk * 500 + n;
                let kind = if n % 2 == 0 { "case" } else { "mail" };
                (
                    Key::new(format!("{kind}/{:016x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).unwrap(),
                    value(n),
                )
            })
            .collect();
        commit(&store, Batch { put, ..Batch::default() }).await;
        if store.stats().rotation_due {
            store.rotate().await.unwrap();
        }
    }
    println!("filled with {rows} rows in random order: {:?}", start.elapsed());
    let start = Instant::now();
    store.close().await.unwrap();
    println!("close: {:?}", start.elapsed());
    for what in ["after filling", "again"] {
        open(dir.path(), what).await.close().await.unwrap();
    }
    let store = open(dir.path(), "a third time").await;
    let start = Instant::now();
    let key = Key::new("case/0000000000000000").unwrap();
    for _ in 0..10_000 {
        store.get(&key).await.unwrap().unwrap();
    }
    println!("get: {:?}", start.elapsed() / 10_000);
    let start = Instant::now();
    commit(&store, Batch { put: vec![(key, value(0))], ..Batch::default() }).await;
    println!("one commit: {:?}", start.elapsed());
    let start = Instant::now();
    store.rotate().await.unwrap();
    println!("rotate: {:?}", start.elapsed());
    store.close().await.unwrap();
    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    open(dir.path(), "without sled").await.close().await.unwrap();
    open(dir.path(), "after rebuilding").await.close().await.unwrap();
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let rows = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    for tasks in [1, 10, 100, 1000] {
        commits(tasks).await;
    }
    many(rows).await;
}
