//! A relay to an IMAP server that delays each direction by half a round trip and counts what passes.
//!
//! Delays are added, bandwidth is not limited: bytes that come together stay together. Counts are of `STORE` commands
//! and of bodies, literals being skipped, so that no mail can look like a command.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::Arguments;
use crate::client::announced;

#[derive(Default)]
struct Counts {
    connections: AtomicU64,
    commands: AtomicU64,
    stores: AtomicU64,
    appends: AtomicU64,
    bodies: AtomicU64,
    up: AtomicU64,
    down: AtomicU64,
}

pub(crate) fn run(arguments: &Arguments) {
    let (to, delay) = (arguments.port("to"), Duration::from_millis(arguments.number("delay-ms", 0)) / 2);
    let counts = Arc::new(Counts::default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    crate::say(&serde_json::json!({ "port": listener.local_addr().unwrap().port() }));
    let counting = Arc::clone(&counts);
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let near = near.unwrap();
            let Ok(far) = TcpStream::connect(("127.0.0.1", to)) else { continue };
            counting.connections.fetch_add(1, Relaxed);
            for stream in [&near, &far] {
                stream.set_nodelay(true).unwrap();
            }
            let (up, down) = (Arc::clone(&counting), Arc::clone(&counting));
            let (near_too, far_too) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            pass(near, far, delay, Lines::new(move |line| up.said(line)), {
                let counts = Arc::clone(&counting);
                move |n| {
                    counts.up.fetch_add(n, Relaxed);
                }
            });
            pass(far_too, near_too, delay, Lines::new(move |line| down.answered(line)), {
                let counts = Arc::clone(&counting);
                move |n| {
                    counts.down.fetch_add(n, Relaxed);
                }
            });
        }
    });
    crate::wait_for_the_end();
    let of = |count: &AtomicU64| count.load(Relaxed);
    crate::say(&serde_json::json!({
        "connections": of(&counts.connections), "commands": of(&counts.commands), "stores": of(&counts.stores),
        "appends": of(&counts.appends), "bodies": of(&counts.bodies), "up": of(&counts.up), "down": of(&counts.down),
    }));
}

impl Counts {
    fn said(&self, line: &[u8]) {
        let line = line.to_ascii_uppercase();
        let mut words = line.split(|byte| *byte == b' ').skip(1);
        let first = words.next().unwrap_or_default();
        let verb = if first == b"UID" { words.next().unwrap_or_default() } else { first };
        self.commands.fetch_add(u64::from(!verb.is_empty()), Relaxed);
        self.stores.fetch_add(u64::from(verb == b"STORE"), Relaxed);
        self.appends.fetch_add(u64::from(verb == b"APPEND"), Relaxed);
    }

    /// A body is `BODY[]` or a text part; headers alone are none.
    fn answered(&self, line: &[u8]) {
        let has = |what: &[u8]| line.windows(what.len()).any(|window| window == what);
        let body = has(b"BODY[") && !has(b"BODY[HEADER") && announced(line).is_some();
        self.bodies.fetch_add(u64::from(body), Relaxed);
    }
}

/// Reads, and writes later: a thread each, so that a full pipe does not change the delay of what was read.
fn pass(
    mut from: TcpStream,
    mut to: TcpStream,
    delay: Duration,
    mut lines: Lines,
    count: impl Fn(u64) + Send + 'static,
) {
    let (send, receive) = channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if send.send((Instant::now() + delay, buffer[..read].to_vec())).is_err() {
                break;
            }
            count(read as u64);
            lines.feed(&buffer[..read]);
        }
    });
    std::thread::spawn(move || {
        write_later(&receive, &mut to);
        let _already_closed = to.shutdown(std::net::Shutdown::Write);
    });
}

fn write_later(receive: &Receiver<(Instant, Vec<u8>)>, to: &mut TcpStream) {
    while let Ok((at, bytes)) = receive.recv() {
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// What a line is handed to.
type Each = Box<dyn FnMut(&[u8]) + Send>;

/// Cuts a stream into lines, without its literals.
struct Lines {
    line: Vec<u8>,
    skip: usize,
    each: Each,
}

impl Lines {
    fn new(each: impl FnMut(&[u8]) + Send + 'static) -> Self {
        Self { line: Vec::new(), skip: 0, each: Box::new(each) }
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
                self.line.extend_from_slice(bytes);
                return;
            };
            self.line.extend_from_slice(&bytes[..=end]);
            bytes = &bytes[end + 1..];
            self.skip = announced(&self.line).unwrap_or(0);
            (self.each)(&self.line);
            self.line.clear();
        }
    }
}
