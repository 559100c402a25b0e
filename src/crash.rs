//! Places where the crash suite kills the process, as a power cut would.
//!
//! `MADOGUCHI_CRASH_AT=name` or `name:3` (the third time) sends SIGKILL to ourselves there. Compiled in only with
//! the feature `crash-points`; a release build passes through for nothing.

/// Dies here if this is the place.
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static AT: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let at = AT.get_or_init(|| {
        let at = std::env::var("MADOGUCHI_CRASH_AT").ok()?;
        match at.split_once(':') {
            Some((name, count)) => Some((name.to_owned(), count.parse().ok()?)),
            None => Some((at, 1)),
        }
    });
    let Some((place, count)) = at else { return };
    if place == name && PASSED.fetch_add(1, Ordering::SeqCst).saturating_add(1) == *count {
        // SIGKILL to ourselves cannot fail, and nothing after it would run.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), nix::sys::signal::Signal::SIGKILL);
    }
}

/// Nothing, in a build without crash points.
#[cfg(not(feature = "crash-points"))]
pub const fn point(_name: &str) {}
