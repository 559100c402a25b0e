//! The floor: sign in, open, and download every mail with pipelined `UID FETCH`es, throwing all away.

use std::time::Instant;

use crate::Arguments;
use crate::client::{BATCH, Client, DEPTH};

/// The password of every user of the bench's servers.
pub(crate) const PASSWORD: &str = "bench-password";

pub(crate) fn run(arguments: &Arguments) {
    let begun = Instant::now();
    let mut client = Client::sign_in(arguments.port("port"), arguments.text("user"));
    let folder = if arguments.has("folder") { arguments.text("folder") } else { "INBOX" };
    let (exists, next) = client.open("SELECT", folder);
    let (mut mails, mut bytes) = (0_u64, 0_usize);
    if !arguments.has("login-only") && exists > 0 {
        download(&mut client, next, |_, literal| {
            mails += 1;
            bytes += literal.len();
        });
    }
    client.run("LOGOUT", |_, _| {});
    let seconds = begun.elapsed().as_secs_f64();
    crate::say(&serde_json::json!({ "exists": exists, "mails": mails, "bytes": bytes, "seconds": seconds }));
}

/// Every body below `next`, by UID and bytes, with several commands in flight.
pub(crate) fn download(client: &mut Client, next: u32, mut each: impl FnMut(u32, &[u8])) {
    let mut waiting = std::collections::VecDeque::new();
    let mut from = 1;
    loop {
        while from < next && waiting.len() < DEPTH as usize {
            let to = (from + BATCH).min(next) - 1;
            waiting.push_back(client.send(&format!("UID FETCH {from}:{to} (BODY.PEEK[])")));
            from = to + 1;
        }
        let Some(tag) = waiting.pop_front() else { return };
        client.read_to(tag, |line, literal| {
            let Some(literal) = literal else { return };
            let line = String::from_utf8_lossy(line);
            let uid = line.split_once("UID ").map(|(_, rest)| rest.split(' ').next().unwrap());
            each(uid.and_then(|uid| uid.parse().ok()).unwrap(), literal);
        });
    }
}
