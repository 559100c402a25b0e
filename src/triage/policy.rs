//! What the desk is and how it works: plain values made from the config, handed to `decide` and `read`.
//!
//! Everything here is already checked; nothing here reads a file.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::id::Address;

/// Who we are, as far as reading a mail must know: own names are never the customer's.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The name customers know: `JITANBODY整体院`.
    pub name: String,
    /// The zone in which dates are meant and shifts are counted.
    pub zone: TimeZone,
    /// Addresses of ours, form robots and shared mailboxes included.
    pub addresses: Vec<Address>,
    /// Domains of ours, in lower case.
    pub domains: Vec<String>,
    /// Telephone numbers of ours: digits with leading 0, or `+…`.
    pub phones: Vec<String>,
    /// Shops or branches.
    pub shops: Vec<String>,
    /// Products.
    pub products: Vec<String>,
    /// Opening time: 「朝一」 means this.
    pub opening: Time,
}

impl Desk {
    /// Whether an address is one of ours (listed, or in one of our domains).
    pub fn owns(&self, address: &Address) -> bool {
        self.addresses.contains(address) || self.domains.iter().any(|domain| domain == address.domain())
    }
}
