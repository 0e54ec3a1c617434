//! A bound on how long nothing may happen.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::Alarm;

/// Expires when nothing has moved for as long as the limit.
#[derive(Debug)]
pub struct Idle {
    limit: Duration,
    moved_at: Instant,
    alarm: Alarm,
}

impl Idle {
    /// Something moves now, and then nothing for at most `limit`.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit, moved_at: Instant::now(), alarm: Alarm::default() }
    }

    /// Something moved.
    pub fn moved(&mut self) {
        self.moved_at = Instant::now();
    }

    /// Nothing moves at the moment: ready when that has gone on for too long.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.alarm.poll(cx, self.moved_at + self.limit)
    }
}
