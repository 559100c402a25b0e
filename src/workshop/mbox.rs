//! Mails out of an mbox file (RFC 4155; the variants mboxo and mboxrd), one after the other.
//!
//! A mail begins after a line `From sender date`. Quoted `>From ` lines lose one `>`, line ends stay as they are. Reads in
//! pieces, so that a file of any size and a line of any length fit into memory; never looks into a mail.

use std::io::{self, BufRead, Read};

/// Most bytes of a line looked at together; only the beginning of a line matters.
const PIECE: u64 = 64 * 1024;

/// The mails of a file.
#[derive(Debug)]
pub struct Mbox<R> {
    input: R,
    /// Largest mail handed out.
    most: usize,
    /// Bytes read so far.
    read: u64,
    /// Mails begun so far.
    number: u64,
    /// Offset of the mail whose separator has been read.
    begun: Option<u64>,
    done: bool,
}

/// A mail, or what stands where one should be.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    /// From 1; 0 is what stands before the first separator.
    pub number: u64,
    /// Where it begins in the file, in bytes.
    pub offset: u64,
    /// Its bytes.
    pub mail: Result<Vec<u8>, Damage>,
    /// Bytes of the file that it took.
    pub size: u64,
}

/// Why a piece is no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Text before the first `From ` line.
    #[error("text before the first \"From \" line belongs to no mail")]
    Stray,
    /// Nothing between two `From ` lines.
    #[error("there is nothing between two \"From \" lines")]
    Empty,
    /// More bytes than a mail may have.
    #[error("the mail has more than {0} bytes")]
    TooLarge(usize),
}

impl<R: BufRead> Mbox<R> {
    /// Mails of more than `most` bytes are named, not read.
    pub const fn new(input: R, most: usize) -> Self {
        Self { input, most, read: 0, number: 0, begun: None, done: false }
    }

    fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let (mut mail, mut large) = (Vec::new(), false);
        let mut begun = self.begun.take();
        let start = begun.unwrap_or(self.read);
        let (mut line, mut fresh, mut stray) = (Vec::new(), true, false);
        loop {
            line.clear();
            let at = self.read;
            let length = (&mut self.input).take(PIECE).read_until(b'\n', &mut line)?;
            self.read = self.read.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            if length == 0 {
                self.done = true;
                break;
            }
            let starts_line = std::mem::replace(&mut fresh, line.ends_with(b"\n"));
            if starts_line && separates(&line, at == 0) {
                if begun.is_some() || stray {
                    self.begun = Some(at);
                    break;
                }
                begun = Some(at);
                continue;
            }
            if begun.is_none() {
                stray |= !line.trim_ascii().is_empty();
                continue;
            }
            let kept = if starts_line { unquoted(&line) } else { &line };
            if mail.len().saturating_add(kept.len()) > self.most {
                large = true;
            }
            if !large {
                mail.extend_from_slice(kept);
            }
        }
        let size = self.begun.unwrap_or(self.read).saturating_sub(start);
        if begun.is_none() {
            let piece = Piece { number: 0, offset: start, mail: Err(Damage::Stray), size };
            return Ok(stray.then_some(piece));
        }
        self.number = self.number.saturating_add(1);
        let mail = if large { Err(Damage::TooLarge(self.most)) } else { finished(mail) };
        Ok(Some(Piece { number: self.number, offset: begun.unwrap_or(start), mail, size }))
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = io::Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let piece = self.next_piece();
        if piece.is_err() {
            // What cannot be read now cannot be read the next time either.
            self.done = true;
        }
        piece.transpose()
    }
}

/// The blank line before the next separator is not the mail's.
fn finished(mut mail: Vec<u8>) -> Result<Vec<u8>, Damage> {
    let end = if mail.ends_with(b"\r\n\r\n") { 2 } else { usize::from(mail.ends_with(b"\n\n")) };
    mail.truncate(mail.len().saturating_sub(end));
    if mail.trim_ascii().is_empty() { Err(Damage::Empty) } else { Ok(mail) }
}

/// Whether a line begins a mail: `From `, and a date as asctime writes it. Without the date it is a sentence that
/// somebody forgot to quote. The first line of a file needs no date.
fn separates(line: &[u8], first: bool) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let words = || rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let month = words().any(|word| MONTHS.contains(&word));
    let time = words().any(|word| {
        let mut parts = word.split(|byte| *byte == b':');
        word.contains(&b':')
            && parts.all(|part| matches!(part.len(), 1 | 2) && part.iter().all(u8::is_ascii_digit))
    });
    let year = words().any(|word| word.len() == 4 && word.iter().all(u8::is_ascii_digit));
    first || (month && time && year)
}

