//! The supervisor's workshop: rules are tried on tests and on real mail before they come into force.
//!
//! | file | what it owns |
//! |---|---|
//! | [`suite`] | test files: `rules/tests/*.toml` to checked tests, every fault at its place |
//! | [`expect`] | what a test may expect, and how that is compared with what came out |
//! | [`trial`] | one test: mail, reading, planned effects, failures |
//! | [`coverage`] | which rules no test reaches |
//! | [`junit`] | the result as JUnit XML |
//!
//! Nothing here touches the store, sets a mark or sends: tests are decided and thrown away, mailboxes are only looked at.

pub mod coverage;
pub mod expect;
pub mod junit;
pub mod suite;
pub mod trial;
