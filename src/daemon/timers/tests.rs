//! What one failure may keep from happening, which is nothing else; and when the watchdog is fed.

use std::fs::File;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::date;
use tokio::sync::mpsc;

use super::{Turn, clocks, feed, reports};
use crate::clock::Clock;
use crate::days;
use crate::desk::{Desk, Extra, keys};
use crate::live::Live;
use crate::notify::Notify;
use crate::outbox::row::ReportPhase;
use crate::record::{self, Posting};
use crate::store::{Disk, Options, RealDisk, Store};
use crate::triage::id::{Address, CaseId, MessageId};

/// A disk that can be told to fail.
#[derive(Default)]
struct Breakable(AtomicBool);

impl Disk for Breakable {
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        RealDisk.append(file, bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.0.load(Ordering::SeqCst) { Err(io::Error::other("broken")) } else { RealDisk.sync(file) }
    }

    fn free(&self, dir: &Path) -> io::Result<u64> {
        RealDisk.free(dir)
    }
}

/// A desk on a quarter to seven of 27 August.
async fn desk(dir: &Path, disk: Arc<dyn Disk>) -> Desk {
    let mut live = Live::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap();
    // Nobody listens there.
    (live.config.smtp.port, live.config.day.enabled) = (1, true);
    let options = Options { disk, ..Options::new(dir.join("store")) };
    let (store, _) = Store::open(options).await.unwrap();
    let (planned, _rows) = mpsc::unbounded_channel();
    Desk::new(store, live, Clock::starting_at("2026-08-27T09:45:00Z".parse().unwrap()), planned)
}

async fn put(desk: &Desk, key: crate::store::Key, value: &[u8]) {
    desk.write(Extra { put: vec![(key, value.to_vec())], ..Extra::default() }).await.unwrap();
}

/// The service manager's end, which only listens, and ours.
fn manager(dir: &Path) -> (UnixDatagram, Notify) {
    let socket = UnixDatagram::bind(dir.join("notify")).unwrap();
    socket.set_nonblocking(true).unwrap();
    let notify = Notify::new(Some(dir.join("notify").into_os_string()), Some("30000000"), None);
    (socket, notify)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_feeds_the_watchdog_and_a_broken_store_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(Breakable::default());
    let desk = desk(dir.path(), disk.clone()).await;
    let (socket, notify) = manager(dir.path());
    let heard = || {
        let mut buffer = [0; 64];
        socket.recv(&mut buffer).map(|length| buffer[..length].to_vec()).ok()
    };
    let id = CaseId::parse("7K3M9Q2WXA").unwrap();
    put(&desk, keys::case(&id).unwrap(), b"{}").await;
    put(&desk, keys::level(desk.now(), &id).unwrap(), keys::NOTHING).await;
    let mut turn = Turn::default();
    clocks(&desk, &mut turn).await;
    assert!(turn.failed.is_none(), "a case that cannot be read keeps nobody from the others");
    feed(&desk, &notify, &turn);
    assert_eq!(heard(), Some(b"WATCHDOG=1\n".to_vec()), "the loop has come round");

    disk.0.store(true, Ordering::SeqCst);
    let broken = Extra { put: vec![(keys::refused().unwrap(), keys::NOTHING.to_vec())], ..Extra::default() };
    assert!(desk.write(broken).await.is_err());
    feed(&desk, &notify, &turn);
    assert_eq!(heard(), None, "only a new start helps");
    let _ = desk.store().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_goes_out_although_other_reports_cannot_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path(), Arc::new(RealDisk)).await;
    let smtp = super::super::sender(&desk.live().config).unwrap();
    let name = MessageId::parse("day.2026-08-26.day.sato.agents.example@jitanbody.example").unwrap();
    let waits = Posting {
        date: date(2026, 8, 26),
        to: Address::parse("sato@agents.example").unwrap(),
        name: name.clone(),
        blob: desk.store().put_blob(b"Subject: a day\r\n\r\n".to_vec()).await.unwrap().as_str().to_owned(),
        at: desk.now(),
        attempts: 0,
        not_before: desk.now(),
        phase: ReportPhase::Planned,
    };
    put(&desk, keys::posting(&name).unwrap(), &record::posting_to_json(&waits)).await;
    // No night report can be looked at, and one case of the day cannot be read.
    let id = CaseId::parse("7K3M9Q2WXA").unwrap();
    put(&desk, keys::report(date(2026, 8, 26), "night").unwrap(), b"{}").await;
    put(&desk, keys::case(&id).unwrap(), b"{}").await;
    put(&desk, keys::worked(date(2026, 8, 27), &id).unwrap(), keys::NOTHING).await;
    put(&desk, keys::work_indexed().unwrap(), keys::NOTHING).await;
    let mut turn = Turn::default();
    reports(&desk, &smtp, date(2026, 8, 26), &mut turn).await;
    assert!(turn.failed.is_some());
    // Its server is not there, but it was tried: under the name that an earlier version gave it.
    let left = days::waiting(&desk).await.unwrap();
    let sum = MessageId::parse("day.sum.2026-08-27.day.tanaka=agents.example@jitanbody.example").unwrap();
    assert_eq!(
        left.iter().map(|one| (&one.name, one.attempts)).collect::<Vec<_>>(),
        [(&name, 1), (&sum, 1)],
        "what was made before, and the sum of the day without the case"
    );
    desk.store().close().await.unwrap();
}
