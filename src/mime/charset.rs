//! Bytes to text where the label cannot be trusted. Owns the choice of charset and the Japanese encodings'
//! odd corners; never looks at headers or structure.
//!
//! Order of belief: a byte order mark; ISO-2022-JP escapes (they are plain ASCII, so a decoder that tries UTF-8
//! first never sees them); valid multi-byte UTF-8; the label; the best-looking guess.

use encoding_rs::{EUC_JP, Encoding, GBK, SHIFT_JIS, UTF_8, WINDOWS_1252};

/// Text and whether something was lost.
pub(super) type Decoded = (String, bool);

/// Decodes bytes whose label may be missing or wrong. The flag says that some bytes made no sense.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return strict(encoding, bytes).unwrap_or_else(|| lossy(encoding, bytes));
    }
    let high = !bytes.is_ascii();
    if has_escapes(bytes) && (!high || std::str::from_utf8(bytes).is_err()) {
        return iso_2022_jp(bytes);
    }
    let declared = label.and_then(encoding_of);
    if !high && declared.is_none_or(Encoding::is_ascii_compatible) {
        if label.is_some_and(is_utf7) {
            return utf7(bytes);
        }
        return (String::from_utf8_lossy(bytes).into_owned(), false);
    }
    if label.is_some_and(|l| l.to_ascii_lowercase().contains("2022-jp"))
        && std::str::from_utf8(bytes).is_err()
    {
        // cp50220 senders put half-width katakana as single 8-bit bytes between the escapes, or without any.
        let guess = best_guess(bytes, None);
        return if guess.1 { iso_2022_jp(bytes) } else { guess };
    }
    best_guess(bytes, declared)
}

/// The encoding of a label as mail carries it, the vendors' names included.
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(|c| matches!(c, '"' | '\'')).to_ascii_lowercase();
    match label.as_str() {
        "cp932" | "ms932" | "windows-932" | "mskanji" | "ms_kanji" | "sjis" | "sjis-win" | "x-ms-cp932"
        | "shift-jis" | "shift_jis-2004" | "shift_jisx0213" | "cp943" | "cp943c" | "ibm-943" => {
            Some(SHIFT_JIS)
        }
        "eucjp-ms" | "eucjp-win" | "cp51932" | "eucjp" | "ujis" | "x-eucjp" | "euc-jis-2004" => Some(EUC_JP),
        "cp936" | "ms936" | "gb_2312-80" | "euc-cn" | "gb2312-80" => Some(GBK),
        "utf8" | "utf-8mb4" | "unicode-1-1-utf-8" | "x-utf-8" | "utf_8" => Some(UTF_8),
        "cp1252" | "ansi_x3.4-1968" | "ansi" | "unknown-8bit" | "x-unknown" | "us-ascii" | "ascii" => None,
        other => {
            let known = Encoding::for_label(other.as_bytes()).or_else(|| {
                other.strip_prefix("cp").and_then(|n| Encoding::for_label(format!("windows-{n}").as_bytes()))
            });
            // A 7-bit label says nothing about bytes that carry no escapes.
            known.filter(|e| *e != encoding_rs::ISO_2022_JP && *e != encoding_rs::REPLACEMENT)
        }
    }
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let (text, _, damaged) = encoding.decode(bytes);
    (!damaged).then(|| (text.into_owned(), false))
}

fn lossy(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _, damaged) = encoding.decode(bytes);
    (text.into_owned(), damaged)
}

