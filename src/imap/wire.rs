//! Limits on what a server may send, enforced before the parser sees it; and lines put right that would end a
//! connection for nothing.
//!
//! A thin reader between the socket and async-imap. It follows lines, quoted strings and literals just far
//! enough to count, and fails when one answer is too large or nested too deep (the parser is recursive: 300
//! levels of BODYSTRUCTURE overflow a 2 MiB stack, which no `catch_unwind` survives). Between literals it hands lines
//! on whole, after `mend` has looked at them. It changes no byte of a literal, except that
//! on Gmail one among labels becomes a quoted string (`labels` says why).

use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};

use super::buffer::Buffered;
use super::mend::{Piece, mend};

use super::labels::Mender;

/// Any byte stream a session can speak over.
pub trait Io: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug> Io for T {}

/// Largest sum of literals in one answer, in bytes. Mails above the fetch limit are never asked for whole.
const MAX_LITERALS: usize = 64 * 1024 * 1024;
/// Largest answer without its literals, in bytes: about 130,000 UIDs of a SEARCH.
const MAX_LINE: usize = 1024 * 1024;
/// Deepest nesting of parentheses. Real mail stays under 20.
const MAX_DEPTH: usize = 100;
/// Most lines left out in a row: beyond that it is no IMAP.
const MAX_LEFT_OUT: usize = 1_000;

/// Follows the answers of a server, says when one breaks the limits, and hands on the others.
#[derive(Debug, Default)]
struct Watcher {
    line: usize,
    literals: usize,
    depth: usize,
    skip: usize,
    quoted: bool,
    escaped: bool,
    /// The `{123` before a line end, as far as it was seen.
    announced: Option<usize>,
    /// `announced` was closed by `}`.
    closed: bool,
    /// The text since the last line end or literal.
    piece: Piece,
    left_out: usize,
    /// On Gmail only.
    mender: Option<Mender>,
}

impl Watcher {
    /// Takes bytes of the server and appends to `out` what the parser shall see.
    fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.skip > 0 {
                let (literal, rest) = bytes.split_at(self.skip.min(bytes.len()));
                self.skip -= literal.len();
                match &mut self.mender {
                    Some(mender) => mender.literal(literal, self.skip == 0, out),
                    None => out.extend_from_slice(literal),
                }
                bytes = rest;
                continue;
            }
            bytes = rest;
            self.byte(byte, out)?;
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) -> io::Result<()> {
        self.line += 1;
        if self.line > MAX_LINE {
            return Err(too_big());
        }
        self.piece.push(byte, self.quoted);
        if byte == b'\n' {
            return self.line_end(out);
        }
        if byte == b'\r' {
            return Ok(());
        }
        self.announced = match (byte, self.announced) {
            (b'{', _) => Some(0),
            (b'0'..=b'9', Some(n)) if !self.closed => {
                Some(n.saturating_mul(10).saturating_add(usize::from(byte - b'0')))
            }
            (b'}', Some(n)) if !self.closed => {
                self.announced = Some(n);
                self.closed = true;
                return Ok(());
            }
            _ => None,
        };
        self.closed = false;
        if self.escaped {
            self.escaped = false;
        } else if self.quoted {
            match byte {
                b'\\' => self.escaped = true,
                b'"' => self.quoted = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.quoted = true,
                b'(' => self.depth += 1,
                b')' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        if self.depth > MAX_DEPTH { Err(too_big()) } else { Ok(()) }
    }

    fn line_end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        (self.quoted, self.escaped) = (false, false);
        let literal = self.announced.take().filter(|_| self.closed);
        self.closed = false;
        let before = out.len();
        let kept = mend(&mut self.piece, literal.is_some(), out);
        if let Some(mender) = &mut self.mender {
            let piece = out.split_off(before);
            mender.piece(&piece, out);
        }
        if kept {
            self.left_out = 0;
        } else {
            self.left_out += 1;
            if self.left_out > MAX_LEFT_OUT {
                return Err(too_big());
            }
        }
        match literal {
            Some(n) => {
                self.skip = n;
                self.literals = self.literals.saturating_add(n);
                if self.literals > MAX_LITERALS { Err(too_big()) } else { Ok(()) }
            }
            None => {
                (self.line, self.literals, self.depth) = (0, 0, 0);
                Ok(())
            }
        }
    }
}

fn too_big() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "answer larger or deeper than accepted")
}

