//! A wire in between: a loopback proxy that cuts connections where a test says, or keeps what was said.
//!
//! It never changes a byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

/// Bytes that went over the wire, in the order of their passing.
#[derive(Debug, Clone)]
pub struct Said {
    /// Number of the connection, from 0.
    pub connection: usize,
    pub side: Side,
    pub bytes: Vec<u8>,
    pub at: std::time::Instant,
}

/// What the wire does.
#[derive(Debug)]
struct Wire {
    /// Bytes until the cut, both ways and all connections together; below 0 there is none to come.
    left: AtomicI64,
    passed: AtomicI64,
    kept: Option<Mutex<Vec<Said>>>,
}

/// A running proxy; it stops when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    wire: Arc<Wire>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Cuts the connection that carries the byte after `bytes` others, once.
    pub async fn cutting(port: u16, bytes: i64) -> Self {
        Self::start(port, bytes, false).await
    }

    /// Cuts nothing and keeps everything.
    pub async fn keeping(port: u16) -> Self {
        Self::start(port, i64::MAX, true).await
    }

    async fn start(port: u16, left: i64, keep: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = keep.then(Mutex::default);
        let wire = Arc::new(Wire { left: AtomicI64::new(left), passed: AtomicI64::new(0), kept });
        let shared = Arc::clone(&wire);
        let task = tokio::spawn(async move {
            for connection in 0.. {
                let Ok((client, _)) = listener.accept().await else { return };
                tokio::spawn(connect(client, port, connection, Arc::clone(&shared)));
            }
        });
        Self { address, wire, task }
    }

    /// Bytes that passed so far, both ways.
    pub fn passed(&self) -> i64 {
        self.wire.passed.load(Ordering::SeqCst)
    }

    /// Lets everything pass from now on; whether the cut was made before.
    ///
    /// A session is a few bytes longer or shorter each time: without this, a cut near its end could fall into
    /// whatever comes next.
    pub fn let_pass(&self) -> bool {
        self.wire.left.swap(i64::MAX, Ordering::SeqCst) < 0
    }

    /// What was said so far.
    pub fn said(&self) -> Vec<Said> {
        self.wire.kept.as_ref().map(|kept| kept.lock().unwrap().clone()).unwrap_or_default()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(client: TcpStream, port: u16, connection: usize, wire: Arc<Wire>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    // A wire that gathered bytes would cut in other places than the one it stands for.
    for stream in [&client, &server] {
        stream.set_nodelay(true).unwrap();
    }
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    // When one direction ends, both do.
    tokio::select! {
        () = carry(client_in, server_out, connection, Side::Client, &wire) => {}
        () = carry(server_in, client_out, connection, Side::Server, &wire) => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, connection: usize, side: Side, wire: &Wire) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let size = i64::try_from(read).unwrap();
        let left = wire.left.fetch_sub(size, Ordering::SeqCst);
        // Only the one that crosses the mark cuts; later ones find it below.
        let cut = (0..size).contains(&left);
        let bytes = &buffer[..if cut { usize::try_from(left).unwrap() } else { read }];
        wire.passed.fetch_add(i64::try_from(bytes.len()).unwrap(), Ordering::SeqCst);
        if let Some(kept) = &wire.kept {
            let at = std::time::Instant::now();
            kept.lock().unwrap().push(Said { connection, side, bytes: bytes.to_vec(), at });
        }
        if to.write_all(bytes).await.is_err() || cut {
            return;
        }
    }
}
