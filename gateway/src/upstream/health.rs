//! What is known of how an instance does, by those who sent it requests and those who asked it.
//!
//! An instance that fails several times in a row is left alone for a while, twice as long each time.
//! When it is back it gets few requests at first and its full share only after some seconds, so that
//! a service that has just started, or is only half well, is not run over.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// So many failures in a row are no accident.
const FAILURES: u32 = 5;
/// How long an instance is left alone the first time, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(16);
/// How long it takes to come back to a full share.
const RETURN: Duration = Duration::from_secs(10);
/// The share with which it begins, in thousandths.
const FIRST_SHARE: u64 = 100;
/// A full share.
pub(super) const FULL_SHARE: u64 = 1000;

/// Shared by all workers. Where all is well nothing is written, so that none waits for another.
#[derive(Debug)]
pub(super) struct Health {
    is_ready: AtomicBool,
    failures: AtomicU32,
    pauses: AtomicU32,
    /// Milliseconds since [`START`]; 0 if it is not left alone.
    paused_until: AtomicU64,
    /// The same; 0 if it has its full share.
    back_since: AtomicU64,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Milliseconds since the program began to ask, never 0.
fn now() -> u64 {
    millis(START.elapsed()) + 1
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Default for Health {
    fn default() -> Self {
        Self {
            is_ready: AtomicBool::new(true),
            failures: AtomicU32::new(0),
            pauses: AtomicU32::new(0),
            paused_until: AtomicU64::new(0),
            back_since: AtomicU64::new(0),
        }
    }
}

impl Health {
    /// Whether it says of itself that it takes requests.
    pub(super) fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Relaxed)
    }

    /// Whether it is left alone.
    pub(super) fn is_paused(&self) -> bool {
        let until = self.paused_until.load(Ordering::Relaxed);
        until != 0 && now() < until
    }

    /// How much it is to get, in thousandths of what others get.
    pub(super) fn share(&self) -> u64 {
        let since = self.back_since.load(Ordering::Relaxed);
        if since == 0 {
            return FULL_SHARE;
        }
        let share = now().saturating_sub(since) * FULL_SHARE / millis(RETURN);
        if share >= FULL_SHARE {
            self.back_since.store(0, Ordering::Relaxed);
            self.pauses.store(0, Ordering::Relaxed);
        }
        share.clamp(FIRST_SHARE, FULL_SHARE)
    }

    /// It answered a request.
    pub(super) fn succeeded(&self) {
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// It failed a request. Says whether it is left alone from now on.
    pub(super) fn failed(&self) -> bool {
        if self.failures.fetch_add(1, Ordering::Relaxed) + 1 < FAILURES || self.is_paused() {
            return false;
        }
        let pauses = self.pauses.fetch_add(1, Ordering::Relaxed).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << pauses).min(LONGEST_PAUSE);
        let until = now() + millis(pause);
        self.paused_until.store(until, Ordering::Relaxed);
        // Back on trial: one more failure is enough to be left alone again.
        self.failures.store(FAILURES - 1, Ordering::Relaxed);
        self.back_since.store(until, Ordering::Relaxed);
        true
    }

    /// It said, when asked, whether it takes requests. Says whether that is news.
    pub(super) fn said(&self, is_ready: bool) -> bool {
        let was_ready = self.is_ready.swap(is_ready, Ordering::Relaxed);
        let was_paused = is_ready && self.paused_until.swap(0, Ordering::Relaxed) != 0;
        if is_ready && (!was_ready || was_paused) {
            self.failures.store(0, Ordering::Relaxed);
            self.back_since.store(now(), Ordering::Relaxed);
        }
        was_ready != is_ready
    }
}

#[cfg(test)]
mod tests {
    use super::{FAILURES, FIRST_SHARE, FULL_SHARE, Health};

    #[test]
    fn failures_in_a_row_pause_it() {
        let health = Health::default();
        for _ in 1..FAILURES {
            assert!(!health.failed());
        }
        health.succeeded();
        for _ in 1..FAILURES {
            assert!(!health.failed());
        }
        assert!(!health.is_paused() && health.share() == FULL_SHARE);
        assert!(health.failed() && health.is_paused());
    }

    #[test]
    fn it_comes_back_with_a_small_share() {
        let health = Health::default();
        assert!(health.said(false) && !health.is_ready());
        assert!(!health.said(false));
        assert!(health.said(true) && health.is_ready());
        assert_eq!(health.share(), FIRST_SHARE);
        for _ in 0..FAILURES {
            health.failed();
        }
        assert!(health.is_paused());
        assert!(!health.said(true) && !health.is_paused(), "it answers again");
    }
}
