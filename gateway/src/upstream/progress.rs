//! How far a body has come, for whoever waits for the answer to it.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::ForwardError;
use super::upload::UploadError;

/// What the waiting side needs to know about the sending side. Both are on one thread.
#[derive(Debug)]
pub struct Progress {
    moved_at: Cell<Instant>,
    waits_for_client: Cell<bool>,
    failure: Cell<Option<UploadError>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            moved_at: Cell::new(Instant::now()),
            waits_for_client: Cell::new(false),
            failure: Cell::new(None),
        }
    }
}

impl Progress {
    pub(super) fn moved(&self) {
        self.moved_at.set(Instant::now());
        self.waits_for_client.set(false);
    }

    pub(super) fn waits_for_client(&self) {
        self.waits_for_client.set(true);
    }

    pub(super) fn failed(&self, error: UploadError) {
        self.failure.set(Some(error));
    }

    /// What went wrong with the body, if that is why there is no answer.
    pub(super) fn failure(&self) -> Option<ForwardError> {
        self.failure.get().map(|error| match error {
            UploadError::TooLarge => ForwardError::BodyTooLarge,
            UploadError::Stalled => ForwardError::BodyStalled,
            UploadError::Broken => ForwardError::BodyBroken,
        })
    }

    /// Since when the service has had its turn.
    fn idle_since(&self) -> Instant {
        // Waiting for the client is bounded by the body itself.
        if self.waits_for_client.get() { Instant::now() } else { self.moved_at.get() }
    }
}

/// Waits for an answer that the service has `limit` to begin, not counting the time in which the
/// client still sends its body.
pub(super) async fn within<T>(
    limit: Duration,
    progress: Option<&Progress>,
    answer: impl Future<Output = T>,
) -> Result<T, ForwardError> {
    let mut answer = std::pin::pin!(answer);
    let mut deadline = Instant::now() + limit;
    loop {
        if let Ok(answer) = timeout_at(deadline, answer.as_mut()).await {
            return Ok(answer);
        }
        let later = progress.map(|progress| progress.idle_since() + limit);
        match later.filter(|later| *later > deadline) {
            Some(later) => deadline = later,
            None => return Err(ForwardError::Silent),
        }
    }
}
