//! A TCP connection to whichever address of a host answers first (RFC 8305, "Happy Eyeballs").
//!
//! Many hosts of mail have addresses of both families, and one of them may lead nowhere: tried one after the other, the
//! dead one would cost the whole time there is. Never speaks to anybody.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

/// Head start of one address over the next (RFC 8305 section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// Looks a host up and connects to the first of its addresses that answers; small packets do not wait for each other.
///
/// # Errors
/// The system's, of the look-up or of the last address that failed.
pub async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    to_any(&addresses).await
}

/// Connects to the first of some addresses that answers.
///
/// # Errors
/// The system's, of the last address that failed.
pub async fn to_any(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut waiting = in_turns(addresses);
    let mut trying = FuturesUnordered::new();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut next = Instant::now();
    loop {
        tokio::select! {
            // An answer before another attempt.
            biased;
            Some(tried) = trying.next() => match tried {
                Ok(stream) => return Ok(ready(stream)),
                Err(error) => {
                    last = error;
                    next = Instant::now();
                }
            },
            () = sleep_until(next), if !waiting.is_empty() => {
                trying.extend(waiting.pop_front().map(TcpStream::connect));
                next = Instant::now() + STAGGER;
            }
            else => return Err(last),
        }
    }
}

fn ready(stream: TcpStream) -> TcpStream {
    // Costs only speed when it fails.
    let _ = stream.set_nodelay(true);
    stream
}

/// The families in turns, beginning with the one that the system puts first.
fn in_turns(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut some, mut others): (VecDeque<_>, VecDeque<_>) =
        addresses.iter().copied().partition(|address| address.is_ipv6() == first);
    let mut mixed = VecDeque::with_capacity(addresses.len());
    while !(some.is_empty() && others.is_empty()) {
        mixed.extend(some.pop_front());
        mixed.extend(others.pop_front());
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn families_take_turns() {
        let parse = |list: &str| -> Vec<SocketAddr> {
            list.split_whitespace().map(|text| text.parse().unwrap()).collect()
        };
        for (given, expected) in [
            ("[2001:db8::1]:1 [2001:db8::2]:1 192.0.2.1:1", "[2001:db8::1]:1 192.0.2.1:1 [2001:db8::2]:1"),
            ("192.0.2.1:1 192.0.2.2:1 [2001:db8::1]:1", "192.0.2.1:1 [2001:db8::1]:1 192.0.2.2:1"),
            ("192.0.2.1:1", "192.0.2.1:1"),
            ("", ""),
        ] {
            assert_eq!(Vec::from(in_turns(&parse(given))), parse(expected), "{given}");
        }
    }

    #[tokio::test]
    async fn a_dead_address_hides_no_living_one() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let living = listener.local_addr().unwrap();
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        // A documentation address: unreachable, or silent for minutes.
        let silent: SocketAddr = "192.0.2.1:9".parse().unwrap();
        for addresses in
            [vec![living], vec![closed, living], vec![silent, living], vec![silent, closed, living]]
        {
            let stream = to_any(&addresses).await.unwrap();
            assert_eq!(stream.peer_addr().unwrap(), living, "{addresses:?}");
            assert!(stream.nodelay().unwrap());
        }
        assert!(to_any(&[closed]).await.is_err());
        assert!(to_any(&[]).await.is_err());
    }
}
