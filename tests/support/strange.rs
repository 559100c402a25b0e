//! Servers that behave badly in ways a real one will not show on demand.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

/// A server that takes connections and does this with them.
pub async fn strange<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

/// A server that greets with a byte a second and never comes to the end of the line.
pub async fn byte_a_second() -> u16 {
    strange(|mut stream| async move {
        for byte in "* OK ".bytes().chain(std::iter::repeat(b'.')) {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            // Being slow is what this server is for; there is no event to wait for.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    })
    .await
}

/// Waits for the next second of the clock: servers tell arrivals to the second.
pub fn next_second() {
    // Nobody tells when a second is over.
    std::thread::sleep(Duration::from_millis(1_100));
}
