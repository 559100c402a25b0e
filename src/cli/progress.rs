//! A bar for the person at the terminal, on stderr; nothing where stderr is no terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// How far a long command is.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar of so many bytes; without them, a count of mails.
    pub(super) fn new(bytes: Option<u64>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let (bar, template) = match bytes {
            Some(bytes) => (ProgressBar::new(bytes), "{wide_bar} {percent:>3}% {msg} {eta}"),
            None => (ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So many bytes more, and how many mails in all.
    pub(super) fn advance(&self, bytes: u64, mails: usize) {
        self.0.inc(bytes);
        self.0.set_message(format!("{mails} mails"));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
