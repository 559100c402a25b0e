//! The desk a folder is read for: from its `own.json`, or a plain one in Tokyo.

use std::error::Error;
use std::path::Path;

use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use madoguchi::triage::id::Address;
use madoguchi::triage::policy::Desk;
use madoguchi::triage::rulebook::Rulebook;
use serde_json::Value;

/// Everything a reading needs besides the mail.
pub(crate) struct Bench<'a> {
    pub(crate) desk: Desk,
    pub(crate) rules: &'a Rulebook,
}

impl<'a> Bench<'a> {
    /// The desk of a folder.
    pub(crate) fn of(folder: &Path, rules: &'a Rulebook) -> Result<Self, Box<dyn Error>> {
        let path = folder.join("own.json");
        let own: Value = if path.is_file() {
            serde_json::from_str(&std::fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?
        } else {
            Value::Null
        };
        Ok(Self { desk: desk(&own)?, rules })
    }
}

fn desk(own: &Value) -> Result<Desk, Box<dyn Error>> {
    let list = |key: &str| -> Vec<String> {
        let values = own.get(key).and_then(Value::as_array);
        values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let word = |key: &str| own.get(key).and_then(Value::as_str);
    let mut addresses = list("own_addresses");
    addresses.extend(word("mailbox").map(str::to_owned).filter(|address| !addresses.contains(address)));
    Ok(Desk {
        // A labelled desk has no name of its own.
        name: String::new(),
        zone: TimeZone::get(word("timezone").unwrap_or("Asia/Tokyo"))?,
        addresses: addresses.iter().filter_map(|address| Address::parse(address)).collect(),
        domains: list("own_domains"),
        phones: list("own_phones").into(),
        shops: list("shops"),
        products: list("products"),
        opening: match word("opening") {
            Some(opening) => opening.parse::<Time>()?,
            None => time(9, 0, 0, 0),
        },
    })
}
