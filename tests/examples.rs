//! Every sample configuration under `examples/` runs as it is: its files load without a fault, and its own tests hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of `examples/` that hold a config.
fn samples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("config.toml"))
        .filter(|config| config.is_file())
        .collect();
    found.sort();
    assert!(!found.is_empty(), "where are the examples?");
    found
}

fn run(config: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .arg("--config")
        .arg(config)
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {arguments:?}:\n{said}", config.display());
}

#[test]
fn every_sample_loads_without_a_fault() {
    for config in samples() {
        run(&config, &["check", "--offline"]);
    }
}

#[test]
fn the_tests_of_every_sample_hold() {
    for config in samples() {
        run(&config, &["test"]);
    }
}
