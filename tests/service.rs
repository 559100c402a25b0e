//! The unit file: the lines that the daemon's promises rest on, and what systemd itself says about it.
//!
//! The rows need no systemd. Where `systemd-analyze` is installed it reads the file too; nothing is installed or
//! started.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoguchi::exit::Exit;

fn unit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib/madoguchi.service")
}

/// `Section.Key` to its values, in order.
fn settings() -> BTreeMap<String, Vec<String>> {
    let mut section = String::new();
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in std::fs::read_to_string(unit()).unwrap().lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            settings.entry(format!("{section}.{key}")).or_default().push(value.to_owned());
        }
    }
    settings
}

#[test]
fn the_promises_stand_in_the_unit() {
    let settings = settings();
    for (key, expected) in [
        ("Service.Type", "notify"),
        ("Service.NotifyAccess", "main"),
        ("Service.ExecStart", "/usr/bin/madoguchi run --config /etc/madoguchi/config.toml"),
        ("Service.ExecReload", "/bin/kill -HUP $MAINPID"),
        ("Service.WatchdogSec", "2min"),
        ("Service.Restart", "on-failure"),
        ("Unit.StartLimitIntervalSec", "0"),
        // Longer than the ten minutes a server may take to answer the final dot.
        ("Service.TimeoutStopSec", "11min"),
        ("Service.StateDirectory", "madoguchi"),
        ("Service.RuntimeDirectory", "madoguchi"),
        ("Service.UMask", "0077"),
        ("Service.LimitCORE", "0"),
        ("Service.CapabilityBoundingSet", ""),
        ("Service.AmbientCapabilities", ""),
        ("Service.NoNewPrivileges", "yes"),
        ("Service.PrivateUsers", "yes"),
        ("Service.ProtectSystem", "strict"),
        ("Service.ProtectHome", "yes"),
        ("Service.PrivateTmp", "yes"),
        ("Service.PrivateDevices", "yes"),
        ("Service.ProtectKernelTunables", "yes"),
        ("Service.ProtectKernelModules", "yes"),
        ("Service.ProtectKernelLogs", "yes"),
        ("Service.ProtectControlGroups", "yes"),
        ("Service.ProtectClock", "yes"),
        ("Service.ProtectHostname", "yes"),
        ("Service.ProtectProc", "invisible"),
        ("Service.ProcSubset", "pid"),
        ("Service.RestrictNamespaces", "yes"),
        ("Service.RestrictRealtime", "yes"),
        ("Service.RestrictSUIDSGID", "yes"),
        ("Service.LockPersonality", "yes"),
        ("Service.MemoryDenyWriteExecute", "yes"),
        ("Service.RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("Service.SystemCallArchitectures", "native"),
        ("Service.SystemCallFilter", "@system-service"),
        ("Install.WantedBy", "multi-user.target"),
    ] {
        let found = settings.get(key).and_then(|values| values.first());
        assert_eq!(found.map(String::as_str), Some(expected), "{key}");
    }
}

/// What only a person can mend must not be tried again every half minute.
#[test]
fn faults_in_files_do_not_restart() {
    let expected = [Exit::Usage, Exit::Config].map(|exit| exit.code().to_string()).join(" ");
    assert_eq!(settings().get("Service.RestartPreventExitStatus"), Some(&vec![expected]));
}

#[test]
fn the_user_is_the_one_that_sysusers_makes() {
    let sysusers = unit().with_file_name("madoguchi.sysusers");
    let lines = std::fs::read_to_string(sysusers).unwrap();
    let name = lines.lines().find_map(|line| line.strip_prefix("u ")).and_then(|rest| rest.split(' ').next());
    let settings = settings();
    assert_eq!(name, settings.get("Service.User").and_then(|values| values.first()).map(String::as_str));
}

/// What `systemd-analyze` prints; `None` where it is not installed.
fn analyze(words: &[&str]) -> Option<String> {
    let output = Command::new("systemd-analyze").args(words).arg(unit()).output().ok()?;
    Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn systemd_finds_no_unknown_or_wrong_line() {
    let Some(said) = analyze(&["verify", "--man=no"]) else { return };
    for line in said.lines().filter(|line| line.contains("madoguchi.service")) {
        // The program is installed later, and other units of this machine are not our business.
        assert!(line.contains("is not executable"), "{line}");
    }
}

#[test]
fn the_exposure_stays_low() {
    let Some(said) = analyze(&["security", "--offline=true", "--no-pager"]) else { return };
    // An older systemd-analyze knows no --offline and prints no score.
    let Some(line) = said.lines().find(|line| line.contains("Overall exposure level")) else { return };
    let score: f32 = line.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    assert!(score <= 1.5, "{line}");
}
