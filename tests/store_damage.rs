//! Whatever happens to the files: all rows come back and the report says what was mended, or opening is refused.
//! Never fewer rows, and never in silence.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "helpers of tests: a panic here is a failed test, and it names the line"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use madoguchi::store::{Batch, Commit, Key, OpenReport, Options, Store, StoreError, export, import, verify};

type Rows = BTreeMap<String, (u64, Vec<u8>)>;

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn value(round: u64, n: u64) -> Vec<u8> {
    format!(r#"{{"round":{round},"n":{n},"text":"{}"}}"#, "窓口".repeat((n % 40) as usize)).into_bytes()
}

async fn commit(store: &Store, batch: Batch) -> u64 {
    match store.commit(batch).await.unwrap() {
        Commit::Done(version) => version.0,
        Commit::Conflict(key) => panic!("conflict on {key:?}"),
    }
}

async fn rows(store: &Store) -> Rows {
    let rows = store.scan("", None, usize::MAX).await.unwrap();
    rows.into_iter().map(|row| (row.key.as_str().to_owned(), (row.version.0, row.value))).collect()
}

/// A store with `rotations` generations behind it and commits in its last journal.
async fn fill(dir: &Path, rotations: u64) -> (Store, Rows) {
    let (store, _) = Store::open(Options::new(dir)).await.unwrap();
    for round in 0..=rotations {
        for n in 0..40 {
            let put = (0..5).map(|m| (key(&format!("case/{:04}", n * 5 + m)), value(round, n + m))).collect();
            let delete = if n % 4 == 3 { vec![key(&format!("case/{:04}", n * 3))] } else { vec![] };
            let delete = delete.into_iter().filter(|key| !matches_put(key, n)).collect();
            commit(&store, Batch { put, delete, ..Batch::default() }).await;
        }
        if round < rotations {
            store.rotate().await.unwrap();
        }
    }
    let rows = rows(&store).await;
    (store, rows)
}

fn matches_put(key: &Key, n: u64) -> bool {
    (0..5).any(|m| key.as_str() == format!("case/{:04}", n * 5 + m))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().unwrap() != "lock" {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// How a damaged directory opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    Untouched,
    Mended,
    Refused,
}

/// Opens and insists: everything, or a refusal in words. A clean store must not get worse by being opened again.
async fn open_all_or_refuse(dir: &Path, expected: &Rows, what: &str) -> Ending {
    let (store, report) = match Store::open(Options::new(dir)).await {
        Ok(opened) => opened,
        Err(error @ (StoreError::Damaged { .. } | StoreError::Engine(_))) => {
            assert!(!error.to_string().is_empty());
            return Ending::Refused;
        }
        Err(error) => panic!("{what}: {error:?}"),
    };
    let found = rows(&store).await;
    assert!(found == *expected, "{what}: {} of {} rows; {report:?}", found.len(), expected.len());
    assert_eq!(report.rows as usize, expected.len(), "{what}");
    commit(&store, Batch { put: vec![(key("case/new"), b"1".to_vec())], ..Batch::default() }).await;
    store.close().await.unwrap();
    let (store, again) =
        Store::open(Options::new(dir)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(again.repairs, [], "{what}: mended once is mended");
    assert_eq!(rows(&store).await.len(), expected.len() + 1, "{what}");
    store.close().await.unwrap();
    if report.repairs.is_empty() { Ending::Untouched } else { Ending::Mended }
}

fn damage(path: &Path, kind: &str, at: u64) {
    let mut bytes = fs::read(path).unwrap();
    let at = (at as usize).min(bytes.len().saturating_sub(1));
    let end = (at + 512).min(bytes.len());
    match kind {
        "flip" => bytes[at] ^= 0x10,
        "zero" => bytes[at..end].fill(0),
        "truncate" => bytes.truncate(at),
        "empty" => bytes.clear(),
        other => panic!("{other}"),
    }
    fs::write(path, bytes).unwrap();
}

/// Damages copies of `image`, one place at a time, and counts the endings per kind of file.
async fn try_everything(image: &Path, expected: &Rows, step: u64) -> BTreeMap<(String, Ending), u32> {
    let mut endings = BTreeMap::new();
    for file in files(image) {
        let name = file.strip_prefix(image).unwrap();
        let length = fs::metadata(&file).unwrap().len();
        let mut places: Vec<(&str, u64)> = vec![("empty", 0)];
        for part in 0..step {
            // Odd offsets, so that they do not all fall on block borders.
            let at = length * part / step + part * 7 % 61;
            places.extend(["flip", "zero", "truncate"].map(|kind| (kind, at)));
        }
        places.push(("truncate", length.saturating_sub(1)));
        for (kind, at) in places.into_iter().filter(|_| length > 0) {
            let scratch = tempfile::tempdir().unwrap();
            copy(image, scratch.path());
            damage(&scratch.path().join(name), kind, at);
            let what = format!("{kind} {} at {at} of {length}", name.display());
            let ending = open_all_or_refuse(scratch.path(), expected, &what).await;
            let group = name.to_str().unwrap().split(['-', '/']).next().unwrap().to_owned();
            *endings.entry((group, ending)).or_default() += 1;
        }
    }
    endings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_after_a_clean_end() {
    for rotations in [0, 2] {
        let dir = tempfile::tempdir().unwrap();
        let (store, expected) = fill(dir.path(), rotations).await;
        store.close().await.unwrap();
        let endings = try_everything(dir.path(), &expected, 6).await;
        println!("clean, {rotations} rotations: {endings:?}");
        assert!(
            endings.keys().all(|(_, ending)| *ending != Ending::Refused),
            "one damage never refuses: {endings:?}"
        );
        assert!(endings.contains_key(&("journal".to_owned(), Ending::Mended)));
        assert!(endings.contains_key(&("sled".to_owned(), Ending::Mended)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_after_a_crash() {
    for rotations in [0, 1] {
        let dir = tempfile::tempdir().unwrap();
        let (store, expected) = fill(dir.path(), rotations).await;
        let image = tempfile::tempdir().unwrap();
        settled_copy(&store, dir.path(), image.path(), &expected).await;
        store.close().await.unwrap();
        let endings = try_everything(image.path(), &expected, 5).await;
        println!("crashed, {rotations} rotations: {endings:?}");
        assert!(endings.contains_key(&("sled".to_owned(), Ending::Mended)));
    }
}

/// The files of a running store, taken when sled's own flush has caught up, which it does twice a second.
async fn settled_copy(store: &Store, dir: &Path, image: &Path, expected: &Rows) {
    loop {
        let _ = fs::remove_dir_all(image);
        copy(dir, image);
        let probe = tempfile::tempdir().unwrap();
        copy(image, probe.path());
        let Ok((copied, report)) = Store::open(Options::new(probe.path())).await else { continue };
        let whole = rows(&copied).await == *expected;
        copied.close().await.unwrap();
        assert!(whole, "a crash image came back with other rows: {report:?}");
        if report.repairs.is_empty() {
            return;
        }
        let _ = store.scan("", None, 1).await;
    }
}

#[tokio::test]
async fn two_damages_at_once_never_lose_in_silence() {
    let dir = tempfile::tempdir().unwrap();
    let (store, expected) = fill(dir.path(), 2).await;
    store.close().await.unwrap();
    let mut endings = BTreeMap::new();
    for name in
        ["journal-0000000003", "journal-0000000002", "snapshot-0000000003", "snapshot-0000000002", "manifest"]
    {
        for kind in ["flip", "zero", "truncate", "empty", "delete"] {
            let scratch = tempfile::tempdir().unwrap();
            copy(dir.path(), scratch.path());
            fs::remove_dir_all(scratch.path().join("sled")).unwrap();
            let file = scratch.path().join(name);
            let half = fs::metadata(&file).unwrap().len() / 2;
            if kind == "delete" {
                fs::remove_file(&file).unwrap()
            } else {
                damage(&file, kind, half)
            }
            let what = format!("no sled, {kind} {name}");
            let ending = open_all_or_refuse(scratch.path(), &expected, &what).await;
            assert_ne!(ending, Ending::Untouched, "{what}");
            endings.insert((name, kind), ending);
        }
    }
    println!("{endings:?}");
    for kind in ["flip", "zero", "truncate", "empty", "delete"] {
        assert_eq!(endings[&("journal-0000000003", kind)], Ending::Refused);
        assert_eq!(endings[&("journal-0000000002", kind)], Ending::Mended);
        assert_eq!(endings[&("snapshot-0000000003", kind)], Ending::Mended);
    }
}

#[tokio::test]
async fn parts_that_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let (store, expected) = fill(dir.path(), 2).await;
    store.close().await.unwrap();
    for (gone, ending) in [
        (vec!["sled"], Ending::Mended),
        (vec!["manifest"], Ending::Mended),
        (vec!["journal-0000000003"], Ending::Mended),
        (vec!["snapshot-0000000003"], Ending::Mended),
        (vec!["snapshot-0000000002", "journal-0000000002"], Ending::Untouched),
        (vec!["snapshot-0000000003", "journal-0000000003"], Ending::Mended),
        (vec!["snapshot-0000000003", "snapshot-0000000002", "sled"], Ending::Refused),
        (vec!["snapshot-0000000003", "journal-0000000003", "sled"], Ending::Refused),
        (vec!["journal-0000000003", "manifest"], Ending::Refused),
        (vec!["journal-0000000002", "journal-0000000003", "sled"], Ending::Refused),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        copy(dir.path(), scratch.path());
        for name in &gone {
            let path = scratch.path().join(name);
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        let found = open_all_or_refuse(scratch.path(), &expected, &format!("without {gone:?}")).await;
        assert_eq!(found, ending, "without {gone:?}");
    }
}

#[tokio::test]
async fn a_torn_tail_is_cut_kept_and_said() {
    let dir = tempfile::tempdir().unwrap();
    let (store, expected) = fill(dir.path(), 1).await;
    store.close().await.unwrap();
    let journal = dir.path().join("journal-0000000002");
    let bytes = fs::read(&journal).unwrap();
    for torn in [b"garbage".to_vec(), bytes[84..200].to_vec(), vec![0; 5000]] {
        fs::write(&journal, [bytes.as_slice(), &torn].concat()).unwrap();
        let (store, report) = Store::open(Options::new(dir.path())).await.unwrap();
        let sentence = report.repairs[0].to_string();
        assert!(sentence.contains(&format!("{} bytes", torn.len())), "{sentence}");
        assert_eq!(rows(&store).await, expected);
        store.close().await.unwrap();
        assert_eq!(fs::read(&journal).unwrap(), bytes);
    }
    let kept = fs::read(dir.path().join("damaged-tail-0000000002-0")).unwrap();
    assert_eq!(kept, b"garbage");
}

#[tokio::test]
async fn an_erased_row_is_gone_after_two_rotations() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(Options::new(dir.path())).await.unwrap();
    commit(
        &store,
        Batch { put: vec![(key("person/erase-me"), br#""SECRET-NAME""#.to_vec())], ..Batch::default() },
    )
    .await;
    store.rotate().await.unwrap();
    commit(&store, Batch { delete: vec![key("person/erase-me")], ..Batch::default() }).await;
    for n in 0..2 {
        store.rotate().await.unwrap();
        commit(&store, Batch { put: vec![(key("case/1"), n.to_string().into_bytes())], ..Batch::default() })
            .await;
    }
    store.close().await.unwrap();
    for file in files(dir.path()).into_iter().filter(|path| !path.starts_with(dir.path().join("sled"))) {
        let bytes = fs::read(&file).unwrap();
        for word in ["SECRET-NAME", "erase-me"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} in {}", file.display());
        }
    }
    assert_eq!(verify(dir.path()).unwrap().problems, []);
}

#[tokio::test]
async fn verify_sees_what_is_damaged_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, expected) = fill(dir.path(), 2).await;
    let blob = store.put_blob(vec![7; 5000]).await.unwrap();
    assert!(matches!(verify(dir.path()), Err(StoreError::Busy { .. })));
    store.close().await.unwrap();
    let whole = verify(dir.path()).unwrap();
    assert_eq!((whole.problems, whole.rows, whole.blobs), (vec![], expected.len() as u64, 1));
    let blob = format!("blobs/{}/{blob}", &blob.as_str()[..2]);
    for name in [
        "journal-0000000003",
        "journal-0000000002",
        "trail-0000000001",
        "snapshot-0000000003",
        "manifest",
        &blob,
        "sled/db",
    ] {
        let scratch = tempfile::tempdir().unwrap();
        copy(dir.path(), scratch.path());
        let file = scratch.path().join(name);
        damage(&file, "zero", 40);
        let before: Vec<_> =
            files(scratch.path()).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
        let report = verify(scratch.path()).unwrap();
        assert!(report.problems.iter().any(|problem| file.starts_with(&problem.file)), "{name}: {report:?}");
        let after: Vec<_> =
            files(scratch.path()).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
        assert!(before == after, "{name}: verify changed the files");
    }
}

#[tokio::test]
async fn an_export_moves_everything_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = fill(&dir.path().join("a"), 1).await;
    let pretty = b"{\n \"a\": [1.50, null],\n\t\"b\": \"x\\ny\"\n}".to_vec();
    let put = vec![(key("case/pretty"), pretty), (key("case/null"), b"null".to_vec())];
    commit(&store, Batch { put, ..Batch::default() }).await;
    let blob = store.put_blob(vec![0, 255, 10, 13]).await.unwrap();
    let mut file = Vec::new();
    let sent = export(&store, &mut file).await.unwrap();
    let expected = rows(&store).await;
    store.close().await.unwrap();
    assert_eq!((sent.rows, sent.blobs), (expected.len() as u64, 1));

    let target = dir.path().join("b");
    let (empty, _) = Store::open(Options::new(&target)).await.unwrap();
    empty.close().await.unwrap();
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    let mut flipped = file.clone();
    flipped[file.len() / 2] ^= 1;
    for broken in [
        b"".to_vec(),
        file[..file.len() / 2].to_vec(),
        lines[..lines.len() - 1].concat(),
        lines[1..].concat(),
        [lines[0], lines[0]].concat(),
        [lines[..5].concat(), lines[6..].concat()].concat(),
        [file.as_slice(), b"more\n"].concat(),
        flipped,
    ] {
        let refused = import(&target, broken.as_slice()).await;
        assert!(matches!(refused, Err(StoreError::Import(_) | StoreError::Batch(_))), "{refused:?}");
        assert!(!target.join("journal-0000000001").exists() && !target.join("import.tmp").exists());
    }
    assert_eq!(import(&target, file.as_slice()).await.unwrap(), sent);
    let (store, report) = Store::open(Options::new(&target)).await.unwrap();
    assert_eq!(report.repairs, []);
    let found = rows(&store).await;
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, (_, value)) in &expected {
        let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
        assert_eq!(json(&found[name].1), json(value), "{name}");
    }
    assert_eq!(store.blob(&blob).await.unwrap(), [0, 255, 10, 13]);
    let mut again = Vec::new();
    export(&store, &mut again).await.unwrap();
    assert!(again == file, "a second export is the same to the byte");
    store.close().await.unwrap();
    assert_eq!(verify(&target).unwrap().problems, []);
    let occupied = import(&target, file.as_slice()).await;
    assert!(matches!(occupied, Err(StoreError::Import(_))), "{occupied:?}");
}

#[tokio::test]
async fn a_report_on_a_sound_store_is_silent() {
    let dir = tempfile::tempdir().unwrap();
    let (store, expected) = fill(dir.path(), 0).await;
    store.close().await.unwrap();
    let (store, report) = Store::open(Options::new(dir.path())).await.unwrap();
    let silent = OpenReport { repairs: vec![], clean: true, sequence: 40, rows: expected.len() as u64 };
    assert_eq!(report, silent);
    store.close().await.unwrap();
}