/// Picks between the declared encoding, UTF-8 and the Japanese ones by what the text would look like.
fn best_guess(bytes: &[u8], declared: Option<&'static Encoding>) -> Decoded {
    // Non-ASCII bytes that form valid UTF-8 are UTF-8, whatever the label of a single-byte or 7-bit set says;
    // only a multi-byte label that fits as well deserves a comparison.
    let utf8 = std::str::from_utf8(bytes).ok();
    if let Some(text) = utf8
        && declared.is_none_or(|e| e == UTF_8 || e.is_single_byte())
    {
        return (text.to_owned(), false);
    }
    let mut candidates: Vec<&'static Encoding> = declared.into_iter().collect();
    if declared.is_none_or(|e| !e.is_single_byte()) {
        candidates.extend([UTF_8, SHIFT_JIS, EUC_JP]);
    }
    if declared.is_none() {
        candidates.push(WINDOWS_1252);
    }
    candidates
        .into_iter()
        .map(|encoding| lossy(encoding, bytes))
        .min_by_key(|(text, _)| oddness(text))
        .unwrap_or_else(|| lossy(WINDOWS_1252, bytes))
}

/// How little a text looks like something a person wrote, per thousand characters; ties go to the earlier one.
fn oddness(text: &str) -> usize {
    let mut odd = 0;
    let mut all = 0;
    for c in text.chars() {
        all += 1;
        odd += match c {
            '\u{fffd}' => 40,
            '\u{80}'..='\u{9f}' => 20,
            '\u{e000}'..='\u{f8ff}' => 10,
            // UTF-8 and EUC read as Shift_JIS come out as half-width katakana.
            '\u{ff61}'..='\u{ff9f}' => 4,
            // Latin letters with accents beside each other are what multi-byte text looks like in windows-1252.
            '\u{a0}'..='\u{ff}' => 3,
            '\u{4e00}'..='\u{9fff}' => 1,
            _ => 0,
        };
    }
    odd * 1000 / usize::max(all, 1)
}

/// Whether the bytes hold a character set designation of ISO-2022-JP (RFC 1468, cp50221, JIS X 0212).
fn has_escapes(bytes: &[u8]) -> bool {
    bytes.contains(&0x1b)
        && bytes.windows(3).any(|w| matches!(w, [0x1b, b'$', b'B' | b'@' | b'('] | [0x1b, b'(', b'J' | b'I']))
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Ascii,
    Katakana,
    Kanji,
    Supplement,
}

/// ISO-2022-JP with what real mailers add: half-width katakana (`ESC ( I`, SO/SI, bare 8-bit), JIS X 0212,
/// NEC and IBM rows, escapes directly behind each other, a character split across two designations, and a
/// line end that forgot to return to ASCII. The text is rewritten as EUC-JP, which has a place for all of them.
fn iso_2022_jp(bytes: &[u8]) -> Decoded {
    let mut euc = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let mut mode = Mode::Ascii;
    let mut lead: Option<u8> = None;
    let mut rest = bytes;
    let mut damaged = false;
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == 0x1b {
            let (next, length) = match tail {
                [b'$', b'(', b'D', ..] => (Mode::Supplement, 3),
                [b'$', b'(', b'@' | b'B', ..] => (Mode::Kanji, 3),
                [b'$', b'B' | b'@', ..] => (Mode::Kanji, 2),
                [b'(', b'I', ..] => (Mode::Katakana, 2),
                [b'(', b'B' | b'J' | b'H', ..] => (Mode::Ascii, 2),
                [b'&', b'@', ..] => (mode, 2),
                _ => (mode, 0),
            };
            mode = next;
            rest = tail.get(length..).unwrap_or_default();
            continue;
        }
        rest = tail;
        match (mode, byte) {
            (_, b'\r' | b'\n') => {
                damaged |= lead.take().is_some();
                mode = Mode::Ascii;
                euc.push(byte);
            }
            (_, 0x0e) => mode = Mode::Katakana,
            (_, 0x0f) => mode = Mode::Ascii,
            (Mode::Kanji | Mode::Supplement, 0x21..=0x7e) => match lead.take() {
                None => lead = Some(byte),
                Some(first) => {
                    if mode == Mode::Supplement {
                        euc.push(0x8f);
                    }
                    euc.extend([first | 0x80, byte | 0x80]);
                }
            },
            (Mode::Katakana, 0x21..=0x5f) => euc.extend([0x8e, byte | 0x80]),
            (_, 0xa1..=0xdf) => euc.extend([0x8e, byte]),
            (_, other) => euc.push(other),
        }
    }
    damaged |= lead.is_some();
    let (text, lost) = lossy(EUC_JP, &euc);
    (text, lost || damaged)
}

