//! The supervisor's workshop: rules are tried on tests and on real mail before they come into force.
//!
//! | file | what it owns |
//! |---|---|
//! | [`suite`] | test files: `rules/tests/*.toml` to checked tests, every fault at its place |
//! | [`expect`] | what a test may expect, and how that is compared with what came out |
//! | [`trial`] | one test: mail, reading, planned effects, failures |
//! | [`coverage`] | which rules no test reaches |
//! | [`junit`] | the result as JUnit XML |
//! | [`mbox`], [`archive`] | mails out of files and folders |
//! | [`remote`] | mails out of a mailbox, looked at and left alone |
//! | [`tags`] | marks, keywords and labels that mails carry |
//! | [`decided`] | a reading reduced to what two sets of rules can be compared by |
//! | [`answers`] | what people sent, and which template it resembles |
//! | [`bench`] | mails read by two sets of rules, on every core |
//! | [`compare`] | old against new, and both against what people did |
//!
//! Nothing here touches the store, sets a mark or sends: tests are decided and thrown away, mailboxes are only looked at.

pub mod answers;
pub mod archive;
pub mod bench;
pub mod compare;
pub mod coverage;
pub mod decided;
pub mod expect;
pub mod junit;
pub mod mbox;
pub mod remote;
pub mod suite;
pub mod tags;
pub mod trial;
