//! Killed, out of room, or with a disk that fails: what was acknowledged is there afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use madoguchi::store::{Batch, Commit, Disk, Key, Options, RealDisk, Store, StoreError, verify};
use proptest::prelude::*;

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn put(name: &str, value: u64) -> Batch {
    Batch { put: vec![(key(name), value.to_string().into_bytes())], ..Batch::default() }
}

async fn value(store: &Store, name: &str) -> Option<u64> {
    let row = store.get(&key(name)).await.unwrap()?;
    Some(String::from_utf8(row.value).unwrap().parse().unwrap())
}

/// Commits from several tasks, with rotations in between, until somebody kills the process. Each line on stdout is a
/// commit that had been acknowledged when it was written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_commits_until_killed() {
    let Ok(dir) = std::env::var("MADOGUCHI_TEST_KILL_DIR") else { return };
    let run = std::env::var("MADOGUCHI_TEST_KILL_RUN").unwrap();
    let (store, _) = Store::open(Options::new(dir)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..4 {
        let (store, run) = (store.clone(), run.clone());
        tasks.spawn(async move {
            for n in 0_u64.. {
                let name = format!("run/{run}/{task}/{n:06}");
                let mut batch = put(&name, n);
                batch.put.push((key(&format!("last/{task}")), n.to_string().into_bytes()));
                if n > 0 && n % 3 == 0 {
                    batch.delete.push(key(&format!("run/{run}/{task}/{:06}", n - 1)));
                }
                assert!(matches!(store.commit(batch).await, Ok(Commit::Done(_))));
                writeln!(io::stdout().lock(), "ack {task} {n}").unwrap();
                if task == 0 && n % 60 == 59 {
                    store.rotate().await.unwrap();
                }
            }
        });
    }
    tasks.join_next().await.unwrap().unwrap();
}