fn is_utf7(label: &str) -> bool {
    matches!(label.trim().to_ascii_lowercase().as_str(), "utf-7" | "utf7" | "unicode-1-1-utf-7")
}

fn utf7(bytes: &[u8]) -> Decoded {
    match mail_parser::decoders::charsets::map::charset_decoder(b"utf-7") {
        Some(decoder) => (decoder(bytes), false),
        None => (String::from_utf8_lossy(bytes).into_owned(), false),
    }
}

/// Base64 as tolerant as mail needs it: foreign characters skipped, padding in the middle (joined pieces) allowed.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0; bytes.len() / 4 * 3 + 3];
    let (mut at, mut bits, mut held) = (0, 0_u32, 0_u32);
    let mut rest = bytes;
    loop {
        if held == 0 {
            // Four at a time, as long as nothing odd stands among them.
            let (groups, slots) = (rest.as_chunks::<4>().0, out.get_mut(at..).unwrap_or_default());
            let mut done = 0;
            for (group, slot) in groups.iter().zip(slots.as_chunks_mut::<3>().0) {
                let [a, b, c, d] = group.map(sextet);
                if (a | b | c | d) > LAST {
                    break;
                }
                let [_, first, second, third] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
                *slot = [first, second, third];
                done += 1;
            }
            at += 3 * done;
            rest = rest.get(4 * done..).unwrap_or_default();
        }
        let Some((byte, after)) = rest.split_first() else { break };
        rest = after;
        let value = sextet(*byte);
        if value <= LAST {
            bits = (bits << 6) | value;
            held += 6;
            if held >= 8
                && let Some(slot) = out.get_mut(at)
            {
                held -= 8;
                *slot = u8::try_from((bits >> held) & 0xff).unwrap_or(0);
                at += 1;
            }
        } else if *byte == b'=' {
            (bits, held) = (0, 0);
        }
    }
    out.truncate(at);
    out
}

/// The largest value of a letter of base64.
const LAST: u32 = 63;

/// What a letter of base64 stands for, the alphabet for URLs included; more than [`LAST`] where it is none.
#[expect(clippy::indexing_slicing, reason = "every byte has its place in the table")]
fn sextet(byte: u8) -> u32 {
    const TABLE: [u8; 256] = {
        let mut table = [0xff; 256];
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut at = 0;
        while at < letters.len() {
            table[letters[at] as usize] = at as u8;
            at += 1;
        }
        table[b'-' as usize] = 62;
        table[b'_' as usize] = 63;
        table
    };
    u32::from(TABLE[usize::from(byte)])
}

/// Whether nothing stands in base64 but its own letters, padding and blanks.
pub(super) fn is_regular_base64(bytes: &[u8]) -> bool {
    // Sums without a branch: many bytes are looked at together.
    let known = |byte: u8| {
        ((byte | 0x20).wrapping_sub(b'a') < 26)
            | (byte.wrapping_sub(b'/') < 11)
            | (byte == b'+')
            | (byte == b'=')
            | (byte == b' ')
            | (byte.wrapping_sub(b'\t') < 2)
            | (byte == b'\r')
    };
    bytes.chunks(1024).all(|chunk| chunk.iter().fold(true, |all, byte| all & known(*byte)))
}

/// Whether every `=` of quoted-printable opens an escape or ends a line.
pub(super) fn is_regular_quoted_printable(bytes: &[u8]) -> bool {
    let mut pieces = bytes.split(|byte| *byte == b'=');
    pieces.next();
    pieces.all(|piece| match piece {
        [high, low, ..] if hex(*high).is_some() && hex(*low).is_some() => true,
        _ => {
            let blank = piece.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
            piece.get(blank) == Some(&b'\n')
        }
    })
}

