//! How many connections are being made at the same moment: to one server, and in all.
//!
//! A thousand mailboxes that start together, or come back together after an outage, must not storm a server, nor fill
//! this machine with handshakes. A server that keeps us waiting delays only itself: its attempts soon give their place
//! in the whole back and keep only the one at their own server. Knows hosts, never accounts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Handshakes at the same moment, whatever the servers.
const AT_ONCE: usize = 64;
/// After this an attempt waits for the server and not for us: it counts for the whole no longer.
const OURS: Duration = Duration::from_secs(2);

/// The gate that every connection goes through.
#[derive(Debug)]
pub struct Gate {
    all: Arc<Semaphore>,
    per_host: usize,
    hosts: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl Gate {
    /// A gate that lets so many through to one server at once.
    pub fn new(per_host: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), per_host: per_host.max(1), hosts: Mutex::default() }
    }

    /// Makes a connection when there is room.
    pub async fn pass<T>(&self, host: &str, connect: impl Future<Output = T> + Send) -> T {
        let _at_host = enter(self.host(host)).await;
        let mut in_all = enter(Arc::clone(&self.all)).await;
        let mut connect = Box::pin(connect);
        tokio::select! {
            connected = &mut connect => return connected,
            () = tokio::time::sleep(OURS) => drop(in_all.take()),
        }
        connect.await
    }

    fn host(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Semaphore::new(self.per_host));
        Arc::clone(hosts.entry(host.to_ascii_lowercase()).or_insert_with(made))
    }
}

/// A place; `None` only if the gate were closed, which nobody does.
async fn enter(room: Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    room.acquire_owned().await.ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_sees_few_at_once() {
        let gate = Gate::new(3);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let connect = || async {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_secs(30)).await;
            now.fetch_sub(1, Ordering::SeqCst);
        };
        join_all((0..10).map(|_| gate.pass("slow.example", connect()))).await;
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn dead_servers_delay_no_other() {
        let gate = Arc::new(Gate::new(3));
        let dead: Vec<_> = (0..AT_ONCE)
            .map(|n| {
                let gate = Arc::clone(&gate);
                tokio::spawn(async move {
                    gate.pass(&format!("dead{n}.example"), std::future::pending::<()>()).await
                })
            })
            .collect();
        tokio::task::yield_now().await;
        // Every place is taken by a server that never answers; the next one waits for seconds, not for ever.
        assert_eq!(gate.pass("healthy.example", std::future::ready(7)).await, 7);
        dead.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
