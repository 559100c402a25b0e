//! Threads that read mails: few, and always the same ones.
//!
//! A pattern keeps tables for each thread that has used it, and the allocator keeps apart what each thread gave back.
//! Mail read by whichever of many threads is free costs all that once for each of them, up to hundreds of megabytes in a
//! backlog. So work that keeps a core busy is done here, and not on the threads that wait for the network or for a file.
//! Knows nothing of mail.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{SendError, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// Readers on a large machine. More would read faster than the store can write.
const MOST: usize = 4;

/// The way to the readers, who start with the first work and stay.
static READERS: LazyLock<Sender<Work>> = LazyLock::new(|| {
    let (hand, waiting) = channel::<Work>();
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(MOST) {
        let waiting = Arc::clone(&waiting);
        // Where the system grants no thread, the others do its work, or whoever brings it.
        let _ = thread::Builder::new().name("reader".to_owned()).spawn(move || {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                match next {
                    Ok(work) => work(),
                    Err(_) => return,
                }
            }
        });
    }
    hand
});

/// Has a reader do it. A panic in it goes on here.
pub(super) async fn by_reader<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (tell, told) = oneshot::channel();
    let work = move || {
        // Nobody waits any more while the program stops.
        let _ = tell.send(catch_unwind(AssertUnwindSafe(work)));
    };
    if let Err(SendError(work)) = READERS.send(Box::new(work)) {
        work();
    }
    match told.await {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => resume_unwind(panic),
        // Readers answer whatever happens; only a program that ends comes here.
        Err(_) => resume_unwind(Box::new("a reader is gone")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn few_threads_do_all_and_outlive_a_panic() {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut seen = BTreeSet::new();
        for round in 0..20 {
            let fall = AssertUnwindSafe(by_reader(move || assert!(round > 100, "falls"))).catch_unwind();
            assert!(fall.await.is_err());
            let names =
                join_all((0..10).map(|n| by_reader(move || (n, format!("{:?}", thread::current().id())))));
            for (expected, (n, thread)) in names.await.into_iter().enumerate() {
                assert_eq!(n, expected);
                seen.insert(thread);
            }
        }
        assert!(seen.len() <= cores.min(MOST), "{seen:?}");
    }
}
