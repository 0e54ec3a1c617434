//! A bound on how long nothing may happen.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Expires when nothing has moved for as long as the limit. Costs nothing while things move.
#[derive(Debug)]
pub(super) struct Idle {
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    is_running: bool,
}

impl Idle {
    pub(super) const fn new(limit: Duration) -> Self {
        Self { limit, timer: None, is_running: false }
    }

    /// Something moved.
    pub(super) const fn moved(&mut self) {
        self.is_running = false;
    }

    /// Nothing moves at the moment: ready when that has gone on for too long.
    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let end = || Instant::now() + self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end())));
        if !self.is_running {
            timer.as_mut().reset(end());
            self.is_running = true;
        }
        timer.as_mut().poll(cx)
    }
}
