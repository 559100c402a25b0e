//! Time that passes because people need some.

use std::time::Duration;

/// Between two things that a person does.
pub async fn breathe(millis: u64) {
    // Nothing is waited for: chaos has a pace.
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
