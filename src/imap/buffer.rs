//! A buffered stream that gives its buffers back while nothing is said.
//!
//! A connection that waits in IDLE for hours needs no 80 KiB of buffers, and there may be a thousand of them. Reads and
//! writes are as large as `tokio::io::BufStream` would make them; it never changes a byte and knows no IMAP.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};

use super::wire::Io;

/// Bytes read at once.
const READ: usize = 64 * 1024;
/// Bytes collected before they are written.
const WRITE: usize = 16 * 1024;

/// A stream with buffers that come and go.
#[derive(Debug)]
pub(super) struct Buffered {
    inner: Box<dyn Io>,
    read: Vec<u8>,
    /// What of `read` has been handed on, and how much of it is there.
    taken: usize,
    filled: usize,
    write: Vec<u8>,
    /// How much of `write` has gone out.
    gone: usize,
}

impl Buffered {
    pub(super) fn new(inner: Box<dyn Io>) -> Self {
        Self { inner, read: Vec::new(), taken: 0, filled: 0, write: Vec::new(), gone: 0 }
    }

    /// Gives back what is empty. The next byte makes it again.
    pub(super) fn rest(&mut self) {
        if self.taken == self.filled {
            self.read = Vec::new();
            (self.taken, self.filled) = (0, 0);
        }
        if self.write.is_empty() {
            self.write = Vec::new();
        }
    }

    /// Reads anew; everything before has been handed on.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.read.is_empty() {
            self.read = vec![0; READ];
        }
        let mut fresh = ReadBuf::new(&mut self.read);
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut fresh))?;
        (self.taken, self.filled) = (0, fresh.filled().len());
        Poll::Ready(Ok(()))
    }

    fn poll_empty(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.write.get(self.gone..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.inner).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.gone += written,
            }
        }
        self.write.clear();
        self.gone = 0;
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Buffered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.taken == this.filled {
            if buf.remaining() >= READ {
                return Pin::new(&mut this.inner).poll_read(cx, buf);
            }
            ready!(this.poll_more(cx))?;
        }
        let waiting = this.read.get(this.taken..this.filled).unwrap_or_default();
        let (now, _) = waiting.split_at(waiting.len().min(buf.remaining()));
        buf.put_slice(now);
        this.taken += now.len();
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Buffered {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.taken == this.filled {
            ready!(this.poll_more(cx))?;
        }
        Poll::Ready(Ok(this.read.get(this.taken..this.filled).unwrap_or_default()))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        self.taken = self.filled.min(self.taken + amount);
    }
}

impl AsyncWrite for Buffered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.write.len() + buf.len() > WRITE {
            ready!(self.poll_empty(cx))?;
        }
        if buf.len() >= WRITE {
            return Pin::new(&mut self.inner).poll_write(cx, buf);
        }
        self.write.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_empty(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_empty(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn bytes_pass_unchanged_whatever_their_number_and_buffers_go_when_nothing_is_said() {
        let (ours, mut theirs) = duplex(1000);
        let mut ours = Buffered::new(Box::new(ours));
        for size in [0, 1, 999, WRITE - 1, WRITE, WRITE + 1, READ, 3 * READ + 7] {
            let sent: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let echo = async {
                let mut heard = vec![0; size];
                theirs.read_exact(&mut heard).await.unwrap();
                theirs.write_all(&heard).await.unwrap();
            };
            let talk = async {
                for part in sent.chunks(777) {
                    ours.write_all(part).await.unwrap();
                }
                ours.flush().await.unwrap();
                let mut back = vec![0; size];
                ours.read_exact(&mut back).await.unwrap();
                assert!(back == sent, "{size}");
            };
            tokio::join!(echo, talk);
            ours.rest();
            assert_eq!((ours.read.capacity(), ours.write.capacity()), (0, 0), "{size}");
        }
        // What was read and not handed on stays.
        theirs.write_all(b"two").await.unwrap();
        let mut one = [0; 1];
        ours.read_exact(&mut one).await.unwrap();
        ours.rest();
        let mut rest = [0; 2];
        ours.read_exact(&mut rest).await.unwrap();
        assert_eq!((&one, &rest), (b"t", b"wo"));
        drop(theirs);
        assert_eq!(ours.read(&mut one).await.unwrap(), 0);
    }
}
