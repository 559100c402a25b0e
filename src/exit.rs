//! Exit codes: what a script, a timer or systemd learns from the number a command ends with.
//!
//! | code | meaning | who can help |
//! |---|---|---|
//! | 0 | done; for a question: yes, or found; for the daemon: asked to stop, stopped cleanly | |
//! | 1 | done, and the answer is no: nothing found, or the examined files have faults | who asked |
//! | 2 | the command line was not understood | who typed |
//! | 3 | config, rules, templates or secrets cannot be used | who edits them |
//! | 4 | a server cannot be reached, or speaks nonsense | the network's operator |
//! | 5 | a server refuses user, password or token, or access was not granted | the mailbox's owner |
//! | 6 | the store is damaged or cannot be written (disk full, wrong owner) | the machine's operator |
//! | 7 | another process holds the store, or the daemon runs already | wait, or ask the daemon |
//! | 8 | anything else failed; the message on stderr says what | read it |
//! | 101 | a panic, that is a mistake in the program | report it |
//! | 130 | interrupted before the work was done; what was committed stays | run it again |
//!
//! The numbers are an interface: one is never given another meaning, and new ones are added below 100. A command
//! that meets several of these ends with the one that keeps it from its purpose. Nothing here ends the process;
//! `main` does that.

use std::process::ExitCode;

/// How a command ends; see the table above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// 0: done, or the answer is yes.
    Ok,
    /// 1: done, and the answer is no.
    No,
    /// 2: the command line was not understood. clap ends with this by itself.
    Usage,
    /// 3: config, rules, templates or secrets cannot be used. Starting again does not help.
    Config,
    /// 4: a server cannot be reached or does not keep to its protocol.
    Unreachable,
    /// 5: a server refuses user, password or token, or there is no access token because a person has to act.
    SignIn,
    /// 6: the store is damaged or cannot be written.
    Store,
    /// 7: another process holds the store, or the daemon runs already.
    Busy,
    /// 8: anything else failed.
    Failed,
    /// 130: interrupted before the work was done (128 + SIGINT, as shells count).
    Interrupted,
}

impl Exit {
    /// All of them, by number.
    pub const ALL: [Self; 10] = [
        Self::Ok,
        Self::No,
        Self::Usage,
        Self::Config,
        Self::Unreachable,
        Self::SignIn,
        Self::Store,
        Self::Busy,
        Self::Failed,
        Self::Interrupted,
    ];

    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::Unreachable => 4,
            Self::SignIn => 5,
            Self::Store => 6,
            Self::Busy => 7,
            Self::Failed => 8,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scripts and the unit file rely on these: a number once given stays.
    #[test]
    fn numbers_are_an_interface() {
        let numbers: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
    }

    #[test]
    fn the_table_above_names_every_number() {
        let source = include_str!("exit.rs");
        for exit in Exit::ALL {
            let row = format!("//! | {} |", exit.code());
            assert!(source.lines().any(|line| line.starts_with(&row)), "no row for {exit:?}");
        }
    }
}
