//! Helpers shared by the test binaries. Each binary uses some of them.
#![allow(dead_code, reason = "every test binary uses a part of the helpers")]
#![allow(unreachable_pub, reason = "`pub` here means: for the test binaries")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that cannot go on fails the test")]
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a helper that cannot go on fails the test"
)]

pub mod cyrus;
pub mod dialogue;
pub mod dkim;
pub mod dovecot;
pub mod gmail;
pub mod oauth;
pub mod office;
pub mod pace;
pub mod person;
pub mod postfix;
pub mod proxy;
pub mod server;
pub mod smtp_sink;
pub mod story;
pub mod strange;