/// Quoted-printable (RFC 2045 section 6.7); a broken escape stays as it stands. In header words `_` is a blank.
pub(super) fn quoted_printable(bytes: &[u8], word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = after;
                }
                _ => out.push(byte),
            },
            (b'_', _) if word => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_survives_missing_and_wrong_labels() {
        let text = "予約をお願いします。ﾀﾅｶ";
        let (sjis, _, _) = SHIFT_JIS.encode(text);
        let (euc, _, _) = EUC_JP.encode(text);
        for (bytes, label) in [
            (sjis.as_ref(), Some("cp932")),
            (sjis.as_ref(), Some("windows-31j")),
            (sjis.as_ref(), None),
            (sjis.as_ref(), Some("utf-8")),
            (sjis.as_ref(), Some("us-ascii")),
            (euc.as_ref(), Some("eucJP-ms")),
            (euc.as_ref(), Some("euc-jp")),
            (euc.as_ref(), None),
            (text.as_bytes(), Some("iso-2022-jp")),
            (text.as_bytes(), Some("shift_jis")),
            (text.as_bytes(), Some("iso-8859-1")),
            (text.as_bytes(), None),
        ] {
            assert_eq!(decode(bytes, label), (text.to_owned(), false), "{label:?}");
        }
    }

    #[test]
    fn escapes_are_believed_before_any_label() {
        for (bytes, expected) in [
            (&b"\x1b$B$d$^\x1b(B!"[..], "やま!"),
            (&b"\x1b$B$d\x1b(B\x1b$B$^\x1b(B"[..], "やま"),
            (&b"\x1b$B$\x1b(B\x1b$Bd$^\x1b(B"[..], "やま"),
            (&b"\x1b$B-j\x1b(B"[..], "㈱"),
            (&b"\x1b(I@E6\x1b(B"[..], "ﾀﾅｶ"),
            (&b"\x1b$B$d\x1b(B \xc0\xc5\xb6"[..], "や ﾀﾅｶ"),
            (&b"\x1b$B$d$^\nabc"[..], "やま\nabc"),
        ] {
            for label in [None, Some("utf-8"), Some("iso-2022-jp"), Some("iso-2022-jp-ms"), Some("cp50221")] {
                assert_eq!(decode(bytes, label).0, expected, "{label:?}");
            }
        }
    }

    #[test]
    fn other_languages_follow_their_label() {
        let (polish, _, _) = encoding_rs::ISO_8859_2.encode("zgłoszenie");
        assert_eq!(decode(&polish, Some("ISO-8859-2")).0, "zgłoszenie");
        let (chinese, _, _) = GBK.encode("您好，怎么走？");
        assert_eq!(decode(&chinese, Some("gb2312")).0, "您好，怎么走？");
    }

    #[test]
    fn transfer_encodings_are_tolerant() {
        assert_eq!(base64(b"YWJj\r\nZA==YWI="), b"abcdab");
        assert_eq!(quoted_printable(b"a=3Db=\r\nc=zz", false), b"a=bc=zz");
        assert_eq!(quoted_printable(b"a_b", true), b"a b");
        assert_eq!(base64(b"YWJjZA"), b"abcd");
        assert_eq!(base64(b"Y W\tJ!jZA=="), b"abcd");
    }

    #[test]
    fn odd_encodings_are_noticed() {
        for (bytes, regular) in [
            (&b"YWJj\r\nZA==\r\n"[..], true),
            (b"YWJj-ZA==", false),
            (b"YWJj!", false),
            (b"YW_j", false),
            (b"", true),
        ] {
            assert_eq!(is_regular_base64(bytes), regular, "{bytes:?}");
        }
        for (bytes, regular) in [
            (&b"a=3Db=\r\nc= \nd"[..], true),
            (b"a==3D", false),
            (b"a=zz", false),
            (b"a=3", false),
            (b"a=", false),
            (b"a", true),
        ] {
            assert_eq!(is_regular_quoted_printable(bytes), regular, "{bytes:?}");
        }
    }
}
