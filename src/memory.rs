//! How the C library keeps memory: told once, before anything is done with it.
//!
//! glibc keeps an arena for nearly every thread, and after the first large buffer that comes back it hands back none for
//! good. Of what a backlog took, more than a third was such leftovers. It listens to the environment only, which it reads
//! before a program's first line, so the daemon begins a second time in its own process: same number, same arguments.
//! Whoever has set one of these variables is not overruled. Where it cannot begin again it goes on with more memory.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::os::unix::process::CommandExt;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::{env, process::Command};

/// Variables of glibc (mallopt(3)) and their values, in bytes where it is not a number of arenas.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEEP_LITTLE: [(&str, &str); 3] = [
    // With one, threads would wait for each other.
    ("MALLOC_ARENA_MAX", "2"),
    // Fixed, so that they do not grow with what has been seen. With 64 KiB a backlog took a sixth more processor time and
    // no less memory.
    ("MALLOC_MMAP_THRESHOLD_", "524288"),
    ("MALLOC_TRIM_THRESHOLD_", "524288"),
];

/// Begins again with an allocator that keeps little, unless this is that second beginning. To be called while the
/// process has one thread and has opened nothing.
pub(crate) fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        if KEEP_LITTLE.iter().any(|(name, _)| env::var_os(name).is_some()) {
            return;
        }
        let Ok(program) = env::current_exe() else { return };
        let mut arguments = env::args_os();
        let mut again = Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        // Comes back only where it failed.
        let _ = again.args(arguments).envs(KEEP_LITTLE).exec();
    }
}
