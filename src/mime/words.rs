//! Header fields to text: encoded words (RFC 2047), raw 8-bit and raw ISO-2022-JP, mailbox lists (RFC 5322
//! section 3.4) as mailers really write them. Works on the raw bytes of one field; never fails.

use crate::triage::mail::Correspondent;

use super::charset;

/// A field's value on one line, decoded.
pub(super) fn text(raw: &[u8]) -> String {
    bare(raw).unwrap_or_else(|| one_line(&decode_words(&plain(raw))))
}

/// The text of a field of plain ASCII without encoded words, as most are.
fn bare(raw: &[u8]) -> Option<String> {
    let raw = raw.trim_ascii();
    let plain = raw.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    let known = plain || raw.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'));
    if !known || (raw.contains(&b'?') && raw.array_windows().any(|pair| pair == b"=?")) {
        return None;
    }
    if plain {
        return std::str::from_utf8(raw).ok().map(str::to_owned);
    }
    let kept = raw.iter().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    let text = kept.map(|byte| if *byte == b'\t' { b' ' } else { *byte }).collect();
    String::from_utf8(text).ok()
}

/// Every mailbox of a field such as `From`, groups flattened.
pub(super) fn mailboxes(raw: &[u8]) -> Vec<Correspondent> {
    let value = plain(raw);
    split_list(&value).into_iter().filter_map(|entry| mailbox(&entry)).take(MAX_MAILBOXES).collect()
}

/// More recipients than anybody reads.
const MAX_MAILBOXES: usize = 200;

/// The field unfolded, raw bytes decoded, encoded words still in place.
fn plain(raw: &[u8]) -> String {
    let unfolded: Vec<u8> = raw.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)).collect();
    charset::decode(&unfolded, None).0
}

fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.trim().to_owned()
}