#[tokio::test]
async fn forty_kills_lose_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::with_seed(40);
    let mut acknowledged = BTreeMap::new();
    let mut repaired = 0;
    for run in 0..40 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_commits_until_killed", "--nocapture"])
            .env("MADOGUCHI_TEST_KILL_DIR", dir.path())
            .env("MADOGUCHI_TEST_KILL_RUN", run.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let enough = random.usize(1..400);
        let mut seen = 0;
        while let Some(Ok(line)) = lines.next() {
            let words: Vec<_> = line.split(' ').collect();
            // The last line may have been cut by the kill; the test harness prints some of its own.
            if let ["ack", task, n] = words[..]
                && let (Ok(task), Ok(n)) = (task.parse::<u64>(), n.parse::<u64>())
            {
                let last = acknowledged.entry((run, task)).or_insert(n);
                *last = n.max(*last);
                seen += 1;
                if seen == enough {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        assert!(seen >= enough, "the child ended by itself after {seen} commits");
        let (store, report) = Store::open(Options::new(dir.path())).await.unwrap();
        repaired += usize::from(!report.repairs.is_empty());
        for ((run, task), last) in &acknowledged {
            for n in 0..=*last {
                let found = value(&store, &format!("run/{run}/{task}/{n:06}")).await;
                // Deleted with the commit after it, which may or may not have come to be after the last line.
                let deleted = n % 3 == 2;
                assert!(
                    found == Some(n) || (deleted && n + 1 > *last) || (deleted && found.is_none()),
                    "run {run} task {task} commit {n}: {report:?}"
                );
                assert!(!(deleted && n < *last && found.is_some()), "run {run} task {task}: {n} was deleted");
            }
        }
        store.close().await.unwrap();
    }
    assert_eq!(verify(dir.path()).unwrap().problems, []);
    println!(
        "40 kills, {} acknowledged commits checked, {repaired} openings mended something",
        acknowledged.values().map(|last| last + 1).sum::<u64>()
    );
}

/// A disk that does as told.
#[derive(Default)]
struct BadDisk {
    mode: AtomicU8,
}

const FINE: u8 = 0;
const SHORT: u8 = 1;
const SYNC_FAILS: u8 = 2;
const NO_ROOM: u8 = 3;

impl Disk for BadDisk {
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.mode.load(Ordering::SeqCst) == SHORT {
            RealDisk.append(file, &bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.append(file, bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.mode.load(Ordering::SeqCst) == SYNC_FAILS {
            return Err(io::Error::other("injected"));
        }
        RealDisk.sync(file)
    }

    fn free(&self, dir: &Path) -> io::Result<u64> {
        if self.mode.load(Ordering::SeqCst) == NO_ROOM { Ok(1 << 20) } else { RealDisk.free(dir) }
    }
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_done() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(BadDisk::default());
    let options = Options { disk: disk.clone(), ..Options::new(dir.path()) };
    let (store, _) = Store::open(options).await.unwrap();
    for (n, mode) in [SHORT, NO_ROOM, SHORT, SHORT, NO_ROOM].into_iter().enumerate() {
        let n = n as u64;
        assert!(matches!(store.commit(put("case/1", n)).await, Ok(Commit::Done(_))));
        let length = std::fs::metadata(dir.path().join("journal-0000000001")).unwrap().len();
        disk.mode.store(mode, Ordering::SeqCst);
        let refused = store.commit(put("case/1", 99)).await;
        assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
        if mode == NO_ROOM {
            assert!(matches!(store.put_blob(vec![1; 100]).await, Err(StoreError::Full)));
            assert!(matches!(store.rotate().await, Err(StoreError::Full)));
        }
        assert_eq!(value(&store, "case/1").await, Some(n), "state as before");
        assert_eq!(std::fs::metadata(dir.path().join("journal-0000000001")).unwrap().len(), length);
        assert!(store.stats().healthy);
        disk.mode.store(FINE, Ordering::SeqCst);
    }
    store.close().await.unwrap();
    let (store, report) = Store::open(Options::new(dir.path())).await.unwrap();
    assert_eq!((report.repairs, value(&store, "case/1").await), (vec![], Some(4)));
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_failed_sync_poisons_until_reopened() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(BadDisk::default());
    let options = Options { disk: disk.clone(), ..Options::new(dir.path()) };
    let (store, _) = Store::open(options.clone()).await.unwrap();
    assert!(matches!(store.commit(put("case/1", 1)).await, Ok(Commit::Done(_))));
    disk.mode.store(SYNC_FAILS, Ordering::SeqCst);
    assert!(matches!(store.commit(put("case/1", 2)).await, Err(StoreError::Unknown(_))));
    assert_eq!(value(&store, "case/1").await, Some(1), "what is not durable is not seen");
    disk.mode.store(FINE, Ordering::SeqCst);
    assert!(matches!(store.commit(put("case/1", 3)).await, Err(StoreError::Poisoned)));
    assert!(matches!(store.rotate().await, Err(StoreError::Poisoned)));
    assert!(!store.stats().healthy);
    assert!(matches!(store.close().await, Err(StoreError::Poisoned)));
    let (store, _) = Store::open(options).await.unwrap();
    let found = value(&store, "case/1").await;
    assert!(found == Some(1) || found == Some(2), "either, as the error said: {found:?}");
    assert!(matches!(store.commit(put("case/1", 4)).await, Ok(Commit::Done(_))));
    store.close().await.unwrap();
}

/// A file system of a few MiB, while it lives.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(mib: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "madoguchi-test"]).arg(dir.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then(|| Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Commits until the disk is full, says what was acknowledged, and dies without closing, as a daemon would. In a process of
/// its own because a sled that met a full disk (no reserve) hangs whoever waits for it.
#[tokio::test]
async fn child_that_fills_a_disk() {
    let Ok(dir) = std::env::var("MADOGUCHI_TEST_FULL_DIR") else { return };
    let reserve = std::env::var("MADOGUCHI_TEST_FULL_RESERVE").unwrap().parse().unwrap();
    let (store, _) = Store::open(Options { reserve, ..Options::new(dir) }).await.unwrap();
    let text = format!("\"{}\"", "x".repeat(30_000));
    for n in 0..5000_u64 {
        let mut batch = put("last", n);
        batch.put.push((key(&format!("case/{n:05}")), text.clone().into_bytes()));
        match store.commit(batch).await {
            Ok(Commit::Done(_)) => println!("ack {n}"),
            Ok(Commit::Conflict(key)) => panic!("{key:?}"),
            Err(error) => {
                println!("end {error}");
                std::process::exit(if matches!(error, StoreError::Full) { 10 } else { 11 });
            }
        }
    }
}

#[tokio::test]
async fn a_really_full_disk_loses_nothing_acknowledged() {
    // With a reserve we stop in time; without one either the journal or sled meets the end.
    for reserve in [8 << 20, 0_u64] {
        let Some(small) = SmallDisk::mount(24) else {
            println!("skipped: no right to mount a small tmpfs");
            return;
        };
        let dir = small.0.path().join("store");
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_fills_a_disk", "--nocapture"])
            .env("MADOGUCHI_TEST_FULL_DIR", &dir)
            .env("MADOGUCHI_TEST_FULL_RESERVE", reserve.to_string())
            .stderr(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let last: u64 =
            said.lines().filter_map(|line| line.strip_prefix("ack ")).next_back().unwrap().parse().unwrap();
        println!("reserve {reserve}: {last} commits, then {}", said.lines().last().unwrap());
        let code = output.status.code();
        assert!(code == Some(10) || (reserve == 0 && code == Some(11)), "{code:?}");
        // More room, as an operator would make it.
        let grown = Command::new("mount").args(["-o", "remount,size=200m"]).arg(small.0.path()).status();
        assert!(grown.unwrap().success());
        let (store, report) = Store::open(Options { reserve, ..Options::new(&dir) }).await.unwrap();
        let found = value(&store, "last").await.unwrap();
        assert!(found == last || (code == Some(11) && found == last + 1), "{found} {last} {report:?}");
        assert_eq!(store.scan("case/", None, 9999).await.unwrap().len() as u64, found + 1);
        assert!(matches!(store.commit(put("last", 0)).await, Ok(Commit::Done(_))));
        store.close().await.unwrap();
    }
}

#[derive(Debug, Clone)]
enum Step {
    Commit { puts: Vec<(u8, u16)>, deletes: Vec<u8>, expect: Option<(u8, bool)> },
    Reopen,
    Rotate,
    LoseSled,
}

fn step() -> impl Strategy<Value = Step> {
    let commit = (
        prop::collection::vec((0..12_u8, any::<u16>()), 0..5),
        prop::collection::vec(0..12_u8, 0..3),
        prop::option::of((0..12_u8, any::<bool>())),
    )
        .prop_map(|(puts, deletes, expect)| Step::Commit { puts, deletes, expect });
    prop_oneof![12 => commit, 1 => Just(Step::Reopen), 1 => Just(Step::Rotate), 1 => Just(Step::LoseSled)]
}

type Model = BTreeMap<String, (u64, Vec<u8>)>;

fn name(n: u8) -> String {
    format!("{}/{n}", ["case", "due", "山"][usize::from(n % 3)])
}

/// Puts, deletes, and a key expected at its version (`true`) or absent.
type Wish = (Vec<(u8, u16)>, Vec<u8>, Option<(u8, bool)>);

/// What a batch should do to the model: its puts and deletes if its expectation holds.
async fn commit_both(store: &Store, model: &mut Model, step: Wish) {
    let (puts, deletes, expect) = step;
    let puts: BTreeMap<String, Vec<u8>> =
        puts.into_iter().map(|(n, value)| (name(n), value.to_string().into_bytes())).collect();
    let deletes: std::collections::BTreeSet<String> =
        deletes.into_iter().map(name).filter(|name| !puts.contains_key(name)).collect();
    let mut batch = Batch {
        put: puts.iter().map(|(name, value)| (key(name), value.clone())).collect(),
        delete: deletes.iter().map(|name| key(name)).collect(),
        ..Batch::default()
    };
    let mut holds = true;
    if let Some((n, right)) = expect {
        let row = store.get(&key(&name(n))).await.unwrap();
        let version = row.map(|row| row.version);
        holds = right || version.is_none();
        batch.expect = vec![(key(&name(n)), if right { version } else { None })];
    }
    match store.commit(batch).await.unwrap() {
        Commit::Conflict(_) => assert!(!holds),
        Commit::Done(version) => {
            assert!(holds);
            for name in deletes {
                model.remove(&name);
            }
            model.extend(puts.into_iter().map(|(name, value)| (name, (version.0, value))));
        }
    }
}

async fn run(steps: Vec<Step>) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(Options::new(dir.path())).await.unwrap().0;
    let mut model = Model::new();
    for step in steps {
        match step {
            Step::Commit { puts, deletes, expect } => {
                commit_both(&store, &mut model, (puts, deletes, expect)).await;
            }
            Step::Rotate => store.rotate().await.unwrap(),
            Step::Reopen | Step::LoseSled => {
                store.close().await.unwrap();
                if matches!(step, Step::LoseSled) {
                    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
                }
                store = Store::open(Options::new(dir.path())).await.unwrap().0;
            }
        }
        let rows = store.scan("", None, 99).await.unwrap();
        let found: Model =
            rows.into_iter().map(|row| (row.key.as_str().to_owned(), (row.version.0, row.value))).collect();
        assert_eq!(found, model);
        assert_eq!(store.stats().rows, model.len() as u64);
    }
    store.close().await.unwrap();
    assert_eq!(verify(dir.path()).unwrap().problems, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn behaves_like_a_map(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}

/// Group commit: batches queued together are checked in order against each other and none gets lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_racers_wins() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(Options::new(dir.path())).await.unwrap();
    let winners = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..300 {
        let (store, winners) = (store.clone(), Arc::clone(&winners));
        tasks.spawn(async move {
            let mut batch = put("lease/box", n);
            batch.expect = vec![(key("lease/box"), None)];
            if let Commit::Done(_) = store.commit(batch).await.unwrap() {
                winners.lock().unwrap().push(n);
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    let winners = winners.lock().unwrap().clone();
    assert_eq!(winners.len(), 1);
    assert_eq!(value(&store, "lease/box").await, Some(winners[0]));
    assert_eq!(store.stats().sequence, 1);
    store.close().await.unwrap();
}
