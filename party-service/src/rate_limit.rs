//! How often anyone may do what costs us.

use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chassis::clock::Clock;
use chassis::redis::{Cache, CacheError, redis};
use quick_cache::sync::Cache as Counts;

/// The length of a window in seconds.
const WINDOW_S: i64 = 60;
/// How many of them are counted without Redis; of more the least active are forgotten.
const MAX_COUNTS: usize = 10_000;

/// Asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests")]
pub struct TooMany {
    /// When the next window begins.
    pub retry_after: Duration,
}

/// So many requests a minute from one person or place, counted in Redis for all instances together.
///
/// While Redis is away each instance counts for itself: the bound is then as many times higher as
/// there are instances, but still a bound.
#[derive(Clone)]
pub struct RateLimit {
    name: &'static str,
    per_minute: u32,
    cache: Cache,
    clock: Clock,
    own_counts: Arc<Counts<String, Arc<AtomicU32>>>,
}

impl RateLimit {
    /// A limit; what is counted under one name is counted together.
    #[must_use]
    pub fn new(name: &'static str, per_minute: u32, cache: Cache, clock: Clock) -> Self {
        let own_counts = Arc::new(Counts::new(MAX_COUNTS));
        Self { name, per_minute, cache, clock, own_counts }
    }

    /// Counts a request of this person or place, and refuses it if it is one too many.
    pub async fn admit(&self, whose: impl Display) -> Result<(), TooMany> {
        let now_s = self.clock.now().timestamp();
        let window = now_s.div_euclid(WINDOW_S);
        let subject = format!("rate:{}:{whose}:{window}", self.name);
        let count = match self.count(&subject).await {
            Ok(count) => count,
            Err(error) => {
                tracing::debug!(%error, "requests are counted by this instance alone");
                self.count_alone(&subject)
            }
        };
        if count <= self.per_minute {
            return Ok(());
        }
        let left_s = WINDOW_S - now_s.rem_euclid(WINDOW_S);
        Err(TooMany { retry_after: Duration::from_secs(left_s.unsigned_abs()) })
    }

    async fn count(&self, subject: &str) -> Result<u32, CacheError> {
        let key = self.cache.key(subject);
        let mut pipe = redis::pipe();
        pipe.atomic().incr(&key, 1).expire(&key, 2 * WINDOW_S).ignore();
        let (count,): (u32,) = self.cache.run(async |conn| pipe.query_async(conn).await).await?;
        Ok(count)
    }

    fn count_alone(&self, subject: &str) -> u32 {
        let begin = || Ok::<_, Infallible>(Arc::default());
        let Ok(count) = self.own_counts.get_or_insert_with(subject, begin);
        count.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }
}
