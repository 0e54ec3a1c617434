//! Ctrl-C and its kin, turned into an error that every wait of the launcher returns.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal};

/// What a wait answers once somebody asked the launcher to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped on request")
    }
}

impl std::error::Error for Interrupted {}

/// Counts the requests to stop; all waiting of the launcher goes through it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    requests: Arc<(Mutex<u32>, Condvar)>,
}

impl Interrupt {
    /// Takes over SIGINT, SIGTERM and SIGHUP for the whole process.
    ///
    /// To be called first thing in `main`: threads inherit the blocked signals from the one that
    /// starts them, and so do children, which [`crate::process::prepare`] therefore unblocks.
    pub fn install() -> nix::Result<Self> {
        let signals: SigSet =
            [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect();
        signals.thread_block()?;
        let interrupt = Self::default();
        let counter = interrupt.clone();
        thread::spawn(move || {
            while signals.wait().is_ok() {
                counter.request();
            }
        });
        Ok(interrupt)
    }

    /// Asks everything that waits to stop, as a signal does.
    pub fn request(&self) {
        let (count, changed) = &*self.requests;
        *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        changed.notify_all();
    }

    /// Waits for `time`, less if somebody asks to stop.
    pub fn pause(&self, time: Duration) -> Result<(), Interrupted> {
        if self.pause_until_more_than(0, time) { Err(Interrupted) } else { Ok(()) }
    }

    /// How often stopping was asked for so far.
    #[must_use]
    pub fn count(&self) -> u32 {
        *self.requests.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `time`, less if stopping was asked for more than `seen` times; true says so.
    ///
    /// For the tear-down, which a first Ctrl-C starts and only a second one cuts short.
    #[must_use]
    pub fn pause_until_more_than(&self, seen: u32, time: Duration) -> bool {
        let (count, changed) = &*self.requests;
        let guard = count.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, _) = changed
            .wait_timeout_while(guard, time, |count| *count <= seen)
            .unwrap_or_else(PoisonError::into_inner);
        *guard > seen
    }

    /// Polls `condition` every 30 ms until it holds (true) or `limit` has passed (false).
    pub fn poll(
        &self,
        limit: Duration,
        mut condition: impl FnMut() -> bool,
    ) -> Result<bool, Interrupted> {
        let deadline = Instant::now() + limit;
        while !condition() {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            self.pause(Duration::from_millis(30))?;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_a_running_wait() {
        let interrupt = Interrupt::default();
        let other = interrupt.clone();
        let waiting = thread::spawn(move || other.pause(Duration::from_hours(1)));
        interrupt.request();
        assert_eq!(waiting.join().unwrap(), Err(Interrupted));
    }

    #[test]
    fn a_first_request_does_not_cut_the_tear_down_short() {
        let interrupt = Interrupt::default();
        interrupt.request();
        let seen = interrupt.count();
        assert!(!interrupt.pause_until_more_than(seen, Duration::ZERO));
        interrupt.request();
        assert!(interrupt.pause_until_more_than(seen, Duration::from_hours(1)));
    }

    #[test]
    fn polling_gives_up_at_its_limit() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.poll(Duration::ZERO, || false), Ok(false));
        assert_eq!(interrupt.poll(Duration::ZERO, || true), Ok(true));
    }
}
