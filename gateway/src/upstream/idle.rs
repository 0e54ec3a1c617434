//! A bound on how long nothing may happen.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Expires when nothing has moved for as long as the limit. The timer is set anew only when it goes
/// off, so whatever moves often costs no more than a look at the clock.
#[derive(Debug)]
pub struct Idle {
    limit: Duration,
    moved_at: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    /// Something moves now, and then nothing for at most `limit`.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit, moved_at: Instant::now(), timer: None }
    }

    /// Something moved.
    pub fn moved(&mut self) {
        self.moved_at = Instant::now();
    }

    /// Nothing moves at the moment: ready when that has gone on for too long.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let end = self.moved_at + self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= end {
                return Poll::Ready(());
            }
            timer.as_mut().reset(end);
        }
    }
}
