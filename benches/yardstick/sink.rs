//! An SMTP server that takes everything at once and keeps nothing: requests to agents must go somewhere.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub(crate) fn run() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    crate::say(&serde_json::json!({ "port": listener.local_addr().unwrap().port() }));
    let taken = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&taken);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, counting) = (stream.unwrap(), Arc::clone(&counting));
            std::thread::spawn(move || serve(&stream, &counting));
        }
    });
    crate::wait_for_the_end();
    crate::say(&serde_json::json!({ "taken": taken.load(Relaxed) }));
}

/// Ends with the connection, whoever closes it and how.
fn serve(stream: &TcpStream, taken: &AtomicU64) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let (mut lines, mut to) = (BufReader::new(stream), stream);
    to.write_all(b"220 sink.example ESMTP\r\n").ok()?;
    let (mut line, mut data) = (Vec::new(), false);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_slice() {
            _ if data && line == b".\r\n" => {
                data = false;
                taken.fetch_add(1, Relaxed);
                b"250 2.0.0 taken\r\n"
            }
            _ if data => continue,
            b"EHLO" => b"250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            b"DATA" => {
                data = true;
                b"354 go on\r\n"
            }
            b"QUIT" => b"221 bye\r\n",
            _ => b"250 2.0.0 fine\r\n",
        };
        to.write_all(answer).ok()?;
    }
}
