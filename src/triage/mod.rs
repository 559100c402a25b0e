//! The core: reads a letter, decides about a case. Synchronous, without I/O, clock, randomness or serde.
//!
//! Arrows point inward: everything may import `triage`; `triage` imports std, regex-like crates, jiff and
//! itself. `tests/tidy.rs` keeps it so.

pub mod acknowledge;
pub mod alert;
pub mod allowance;
pub mod approval;
pub mod belonging;
pub mod calendar;
pub mod case;
mod chat;
pub mod classify;
pub mod command;
pub mod complaint;
pub mod decide;
pub mod directory;
pub mod dossier;
pub mod draft;
pub mod effect;
pub mod event;
pub mod fields;
pub mod figures;
mod finder;
pub mod fold;
pub mod form;
pub mod hand;
pub mod handling;
pub mod hygiene;
pub mod id;
pub mod label;
pub mod level;
pub mod machine;
pub mod mail;
pub mod needs;
pub mod night;
pub mod notice;
pub mod offer;
pub mod people;
pub mod phoned;
pub mod placement;
pub mod plea;
pub mod policy;
pub mod proposal;
pub mod queue;
pub mod read;
pub mod rulebook;
pub mod thread;
pub mod topics;
pub mod verdict;
pub mod when;
pub mod words;
