//! The byte streams under the SMTP dialogue.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A TCP stream that is read one byte at a time, so that the reader above never holds a byte past the line it
/// waits for. What a stranger puts behind the reply to STARTTLS then falls into the TLS handshake, which breaks,
/// instead of being taken for an encrypted reply (CVE-2011-0411 and its sisters). Replies are short: the cost is nothing.
/// The stream can be taken back from under the dialogue, for TLS.
#[derive(Clone)]
pub(super) struct Sip(Arc<Mutex<Option<TcpStream>>>);

impl Sip {
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(Some(tcp))))
    }

    /// Takes the stream back; whoever reads or writes above finds it closed.
    pub(super) fn take(&self) -> Option<TcpStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn with<T>(&self, act: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(tcp) => act(Pin::new(tcp)),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }
}

impl fmt::Debug for Sip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sip")
    }
}

impl AsyncRead for Sip {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if out.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let mut byte = [0_u8; 1];
        let mut one = ReadBuf::new(&mut byte);
        let polled = self.with(|tcp| tcp.poll_read(cx, &mut one));
        if matches!(polled, Poll::Ready(Ok(()))) {
            out.put_slice(one.filled());
        }
        polled
    }
}

impl AsyncWrite for Sip {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.with(|tcp| tcp.poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|tcp| tcp.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|tcp| tcp.poll_shutdown(cx))
    }
}

impl AsyncTokioStream for Sip {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(tcp) => tcp.peer_addr(),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

/// An encrypted stream. After STARTTLS nobody greets again (RFC 3207 section 4.2), but the library waits for a greeting
/// on each stream: then it reads one of ours first.
pub(super) struct Sealed {
    greeting: &'static [u8],
    tls: Box<TlsStream<TcpStream>>,
}

impl Sealed {
    /// A stream on which the server greets.
    pub(super) fn new(tls: TlsStream<TcpStream>) -> Self {
        Self { greeting: b"", tls: Box::new(tls) }
    }

    /// A stream on which the server has greeted, before it was encrypted.
    pub(super) fn greeted(tls: TlsStream<TcpStream>) -> Self {
        Self { greeting: b"220 encrypted\r\n", tls: Box::new(tls) }
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

impl AsyncRead for Sealed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.tls).poll_read(cx, out);
        }
        let (now, later) = self.greeting.split_at(self.greeting.len().min(out.remaining()));
        out.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Sealed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Sealed {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tls.get_ref().0.peer_addr()
    }
}
