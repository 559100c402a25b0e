//! Rows: who of the customer directory stands in a request, in each language.

use std::collections::BTreeSet;

use crate::desk::customers::Known;
use crate::render::voice::Voice;
use crate::render::wording::registered;
use crate::triage::directory::{CustomerId, Reason, Record, Tier};
use crate::triage::people::Lang;

pub(super) fn hanako() -> Known {
    let record = Record {
        id: CustomerId::parse("K-1001").unwrap(),
        name: "山田 花子".to_owned(),
        kana: String::new(),
        company: "山田工務店".to_owned(),
        phones: vec!["09012345678".to_owned()],
        mails: Vec::new(),
        tier: Tier::Premium,
        linked: false,
        products: vec![],
        note: String::new(),
    };
    Known { record, reasons: BTreeSet::from([Reason::Name, Reason::Phone]) }
}

#[test]
fn registered_and_not_registered_in_each_language() {
    let known = [hanako()];
    for (lang, expected, nobody) in [
        (
            Lang::Ja,
            "登録あり: 山田 花子 様 顧客番号 K-1001・プレミアム・紐付けなし（電話番号が同じ ・ お名前が同じ）",
            "未登録",
        ),
        (
            Lang::En,
            "Registered: 山田 花子, customer number K-1001, premium, not linked (same phone · same name)",
            "Not registered",
        ),
        (
            Lang::Pl,
            "W kartotece: 山田 花子, numer klienta K-1001, klient premium, nie powiązano (ten sam telefon · to samo nazwisko)",
            "Brak w kartotece",
        ),
    ] {
        let voice = Voice::of(lang);
        assert_eq!(registered(voice, Some(&known), 0), [expected]);
        assert_eq!(registered(voice, Some(&[]), 0), [nobody]);
        assert!(registered(voice, None, 0).is_empty());
    }
}
