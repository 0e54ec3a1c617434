//! How long to wait before trying again: longer each time, for ever.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);
/// What went well for this long is not what failed before.
const WELL_AGAIN: Duration = Duration::from_secs(10);

/// The pauses between attempts that fail.
pub(super) struct Backoff {
    next: Duration,
    resumed: Instant,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { next: FIRST, resumed: Instant::now() }
    }

    /// Waits, unless the service stops.
    pub(super) async fn pause(&mut self, stopping: &CancellationToken) {
        if self.resumed.elapsed() > WELL_AGAIN {
            self.next = FIRST;
        }
        // Instances that lost the same server must not all come back at the same moment.
        let pause = self.next.mul_f64(rand::random_range(0.5..=1.0));
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        self.next = (self.next * 2).min(LONGEST);
        self.resumed = Instant::now();
    }
}
