//! Rows: which keys lead to a customer; and an erasure that is interrupted, on a real store.

use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::*;
use crate::clock::Clock;
use crate::desk::Extra;
use crate::live::Live;
use crate::store::{Options, Store};

fn customer(number: &str) -> CustomerId {
    CustomerId::parse(number).unwrap()
}

#[test]
fn a_number_is_told_by_its_place_in_a_key() {
    for (key, number, expected) in [
        ("customer-by/phone/09012345678/K-1", "K-1", true),
        ("customer-by/phone/09012345678/K-1", "09012345678", false),
        ("customer-by/phone/09012345678/09012345678", "09012345678", true),
        ("customer-by/mail/taro@example.com/K-1", "taro@example.com", false),
        ("customer-by/mail/a/b@example.com/K-1", "a", false),
        ("customer-by/name/山田/K-1", "山田", false),
        ("customer-by/name/山田/K-1", "name", false),
        ("duplicate/K-1/K-2/same-phone", "K-1", true),
        ("duplicate/K-1/K-2/same-phone", "K-2", true),
        ("duplicate/K-1/K-2/same-phone", "same-phone", false),
        ("duplicate/K-1/K-2/same-phone", "duplicate", false),
    ] {
        assert_eq!(leads_to(key, &customer(number)), expected, "{key} {number}");
    }
}

/// Every file below a folder that holds a text.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                return holding(&path, text);
            }
            let bytes = std::fs::read(&path).unwrap();
            let holds = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            if holds { vec![path] } else { Vec::new() }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_interrupted_is_finished_when_asked_for_again() {
    let dir = tempfile::tempdir().unwrap();
    let live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
    let (store, _) = Store::open(Options::new(dir.path())).await.unwrap();
    let (planned, _rows) = mpsc::unbounded_channel();
    let desk = Desk::new(store, live, Clock::system(), planned);
    let id = customer("K-1");
    let put = vec![
        (keys::customer(&id).unwrap(), b"\"SECRET\"".to_vec()),
        (Key::new("customer-by/phone/0312345678/K-1").unwrap(), keys::NOTHING.to_vec()),
    ];
    desk.write(Extra { put, ..Extra::default() }).await.unwrap();

    // The process ends between the commit and the new generations.
    let hash = hash_of(&id);
    assert_eq!(desk.take_out(&id, &hash, "test").await.unwrap(), Some(2));
    assert!(!holding(dir.path(), "SECRET").is_empty(), "the journal still holds it");
    let finished = desk.erase_customer(&id, "test").await.unwrap();
    assert_eq!(finished, Some(Erased { rows: 2, hash }), "as if nothing had come between");
    assert_eq!(desk.erase_customer(&id, "test").await.unwrap(), None, "once");
    desk.store().close().await.unwrap();
    drop(desk);
    assert_eq!(holding(dir.path(), "SECRET"), Vec::<PathBuf>::new());
    assert_eq!(holding(dir.path(), "0312345678"), Vec::<PathBuf>::new());
}
