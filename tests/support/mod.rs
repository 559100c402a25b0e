//! Helpers shared by the test binaries. Each binary uses some of them.
#![allow(dead_code, reason = "every test binary uses a part of the helpers")]
#![allow(unreachable_pub, reason = "`pub` here means: for the test binaries")]

pub mod dovecot;
