//! Lines that our parser would stumble over although nothing is lost by putting them right or leaving them out.
//!
//! The parser ends the connection at the first byte it does not know, and a server that says the same thing at each
//! connect could then never be watched. Here blanks too many, line ends without CR and a missing date are put right,
//! and an untagged line that is about no mail and cannot be read is left out. What is about a mail (`* 12 …`), tagged
//! or a literal is never left out: `fetch` and `list` find out which mail is to blame.

use async_imap::imap_proto::Response;

use super::quirk::Quirk;

/// Longest line that is tried out, in bytes: longer ones are lists of numbers.
const LONGEST_TRIED: usize = 64 * 1024;

/// The text between two literals or line ends, with what was noticed while it came in.
#[derive(Debug, Default)]
pub(super) struct Piece {
    text: Vec<u8>,
    /// It goes on behind a literal.
    goes_on: bool,
    /// Two blanks together, or one behind an opening bracket, outside quotes.
    blanks: bool,
    /// The end of `INTERNALDATE` and the beginning of NIL stand together.
    date_nil: bool,
}

impl Piece {
    /// Gives room back that is not in use.
    pub(super) fn rest(&mut self) {
        self.text.shrink_to_fit();
    }

    /// Takes the next byte; `quoted` while inside a quoted string.
    pub(super) fn push(&mut self, byte: u8, quoted: bool) {
        if !quoted {
            match (byte, self.text.last()) {
                (b' ', Some(b' ' | b'(')) => self.blanks = true,
                (b'N' | b'n', Some(b' ')) => self.date_nil |= ends_with(&self.text, b"INTERNALDATE "),
                _ => {}
            }
        }
        self.text.push(byte);
    }
}

/// Appends to `out` what the parser shall see of a piece that just ended, with a literal coming or not, and begins the
/// next one. False when it was left out.
pub(super) fn mend(piece: &mut Piece, literal: bool, out: &mut Vec<u8>) -> bool {
    let Piece { text, goes_on, blanks, date_nil } = std::mem::take(piece);
    piece.goes_on = literal;
    let mut text = text;
    if blanks {
        Quirk::ExtraBlanks.met();
        text = without_extra_blanks(&text);
    }
    if date_nil {
        text = with_a_date(&text);
    }
    if !text.ends_with(b"\r\n") && text.pop().is_some() {
        Quirk::BareLineFeed.met();
        text.extend_from_slice(b"\r\n");
    }
    if !goes_on && !literal && is_noise(&text) {
        Quirk::StrangeLine.met();
        return false;
    }
    out.append(&mut text);
    // The room is kept for the next line.
    piece.text = text;
    true
}

/// Whether a whole line may be left out: it is empty, or untagged, not about a mail, and unreadable.
fn is_noise(line: &[u8]) -> bool {
    if line == b"\r\n" {
        return true;
    }
    let Some(about) = line.strip_prefix(b"* ") else { return false };
    !about.first().is_some_and(u8::is_ascii_digit)
        && line.len() <= LONGEST_TRIED
        && Response::parse(line).is_err()
}

fn ends_with(text: &[u8], end: &[u8]) -> bool {
    text.len()
        .checked_sub(end.len())
        .and_then(|at| text.get(at..))
        .is_some_and(|is| is.eq_ignore_ascii_case(end))
}

fn without_extra_blanks(text: &[u8]) -> Vec<u8> {
    let mut mended: Vec<u8> = Vec::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for &byte in text {
        if !quoted && byte == b' ' && matches!(mended.last(), Some(b' ' | b'(')) {
            continue;
        }
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        mended.push(byte);
    }
    mended
}

/// `INTERNALDATE NIL` makes the parser panic; an empty date is a date that nobody can read.
fn with_a_date(text: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"INTERNALDATE ";
    let mut mended = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let nil = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"NIL"));
        let ends = matches!(rest.get(3), Some(b' ' | b')'));
        if nil && ends && ends_with(&mended, NAME) {
            Quirk::NoInternalDate.met();
            mended.extend_from_slice(b"\"\"");
            rest = rest.get(3..).unwrap_or_default();
        } else {
            mended.push(byte);
            rest = after;
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the parser sees of one line.
    fn mended(line: &str) -> String {
        let mut piece = Piece::default();
        let mut quoted = false;
        for byte in line.bytes() {
            piece.push(byte, quoted);
            quoted ^= byte == b'"';
        }
        let mut out = Vec::new();
        mend(&mut piece, line.ends_with("}\r\n"), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_put_right_or_left_out_or_left_alone() {
        const SAME: &str = "the same";
        for (line, expected) in [
            ("* 3 EXISTS\r\n", SAME),
            ("* OK ready\r\n", SAME),
            ("* LIST () \"/\" \"two  blanks\"\r\n", SAME),
            ("* LIST () \"/\" {7}\r\n", SAME),
            ("M00001 OK done\r\n", SAME),
            ("what is this\r\n", SAME),
            ("* 1 FETCH (UID 1 NONSENSE\r\n", SAME),
            ("* 1 FETCH (UID 1 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n", SAME),
            ("* 1 FETCH (UID 1 BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL))\r\n", SAME),
            ("* 3  EXISTS\r\n", "* 3 EXISTS\r\n"),
            ("*  3 EXISTS\n", "* 3 EXISTS\r\n"),
            ("* 1 FETCH ( UID 1  FLAGS ( \\Seen ))\r\n", "* 1 FETCH (UID 1 FLAGS (\\Seen ))\r\n"),
            ("* CAPABILITY IMAP4rev1  IDLE\r\n", "* CAPABILITY IMAP4rev1 IDLE\r\n"),
            ("* 1 FETCH (INTERNALDATE NIL UID 1)\r\n", "* 1 FETCH (INTERNALDATE \"\" UID 1)\r\n"),
            ("* 1 FETCH (UID 1 internaldate nil)\r\n", "* 1 FETCH (UID 1 internaldate \"\")\r\n"),
            ("\r\n", ""),
            ("* LIST (\\HasNoChildren) \"/\" INBOX/Da\tOggetto\r\n", ""),
            ("* LIST () \"/\" two words\r\n", ""),
            ("* STATUS INBOX (X-NEW 3)\r\n", ""),
            ("* X-NEWS something\r\n", ""),
            ("* CAPABILITY IMAP4rev2\r\n", ""),
        ] {
            let expected = if expected == SAME { line } else { expected };
            assert_eq!(mended(line), expected, "{line:?}");
        }
    }
}
