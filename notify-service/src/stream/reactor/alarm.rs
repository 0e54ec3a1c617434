//! Wakes the thread that waits for sockets, because there is something else to do.

use std::sync::atomic::{AtomicBool, Ordering};

use mio::Waker;

/// Rings once, however often it is pressed before it is answered: a ring costs a system call.
#[derive(Debug)]
pub(super) struct Alarm {
    waker: Waker,
    is_ringing: AtomicBool,
}

impl Alarm {
    pub(super) const fn new(waker: Waker) -> Self {
        Self { waker, is_ringing: AtomicBool::new(false) }
    }

    /// Wakes the thread. What was put in place before is seen after [`answer`](Self::answer).
    pub(super) fn ring(&self) {
        if !self.is_ringing.swap(true, Ordering::AcqRel)
            && let Err(error) = self.waker.wake()
        {
            tracing::error!(%error, "the streams cannot be woken: {error}");
        }
    }

    /// The thread is awake, and looks around next.
    pub(super) fn answer(&self) {
        self.is_ringing.swap(false, Ordering::AcqRel);
    }
}