/// A line without one level of quoting.
fn unquoted(line: &[u8]) -> &[u8] {
    let bare = line.iter().position(|byte| *byte != b'>').and_then(|at| line.get(at..));
    match (bare, line.strip_prefix(b">")) {
        (Some(bare), Some(rest)) if bare.starts_with(b"From ") => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &[u8], most: usize) -> Vec<(u64, Result<String, Damage>)> {
        Mbox::new(text, most)
            .map(|piece| piece.unwrap())
            .map(|piece| (piece.number, piece.mail.map(|mail| String::from_utf8_lossy(&mail).into_owned())))
            .collect()
    }

    const A: &str = "From a@b.example Thu Aug 27 10:00:00 2026\n";

    #[test]
    fn mails_are_cut_and_unquoted() {
        let good = |mails: &[&str]| -> Vec<(u64, Result<String, Damage>)> {
            (1..).zip(mails).map(|(number, mail)| (number, Ok((*mail).to_owned()))).collect()
        };
        for (text, expected) in [
            (String::new(), good(&[])),
            (format!("{A}S: 1\n\nx\n\n{A}S: 2\n\ny\n"), good(&["S: 1\n\nx\n", "S: 2\n\ny\n"])),
            // No blank line before the separator, none at the end of the file.
            (format!("{A}S: 1\n\nx\n{A}S: 2\n\ny"), good(&["S: 1\n\nx\n", "S: 2\n\ny"])),
            (
                format!("{A}S: 1\n\nx\n\n{A}S: 2\n").replace('\n', "\r\n"),
                good(&["S: 1\r\n\r\nx\r\n", "S: 2\r\n"]),
            ),
            (
                format!("{A}S: 1\n\n>From me\n>>From you\n> From\n"),
                good(&["S: 1\n\nFrom me\n>From you\n> From\n"]),
            ),
            // A sentence is no separator, quoted or not.
            (format!("{A}S: 1\n\nFrom now on at 10:00\n"), good(&["S: 1\n\nFrom now on at 10:00\n"])),
            ("From nobody\nS: 1\n".to_owned(), good(&["S: 1\n"])),
            ("From 17@xxx Mon Aug 24 10:00:00 +0000 2026\nS: 1\n\nx\n".to_owned(), good(&["S: 1\n\nx\n"])),
            (format!("\n\n{A}S: 1\n"), good(&["S: 1\n"])),
        ] {
            assert_eq!(mails(text.as_bytes(), 1000), expected, "{text:?}");
        }
    }

    #[test]
    fn damage_is_named_and_the_rest_is_read() {
        for (text, expected) in [
            (format!("junk\n{A}S: 1\n"), vec![(0, Err(Damage::Stray)), (1, Ok("S: 1\n".to_owned()))]),
            (format!("{A}{A}S: 2\n"), vec![(1, Err(Damage::Empty)), (2, Ok("S: 2\n".to_owned()))]),
            (
                format!("{A}S: {}\n{A}S: 2\n", "x".repeat(200)),
                vec![(1, Err(Damage::TooLarge(100))), (2, Ok("S: 2\n".to_owned()))],
            ),
            ("junk".to_owned(), vec![(0, Err(Damage::Stray))]),
        ] {
            assert_eq!(mails(text.as_bytes(), 100), expected, "{text:?}");
        }
        // A line longer than is read together is one line, and a separator in the middle of it is none.
        let long = format!("{A}S: 1\n\n{}{A}", "x".repeat(64 * 1024));
        assert_eq!(mails(long.as_bytes(), 1 << 20).len(), 1);
    }

    #[test]
    fn every_byte_is_counted() {
        let text = format!("junk\n{A}S: 1\n\nx\n\n{A}{A}S: 2\n");
        let sizes: Vec<(u64, u64)> =
            Mbox::new(text.as_bytes(), 100).map(|p| p.unwrap()).map(|p| (p.offset, p.size)).collect();
        assert_eq!(sizes.iter().map(|(_, size)| size).sum::<u64>(), text.len() as u64);
        assert_eq!(
            sizes.iter().map(|(offset, _)| *offset).collect::<Vec<_>>(),
            [0, 5, 5 + 42 + 9, 5 + 42 + 9 + 42]
        );
    }
}
