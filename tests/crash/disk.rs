//! The disk fills up while the program works, and has room again.

use std::path::Path;
use std::process::Command;

use crate::audit::{Books, audit};
use crate::town::{Fate, Town};
use crate::{APPROVED, mails_to};

/// A small disk that can be filled; unmounted at the end.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn at(path: &'a Path) -> Option<Self> {
        std::fs::create_dir_all(path).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs"])
            .arg(path)
            .output();
        mount.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }

    fn fill(&self) {
        std::fs::write(self.0.join("ballast"), vec![1; 20 << 20]).unwrap();
    }

    fn clear(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_everything_and_loses_nothing() {
    let mut town = Town::with_sink().await;
    let store = town.office.dir.path().join("state");
    let Some(disk) = SmallDisk::at(&store) else {
        println!("left out: this system lets us mount no small disk");
        return;
    };
    for fate in [APPROVED, APPROVED, Fate::Edited] {
        town.customer(fate);
    }
    town.work();
    // New mails and the agents' answers are there, one mail is between decision and sending, and the disk fills up.
    town.agents_answer(false, 2);
    assert!(town.run(Some("post.intent")).killed());
    town.agents_answer(false, usize::MAX);
    for fate in [APPROVED, Fate::Called] {
        town.customer(fate);
    }
    let heard = |town: &Town| -> Vec<usize> {
        town.customers.iter().map(|customer| mails_to(town, &customer.address)).collect()
    };
    let before = (Books::read(&town).cases, heard(&town));
    disk.fill();
    let mut daemon = town.daemon();
    daemon.wait_for("Cannot watch the mailbox");
    assert!(daemon.log.contains("no room") || daemon.log.contains("full"), "{}", daemon.log);
    let meanwhile = (Books::read(&town).cases, heard(&town));
    assert_eq!(meanwhile, before, "something happened that could not be written down");
    disk.clear();
    daemon.wait_for("Took in new mail");
    daemon.signal(nix::sys::signal::Signal::SIGKILL);
    daemon.wait();
    town.kills += 1;
    town.later(5);
    town.calm_down();
    audit(&town).await;
    println!("the disk was full for a while; {} customers", town.customers.len());
}
