//! A customer as the directory keeps it.

use serde::{Deserialize, Serialize};

use super::leaf::{Text, Version, mirror};
use super::{Record, RecordError};
use crate::triage::directory::{self, CustomerId, Tier};
use crate::triage::id::Address;

mirror!(TierForm = Tier { Standard, Premium });

/// Writes a customer down.
pub fn customer_to_json(customer: &directory::Record) -> Vec<u8> {
    let directory::Record { id, name, kana, company, phones, mails, tier, linked, products, note } =
        customer.clone();
    super::write(&CustomerForm {
        v: Version,
        id: Text(id),
        name,
        kana,
        company,
        phones,
        mails: mails.into_iter().map(Text).collect(),
        tier: tier.into(),
        linked,
        products,
        note,
    })
}

/// Reads what [`customer_to_json`] wrote.
///
/// # Errors
/// Damaged or foreign bytes, an unknown version, or a field with a wrong value.
pub fn customer_from_json(json: &[u8]) -> Result<directory::Record, RecordError> {
    let form: CustomerForm = super::read(json)?;
    Ok(directory::Record {
        id: form.id.0,
        name: form.name,
        kana: form.kana,
        company: form.company,
        phones: form.phones,
        mails: form.mails.into_iter().map(|Text(mail)| mail).collect(),
        tier: form.tier.into(),
        linked: form.linked,
        products: form.products,
        note: form.note,
    })
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerForm {
    v: Version,
    id: Text<CustomerId>,
    name: String,
    kana: String,
    company: String,
    phones: Vec<String>,
    mails: Vec<Text<Address>>,
    tier: TierForm,
    linked: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    products: Vec<String>,
    note: String,
}

impl Record for CustomerForm {
    const NAME: &'static str = "customer";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let customer = directory::Record {
            id: CustomerId::parse("K-1").unwrap(),
            name: "山田 花子".into(),
            kana: "ヤマダ ハナコ".into(),
            company: "山田工務店".into(),
            phones: vec!["0312345678".into(), "09012345678".into()],
            mails: vec![Address::parse("hanako@example.com").unwrap()],
            tier: Tier::Premium,
            linked: true,
            products: vec!["Pad mini".into()],
            note: "午後に電話".into(),
        };
        assert_eq!(customer_from_json(&customer_to_json(&customer)), Ok(customer));
        for damaged in ["", "{}", "{\"v\":1}"] {
            assert!(customer_from_json(damaged.as_bytes()).is_err());
        }
    }
}
