//! Waiting for what happens by itself, without guessing how long it takes.

use std::time::{Duration, Instant};

/// Asks again and again until there is an answer. Fails the test after half a minute, which on no
/// machine is how long anything of ours takes.
pub async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    until_within(Duration::from_secs(30), what, ask).await
}

/// The same for what takes as long as the machine needs for much work: fails after `patience`.
pub async fn until_within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
