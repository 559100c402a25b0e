//! The core: reads a letter, decides about a case. Synchronous, without I/O, clock, randomness or serde.
//!
//! Arrows point inward: everything may import `triage`; `triage` imports std, regex-like crates, jiff and
//! itself. `tests/tidy.rs` keeps it so.

pub mod classify;
pub mod command;
pub mod draft;
pub mod fields;
pub mod fold;
pub mod form;
pub mod id;
pub mod mail;
pub mod policy;
pub mod read;
pub mod rulebook;
pub mod thread;
pub mod verdict;
pub mod when;
