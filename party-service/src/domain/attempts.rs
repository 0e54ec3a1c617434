//! How often someone may try to sign in.
//!
//! Every attempt is counted before it is judged and taken back when it was right, so that a
//! thousand attempts at once are a thousand. From a point on each failure closes the door for a
//! while, twice as long as the one before. While it is closed nobody is judged, the right password
//! included, and nothing is counted, so knocking does not keep it closed.

use chrono::{DateTime, TimeDelta, Utc};

/// How long the door is closed the first time.
const FIRST_LOCK: TimeDelta = TimeDelta::seconds(1);
/// How long the door is closed at most.
const LONGEST_LOCK: TimeDelta = TimeDelta::minutes(15);
/// Failures are forgotten when there was none for so long.
pub const FORGET_AFTER: TimeDelta = TimeDelta::hours(1);

/// The attempts counted at one door: an account, or an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// How many have failed or are still being judged.
    pub failures: u32,
    /// When the last was.
    pub last_at: DateTime<Utc>,
    /// Until when the door is closed.
    pub locked_until: Option<DateTime<Utc>>,
}

impl Attempts {
    /// None yet.
    #[must_use]
    pub const fn none(now: DateTime<Utc>) -> Self {
        Self { failures: 0, last_at: now, locked_until: None }
    }

    /// Counts an attempt, or says how long to wait. The first `free` failures cost no wait.
    pub fn admit(self, free: u32, now: DateTime<Utc>) -> Result<Self, TimeDelta> {
        if let Some(until) = self.locked_until.filter(|until| *until > now) {
            return Err(until - now);
        }
        let forgotten = now - self.last_at >= FORGET_AFTER;
        let failures = if forgotten { 1 } else { self.failures.saturating_add(1) };
        let locked_until = failures.checked_sub(free).map(|doublings| now + lock_time(doublings));
        Ok(Self { failures, last_at: now, locked_until })
    }

    /// Takes back an attempt that was right, and the lock it brought should it have been wrong.
    #[must_use]
    pub fn take_back(self) -> Self {
        Self { failures: self.failures.saturating_sub(1), locked_until: None, ..self }
    }
}

fn lock_time(doublings: u32) -> TimeDelta {
    let factor = 1_i32.checked_shl(doublings).filter(|factor| *factor > 0);
    factor
        .and_then(|factor| FIRST_LOCK.checked_mul(factor))
        .map_or(LONGEST_LOCK, |time| time.min(LONGEST_LOCK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FREE: u32 = 5;

    fn start() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn failed(times: u32) -> (Attempts, DateTime<Utc>) {
        let (mut attempts, mut now) = (Attempts::none(start()), start());
        for _ in 0..times {
            now = attempts.locked_until.unwrap_or(now).max(now);
            attempts = attempts.admit(FREE, now).unwrap();
        }
        (attempts, now)
    }

    #[test]
    fn each_failure_beyond_the_free_ones_locks_twice_as_long() {
        let lock_s = |times| {
            let (attempts, now) = failed(times);
            attempts.locked_until.map(|until| (until - now).num_seconds())
        };
        assert_eq!([4, 5, 6, 7, 14].map(lock_s), [None, Some(1), Some(2), Some(4), Some(512)]);
        assert_eq!([15, 16, 40, 200].map(lock_s), [Some(900); 4]);
    }

    #[test]
    fn a_closed_door_counts_nothing() {
        let (attempts, now) = failed(8);
        let waits = attempts.admit(FREE, now + TimeDelta::seconds(3));
        assert_eq!(waits, Err(TimeDelta::seconds(5)));
        assert!(attempts.admit(FREE, now + TimeDelta::seconds(8)).is_ok());
    }

    #[test]
    fn an_hour_of_peace_forgets_all() {
        let (attempts, now) = failed(30);
        let later = attempts.admit(FREE, now + FORGET_AFTER).unwrap();
        assert_eq!((later.failures, later.locked_until), (1, None));
    }

    #[test]
    fn a_right_attempt_leaves_no_lock() {
        let (attempts, now) = failed(5);
        assert_eq!(attempts.take_back().failures, 4);
        assert!(attempts.take_back().admit(FREE, now).is_ok());
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_the_longest_lock(
            failures in 0..u32::MAX, ago_s in 0..10_000_i64, locked_s in -1_000..900_i64
        ) {
            let now = start() + TimeDelta::days(1);
            let attempts = Attempts {
                failures,
                last_at: now - TimeDelta::seconds(ago_s),
                locked_until: Some(now + TimeDelta::seconds(locked_s)),
            };
            match attempts.admit(FREE, now) {
                Ok(next) => prop_assert!(
                    next.locked_until.is_none_or(|until| until - now <= LONGEST_LOCK)
                ),
                Err(wait) => prop_assert!(wait > TimeDelta::zero() && wait <= LONGEST_LOCK),
            }
        }
    }
}
