//! The core: reads a letter, decides about a case. Synchronous, without I/O, clock, randomness or serde.
//!
//! Arrows point inward: everything may import `triage`; `triage` imports std, regex-like crates, jiff and
//! itself. `tests/tidy.rs` keeps it so.

pub mod command;
pub mod draft;
pub mod fold;
pub mod id;
pub mod mail;
pub mod policy;
pub mod verdict;
pub mod when;
