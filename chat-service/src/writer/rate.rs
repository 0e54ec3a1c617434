//! How fast one person may send.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::UserId;

use super::receipt::SendError;
use crate::config::SendingConfig;

/// So many people are remembered before those are forgotten who have not sent for a while.
const REMEMBERED: usize = 10_000;

/// A bucket for each person who has sent of late: it holds `burst` messages and fills again by
/// `per_second`.
///
/// It is kept as the one moment at which the bucket will be full: each message moves it on by what
/// one message takes to come back. Whoever has a full bucket need not be remembered.
pub(super) struct Rates {
    /// How long one message takes to come back.
    each: Duration,
    /// How far ahead the moment may be: an empty bucket.
    most: Duration,
    full_at: Mutex<HashMap<UserId, DateTime<Utc>>>,
}

impl Rates {
    pub(super) fn new(config: &SendingConfig) -> Self {
        let each = Duration::from_secs(1) / config.per_second;
        Self { each, most: each * config.burst, full_at: Mutex::default() }
    }

    /// Takes one message out of somebody's bucket.
    pub(super) fn take(&self, sender: UserId, now: DateTime<Utc>) -> Result<(), SendError> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= REMEMBERED && !full_at.contains_key(&sender) {
            full_at.retain(|_, moment| *moment > now);
        }
        let moment = full_at.entry(sender).or_insert(now);
        let next = (*moment).max(now) + self.each;
        let ahead = (next - now).to_std().unwrap_or_default();
        if ahead > self.most {
            return Err(SendError::TooFast(ahead.saturating_sub(self.most)));
        }
        *moment = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn rates() -> Rates {
        Rates::new(&SendingConfig {
            burst: 3,
            per_second: 2,
            queue: 1,
            writers: 1,
            patience: Duration::ZERO,
        })
    }

    #[test]
    fn d28_a_burst_then_a_steady_flow() {
        let (rates, me) = (rates(), UserId::new());
        let noon: DateTime<Utc> = "2026-11-23T03:00:00Z".parse().unwrap();
        for _ in 0..3 {
            rates.take(me, noon).unwrap();
        }
        assert_eq!(rates.take(me, noon), Err(SendError::TooFast(Duration::from_millis(500))));
        rates.take(UserId::new(), noon).unwrap();
        let later = noon + TimeDelta::milliseconds(500);
        rates.take(me, later).unwrap();
        assert!(rates.take(me, later).is_err());
        let much_later = noon + TimeDelta::hours(1);
        for _ in 0..3 {
            rates.take(me, much_later).unwrap();
        }
        assert!(rates.take(me, much_later).is_err());
    }

    #[test]
    fn those_who_have_stopped_are_forgotten() {
        let rates = rates();
        let noon: DateTime<Utc> = "2026-11-23T03:00:00Z".parse().unwrap();
        for _ in 0..REMEMBERED {
            rates.take(UserId::new(), noon).unwrap();
        }
        rates.take(UserId::new(), noon + TimeDelta::seconds(1)).unwrap();
        assert_eq!(rates.full_at.lock().unwrap().len(), 1);
    }
}