/// The stream of a session: buffered both ways, watched on the way in.
#[derive(Debug)]
pub(crate) struct Wire {
    inner: Buffered,
    watcher: Watcher,
    /// What the parser may read, and how much of it it has read.
    ready: Vec<u8>,
    given: usize,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Io>) -> Self {
        Self { inner: Buffered::new(stream), watcher: Watcher::default(), ready: Vec::new(), given: 0 }
    }

    /// From now on literals among Gmail's labels become quoted strings. To be called between answers.
    pub(crate) fn mend_labels(&mut self) {
        self.watcher.mender.get_or_insert_default();
    }

    /// Nothing is expected for a while: gives its buffers back.
    pub(crate) fn rest(&mut self) {
        self.inner.rest();
        if self.given == self.ready.len() {
            (self.ready, self.given) = (Vec::new(), 0);
        }
        self.watcher.piece.rest();
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            let left = this.ready.get(this.given..).unwrap_or_default();
            if !left.is_empty() {
                let some = left.get(..buf.remaining()).unwrap_or(left);
                buf.put_slice(some);
                this.given += some.len();
                return Poll::Ready(Ok(()));
            }
            this.ready.clear();
            this.given = 0;
            let bytes = ready!(Pin::new(&mut this.inner).poll_fill_buf(cx))?;
            if bytes.is_empty() {
                // The end; half a line is of no use to anybody.
                return Poll::Ready(Ok(()));
            }
            let taken = bytes.len();
            this.watcher.feed(bytes, &mut this.ready)?;
            Pin::new(&mut this.inner).consume(taken);
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_among_labels_become_quoted_strings() {
        for (name, answer, expected) in [
            (
                "a literal",
                "* 1 FETCH (X-GM-LABELS (\\Inbox {7}\r\na \"b\" c foo) UID 1)\r\n",
                "* 1 FETCH (X-GM-LABELS (\\Inbox \"a \\\"b\\\" c\" foo) UID 1)\r\n",
            ),
            (
                "brackets and braces in it",
                "* 1 FETCH (X-GM-LABELS ({8}\r\n) {3}\r\n)) UID 1)\r\n",
                "* 1 FETCH (X-GM-LABELS (\") {3}??)\") UID 1)\r\n",
            ),
            ("an empty one", "* 1 FETCH (X-GM-LABELS ({0}\r\n))\r\n", "* 1 FETCH (X-GM-LABELS (\"\"))\r\n"),
            (
                "two, and a backslash",
                "* 1 FETCH (x-gm-labels ({2}\r\na\\ {1}\r\nb))\r\n",
                "* 1 FETCH (x-gm-labels (\"a\\\\\" \"b\"))\r\n",
            ),
            (
                "a mail that talks of labels",
                "* 1 FETCH (BODY[] {20}\r\nX-GM-LABELS ({1}\r\na) X-GM-LABELS ({1}\r\na))\r\n",
                "* 1 FETCH (BODY[] {20}\r\nX-GM-LABELS ({1}\r\na) X-GM-LABELS (\"a\"))\r\n",
            ),
            (
                "other literals after labels",
                "* 1 FETCH (X-GM-LABELS (a \"(\" ) BODY[] {3}\r\n\"\\x)\r\n",
                "* 1 FETCH (X-GM-LABELS (a \"(\" ) BODY[] {3}\r\n\"\\x)\r\n",
            ),
            (
                "no literal after all",
                "* 1 FETCH (X-GM-LABELS (a{b {12 {3}x) UID 1)\r\n",
                "* 1 FETCH (X-GM-LABELS (a{b {12 {3}x) UID 1)\r\n",
            ),
            (
                "in a quoted string",
                "* 1 FETCH (X \"X-GM-LABELS (\" {1}\r\na)\r\n",
                "* 1 FETCH (X \"X-GM-LABELS (\" {1}\r\na)\r\n",
            ),
        ] {
            for step in [1, 2, 3, 1000] {
                let mut watcher = Watcher { mender: Some(Mender::default()), ..Watcher::default() };
                let mut out = Vec::new();
                for piece in answer.as_bytes().chunks(step) {
                    watcher.feed(piece, &mut out).unwrap();
                }
                assert_eq!(String::from_utf8(out).unwrap(), expected, "{name}, {step} at a time");
            }
        }
    }

    #[test]
    fn answers_beyond_the_limits_are_stopped() {
        let deep = format!("* 1 FETCH {}", "(".repeat(MAX_DEPTH + 1));
        let deep_over_two = format!("* 1 FETCH ({}\r\n", "()".repeat(500));
        let many = format!("* 1 FETCH (A {{{}}}\r\n", MAX_LITERALS + 1);
        for (name, answer, good) in [
            ("plain", "* OK ready\r\n".to_owned(), true),
            ("deep", deep, false),
            ("wide, not deep", deep_over_two, true),
            ("quoted brackets", format!("* 1 FETCH (A \"{}\")\r\n", "(".repeat(300)), true),
            ("brackets in a literal", format!("* 1 FETCH (A {{300}}\r\n{})\r\n", "(".repeat(300)), true),
            ("huge literal", many, false),
            ("literal of absurd size", "* 1 FETCH (A {99999999999999999999999}\r\n".to_owned(), false),
            ("endless line", format!("* OK {}", "x".repeat(MAX_LINE)), false),
        ] {
            let mut whole = Vec::new();
            assert_eq!(Watcher::default().feed(answer.as_bytes(), &mut whole).is_ok(), good, "{name}");
            let (mut watcher, mut bytewise) = (Watcher::default(), Vec::new());
            let all = answer.bytes().try_for_each(|byte| watcher.feed(&[byte], &mut bytewise));
            assert_eq!(all.is_ok(), good, "{name}, byte by byte");
            assert_eq!(whole, bytewise, "{name}");
        }
    }
}
