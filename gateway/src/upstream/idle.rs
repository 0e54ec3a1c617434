//! A bound on how long nothing may happen.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::Alarm;

/// Expires when nothing has moved for as long as the limit. Where everything moves it does not even look
/// at the clock.
#[derive(Debug)]
pub struct Idle {
    limit: Duration,
    /// When it was first seen that nothing moves.
    still_since: Option<Instant>,
    alarm: Alarm,
}

impl Idle {
    /// Something moves now, and then nothing for at most `limit`.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit, still_since: None, alarm: Alarm::default() }
    }

    /// Something moved.
    pub fn moved(&mut self) {
        self.still_since = None;
    }

    /// Nothing moves at the moment: ready when that has gone on for too long.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.still_since.get_or_insert_with(Instant::now);
        self.alarm.poll(cx, since + self.limit)
    }
}
