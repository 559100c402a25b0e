//! Limits on what a server may send, enforced before the parser sees it.
//!
//! A thin reader between the socket and async-imap. It follows lines, quoted strings and literals just far
//! enough to count, and fails when one answer is too large or nested too deep (the parser is recursive: 300
//! levels of BODYSTRUCTURE overflow a 2 MiB stack, which no `catch_unwind` survives). It changes no byte, except that
//! on Gmail a literal among labels becomes a quoted string (`labels` says why).

use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, BufStream, ReadBuf};

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

/// Follows the answers of a server and says when one breaks the limits.
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
}

impl Watcher {
    fn feed(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.skip > 0 {
                let taken = self.skip.min(bytes.len());
                self.skip -= taken;
                bytes = bytes.get(taken..).unwrap_or_default();
                continue;
            }
            bytes = rest;
            self.byte(byte)?;
        }
        Ok(())
    }

    /// The same, with the labels in an answer mended on the way into `out`.
    fn feed_mending(&mut self, mut bytes: &[u8], mender: &mut Mender, out: &mut Vec<u8>) -> io::Result<()> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.skip > 0 {
                let (literal, rest) = bytes.split_at(self.skip.min(bytes.len()));
                self.skip -= literal.len();
                mender.literal(literal, self.skip == 0, out);
                bytes = rest;
                continue;
            }
            bytes = rest;
            let quoted = self.quoted;
            self.byte(byte)?;
            mender.byte(byte, quoted, out);
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        self.line += 1;
        if self.line > MAX_LINE {
            return Err(too_big());
        }
        if byte == b'\n' {
            return self.line_end();
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

    fn line_end(&mut self) -> io::Result<()> {
        (self.quoted, self.escaped) = (false, false);
        match (self.announced.take(), self.closed) {
            (Some(n), true) => {
                self.closed = false;
                self.skip = n;
                self.literals = self.literals.saturating_add(n);
                if self.literals > MAX_LITERALS { Err(too_big()) } else { Ok(()) }
            }
            _ => {
                (self.line, self.literals, self.depth, self.closed) = (0, 0, 0, false);
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
    inner: BufStream<Box<dyn Io>>,
    watcher: Watcher,
    /// On Gmail only.
    mender: Option<Mender>,
    /// What was mended and not handed on yet.
    mended: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Io>) -> Self {
        Self {
            inner: BufStream::with_capacity(64 * 1024, 16 * 1024, stream),
            watcher: Watcher::default(),
            mender: None,
            mended: Vec::new(),
        }
    }

    /// From now on literals among Gmail's labels are mended. To be called between answers.
    pub(crate) fn mend_labels(&mut self) {
        self.mender.get_or_insert_default();
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(mender) = &mut this.mender else {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
            return Poll::Ready(this.watcher.feed(buf.filled().get(before..).unwrap_or_default()));
        };
        // Nothing may be left to hand on although something was read: the announcement of a literal is held back.
        while this.mended.is_empty() {
            let mut space = [0; 8 * 1024];
            let mut read = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.watcher.feed_mending(read.filled(), mender, &mut this.mended)?;
        }
        let taken = this.mended.len().min(buf.remaining());
        buf.put_slice(this.mended.get(..taken).unwrap_or_default());
        this.mended.drain(..taken);
        Poll::Ready(Ok(()))
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
                let (mut watcher, mut mender, mut out) = (Watcher::default(), Mender::default(), Vec::new());
                for piece in answer.as_bytes().chunks(step) {
                    watcher.feed_mending(piece, &mut mender, &mut out).unwrap();
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
            assert_eq!(Watcher::default().feed(answer.as_bytes()).is_ok(), good, "{name}");
            let mut bytewise = Watcher::default();
            let all = answer.bytes().try_for_each(|byte| bytewise.feed(&[byte]));
            assert_eq!(all.is_ok(), good, "{name}, byte by byte");
        }
    }
}
