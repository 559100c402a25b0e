//! Workflows end to end: the real program, a real Dovecot, a real or scripted SMTP server, a second IMAP client.
//!
//! One story, one behaviour. Time is told by `--at`; nothing waits for a clock.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a missing mail fails the test"
)]

#[path = "../support/mod.rs"]
mod support;

mod acknowledge;
mod answer;
mod approval;
mod backlog;
mod calls;
mod complaint;
mod delegation;
mod delivery;
mod figures;
mod hands;
mod interleave;
mod many;
mod night;
mod operator;
mod people;
mod queues;
mod servers;
mod service;
mod shop;
mod signin;
mod together;
mod trouble;
