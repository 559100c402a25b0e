//! The clinic of `examples/clinic`: its files hold, and so do its own tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

fn clinic(arguments: &[&str]) -> (Option<i32>, String) {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/clinic/config.toml");
    let output = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .arg("--config")
        .arg(config)
        .args(arguments)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn its_files_have_no_fault() {
    let (code, said) = clinic(&["check", "--offline"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn its_own_tests_hold() {
    let (code, said) = clinic(&["test"]);
    assert_eq!(code, Some(0), "{said}");
}
