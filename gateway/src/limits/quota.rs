//! How much a bucket holds and how fast it fills, and what taking from it means.
//!
//! A bucket is one number, the moment at which it will be full again (the generic cell rate
//! algorithm): taking one request moves it on by what one costs, and it may not be moved further
//! ahead than a whole bucket.

use std::time::Duration;

use serde::Deserialize;

use super::{Standing, TooMany};

/// A quota as it is configured.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaConfig {
    /// How many requests come in again each minute. 0: there is no limit.
    pub per_minute: u32,
    /// How many may come at once.
    pub burst: u32,
}

/// A quota to reckon with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    burst: u32,
    /// Nanoseconds in which one request comes in again; 0 if there is no limit.
    cost_ns: u64,
}

impl From<QuotaConfig> for Quota {
    fn from(config: QuotaConfig) -> Self {
        const MINUTE_NS: u64 = 60_000_000_000;
        let cost_ns = MINUTE_NS.checked_div(config.per_minute.into()).unwrap_or(0);
        Self { burst: config.burst, cost_ns }
    }
}

impl Quota {
    /// Whether there is no limit.
    #[must_use]
    pub const fn is_unlimited(self) -> bool {
        self.cost_ns == 0
    }

    /// How many may come at once.
    #[must_use]
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// Nanoseconds in which one request comes in again.
    #[must_use]
    pub const fn cost_ns(self) -> u64 {
        self.cost_ns
    }

    /// Takes one at `now` from a bucket that is full at `full_at`, in nanoseconds of the same clock.
    pub fn take(self, full_at: &mut u64, now: u64) -> Result<Standing, TooMany> {
        let after = (*full_at).max(now).saturating_add(self.cost_ns);
        let latest = now.saturating_add(self.cost_ns.saturating_mul(self.burst.into()));
        if after > latest {
            return Err(self.refuse(*full_at - now, after - latest));
        }
        *full_at = after;
        Ok(self.standing(after - now))
    }

    /// What is left in a bucket that takes so long to be full.
    pub(super) fn standing(self, to_full_ns: u64) -> Standing {
        let taken = to_full_ns.div_ceil(self.cost_ns.max(1));
        let remaining = u64::from(self.burst).saturating_sub(taken);
        Standing {
            limit: self.burst,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset: Duration::from_nanos(to_full_ns),
        }
    }

    pub(super) fn refuse(self, to_full_ns: u64, retry_after_ns: u64) -> TooMany {
        let standing = Standing { remaining: 0, ..self.standing(to_full_ns) };
        TooMany { standing, retry_after: Duration::from_nanos(retry_after_ns) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Quota, QuotaConfig};

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_bucket_empties_and_fills() {
        let quota = Quota::from(QuotaConfig { per_minute: 60, burst: 3 });
        let (mut full_at, now) = (0, 100 * SECOND);
        for remaining in [2, 1, 0] {
            assert_eq!(quota.take(&mut full_at, now).unwrap().remaining, remaining);
        }
        let refused = quota.take(&mut full_at, now + SECOND / 4).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_millis(750));
        assert_eq!((refused.standing.limit, refused.standing.remaining), (3, 0));
        // Being refused costs nothing.
        assert_eq!(quota.take(&mut full_at, now + SECOND).unwrap().remaining, 0);
        let rested = quota.take(&mut full_at, now + 100 * SECOND).unwrap();
        assert_eq!((rested.remaining, rested.reset), (2, Duration::from_secs(1)));
    }

    proptest::proptest! {
        /// In no stretch of time does more get through than a burst and what came in since.
        #[test]
        fn no_more_than_the_quota(
            per_minute in 1..6000_u32, burst in 1..50_u32,
            gaps in proptest::collection::vec(0..2_000_000_000_u64, 1..200),
        ) {
            let quota = Quota::from(QuotaConfig { per_minute, burst });
            let (mut full_at, start) = (0, 1000 * SECOND);
            let (mut now, mut taken) = (start, 0_u64);
            for gap in gaps {
                now += gap;
                taken += u64::from(quota.take(&mut full_at, now).is_ok());
                let earned = (now - start) / quota.cost_ns();
                assert!(taken <= u64::from(burst) + earned + 1, "{taken}");
            }
        }
    }
}
