//! Every folder of `examples` with a config runs as it is: no fault, no warning, and its own tests of the rules hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The samples.
fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut samples: Vec<PathBuf> = folders.filter(|path| path.join("config.toml").is_file()).collect();
    samples.sort();
    assert!(!samples.is_empty(), "where are the samples?");
    samples
}

#[test]
fn every_sample_runs_as_it_is() {
    for sample in samples() {
        for arguments in [["check", "--offline"].as_slice(), &["test"]] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
            command.arg("--config").arg(sample.join("config.toml")).args(arguments);
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let place = format!("{} {arguments:?}:\n{said}{told}", sample.display());
            assert!(output.status.success(), "{place}");
            assert!(!told.contains("warning"), "{place}");
        }
    }
}
