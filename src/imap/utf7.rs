//! Modified UTF-7, the spelling of mailbox names on the wire (RFC 3501 section 5.1.3).
//!
//! Both directions are total: nothing here fails or panics. A name that is not valid modified UTF-7 is shown as it
//! stands, which is what a server with raw UTF-8 names needs as well.

use data_encoding::{Encoding, Specification};
use std::sync::LazyLock;

/// Base64 with `,` instead of `/` and without padding. Trailing bits are not checked: some servers get them wrong.
static BASE64: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,");
    spec.check_trailing_bits = false;
    spec.encoding().ok()
});

/// The spelling of a name on the wire: ASCII only.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut foreign = String::new();
    for c in name.chars() {
        if c.is_ascii_graphic() || c == ' ' {
            flush(&mut out, &mut foreign);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            foreign.push(c);
        }
    }
    flush(&mut out, &mut foreign);
    out
}

fn flush(out: &mut String, foreign: &mut String) {
    if foreign.is_empty() {
        return;
    }
    let utf16: Vec<u8> = foreign.encode_utf16().flat_map(u16::to_be_bytes).collect();
    out.push('&');
    if let Some(base64) = BASE64.as_ref() {
        out.push_str(&base64.encode(&utf16));
    }
    out.push('-');
    foreign.clear();
}

/// The name behind a spelling; the spelling itself where it is not valid.
pub fn decode(wire: &str) -> String {
    try_decode(wire).unwrap_or_else(|| wire.to_owned())
}

fn try_decode(wire: &str) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((plain, tail)) = rest.split_once('&') {
        out.push_str(plain);
        let (shifted, tail) = tail.split_once('-')?;
        rest = tail;
        if shifted.is_empty() {
            out.push('&');
            continue;
        }
        let bytes = BASE64.as_ref()?.decode(shifted.as_bytes()).ok()?;
        if bytes.len() % 2 != 0 {
            return None;
        }
        let units = bytes.chunks_exact(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        });
        for unit in char::decode_utf16(units) {
            out.push(unit.ok()?);
        }
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_spelled_as_the_rfc_spells_them() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("A & B", "A &- B"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("返信待ち", "&j9RP4V+FMGE-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("😀", "&2D3eAA-"),
            ("", ""),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire), name);
        }
    }

    #[test]
    fn what_is_not_modified_utf7_is_shown_as_it_stands() {
        for wire in ["&", "&abc", "&2D0-", "&AA-", "&!!-", "返信", "a&b-&-"] {
            let _shown = decode(wire);
        }
        assert_eq!(decode("&2D0-"), "&2D0-");
        assert_eq!(decode("返信"), "返信");
    }

    proptest! {
        #[test]
        fn any_name_comes_back(name in "\\PC*|.*") {
            let wire = encode(&name);
            prop_assert!(wire.is_ascii());
            prop_assert_eq!(decode(&wire), name);
        }

        #[test]
        fn any_spelling_is_survived(wire in ".*") {
            let _name = decode(&wire);
        }
    }
}