/// Decodes encoded words. Neighbours of the same charset are joined as bytes first, because mailers split words
/// inside a character although RFC 2047 section 5 forbids it.
fn decode_words(value: &str) -> String {
    let mut out = String::new();
    let mut held: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    while let Some(at) = rest.find("=?") {
        let (before, candidate) = rest.split_at(at);
        let Some((charset, bytes, after)) = encoded_word(candidate) else {
            flush(&mut held, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = candidate.get(2..).unwrap_or_default();
            continue;
        };
        if !before.trim().is_empty() {
            flush(&mut held, &mut out);
            out.push_str(before);
        } else if held.is_none() {
            out.push_str(before);
        }
        match &mut held {
            Some((same, buffer)) if *same == charset => buffer.extend(bytes),
            _ => {
                flush(&mut held, &mut out);
                held = Some((charset, bytes));
            }
        }
        rest = after;
    }
    flush(&mut held, &mut out);
    out.push_str(rest);
    out
}

fn flush(held: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((label, bytes)) = held.take() {
        out.push_str(&charset::decode(&bytes, Some(&label)).0);
    }
}

/// `=?charset*lang?B?…?=` at the start of `text`: charset in lower case, bytes, what follows.
fn encoded_word(text: &str) -> Option<(String, Vec<u8>, &str)> {
    let body = text.strip_prefix("=?")?;
    let (label, body) = body.split_once('?')?;
    let (encoding, body) = body.split_once('?')?;
    let (payload, after) = body.split_once("?=")?;
    if label.is_empty() || label.len() > 40 || label.contains(' ') {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => charset::base64(payload.as_bytes()),
        "Q" | "q" => charset::quoted_printable(payload.as_bytes(), true),
        _ => return None,
    };
    let label = label.split('*').next().unwrap_or(label).to_ascii_lowercase();
    Some((label, bytes, after))
}

/// Splits at commas and semicolons outside quotes, comments and angle brackets; drops `group:` names.
fn split_list(value: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut current = String::new();
    let (mut quoted, mut angle, mut depth) = (false, false, 0_usize);
    let mut escaped = false;
    for c in value.chars() {
        if escaped {
            current.push(c);
            escaped = false;
            continue;
        }
        match c {
            '\\' if quoted || depth > 0 => {
                current.push(c);
                escaped = true;
                continue;
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            '<' if !quoted && depth == 0 => angle = true,
            '>' if !quoted && depth == 0 => angle = false,
            ',' | ';' if !quoted && !angle && depth == 0 => {
                entries.push(std::mem::take(&mut current));
                continue;
            }
            ':' if !quoted && !angle && depth == 0 && !current.contains('@') => {
                current.clear();
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    entries.push(current);
    entries
}

/// `Name <address>`, `address (Name)` or a bare address. A name without an address is kept: it is evidence too.
fn mailbox(entry: &str) -> Option<Correspondent> {
    let entry = entry.trim();
    if entry.is_empty() {
        return None;
    }
    if let Some((name, rest)) = entry.rsplit_once('<') {
        let address = rest.split('>').next().unwrap_or(rest);
        return Some(Correspondent { name: display_name(name), address: addr_spec(address) });
    }
    if let Some((address, comment)) = entry.split_once('(') {
        let comment = comment.rsplit_once(')').map_or(comment, |(inside, _)| inside);
        return Some(Correspondent { name: display_name(comment), address: addr_spec(address) });
    }
    if entry.contains('@') {
        return Some(Correspondent { name: String::new(), address: addr_spec(entry) });
    }
    Some(Correspondent { name: display_name(entry), address: String::new() })
}

fn display_name(raw: &str) -> String {
    let raw = raw.trim();
    let inner = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')).unwrap_or(raw);
    let mut unescaped = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        unescaped.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    one_line(&decode_words(&unescaped))
}

/// The address as written, without route, blanks, or the quotes that carriers' dotted local parts need.
fn addr_spec(raw: &str) -> String {
    let raw = raw.trim();
    let raw =
        raw.rsplit_once(':').map_or(raw, |(route, rest)| if route.starts_with('@') { rest } else { raw });
    match raw.rsplit_once('@') {
        Some((local, domain)) => {
            let bare = local.trim().trim_matches('"');
            format!("{}@{}", bare, domain.trim())
        }
        None => raw.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_before_they_are_decoded() {
        for (raw, expected) in [
            ("=?UTF-8?B?5LqI57SE?=", "予約"),
            ("=?UTF-8?B?5LqI5w==?=\r\n =?UTF-8?B?tIQ=?=", "予約"),
            ("=?utf-8?Q?a_b=E4=BA=88?= c", "a b予 c"),
            ("Re: =?ISO-2022-JP?B?GyRCJGQbKEI=?= =?iso-2022-jp?B?GyRCJF4bKEI=?=", "Re: やま"),
            ("=?broken", "=?broken"),
            ("=?x?Z?abc?=", "=?x?Z?abc?="),
            ("\x1b$B$d$^\x1b(B", "やま"),
            ("予約", "予約"),
        ] {
            assert_eq!(text(raw.as_bytes()), expected, "{raw:?}");
        }
    }

    #[test]
    fn mailboxes_as_mailers_write_them() {
        for (raw, expected) in [
            ("foo..bar.@docomo.ne.jp", vec![("", "foo..bar.@docomo.ne.jp")]),
            ("\"foo..bar.\"@docomo.ne.jp", vec![("", "foo..bar.@docomo.ne.jp")]),
            ("=?UTF-8?B?5LqI57SE?= <a@b.example>", vec![("予約", "a@b.example")]),
            (
                "\"Suzuki, Taro\" <a@b.example>, c@d.example",
                vec![("Suzuki, Taro", "a@b.example"), ("", "c@d.example")],
            ),
            ("a@b.example (Taro)", vec![("Taro", "a@b.example")]),
            ("undisclosed-recipients:;", vec![]),
            ("staff: a@b.example, c@d.example;", vec![("", "a@b.example"), ("", "c@d.example")]),
            ("佐藤 <a@b.example>", vec![("佐藤", "a@b.example")]),
        ] {
            let found: Vec<_> = mailboxes(raw.as_bytes()).into_iter().map(|c| (c.name, c.address)).collect();
            let found: Vec<_> = found.iter().map(|(n, a)| (n.as_str(), a.as_str())).collect();
            assert_eq!(found, expected, "{raw:?}");
        }
    }
}
