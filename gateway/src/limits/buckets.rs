//! The buckets of one gateway, in memory.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use super::{Quota, Standing, TooMany, Who};

/// Parts with a lock each, so that workers seldom meet.
const SHARDS: usize = 64;
/// The most buckets in one part. A bucket that is full again is not needed; when more people than
/// that are in the middle of theirs, those who come next are not counted.
const MAX_PER_SHARD: usize = 8192;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// For each who came lately, when their bucket is full again.
pub(super) struct Buckets {
    quota: Quota,
    hasher: RandomState,
    shards: Vec<Mutex<HashMap<Who, u64>>>,
}

impl Buckets {
    pub(super) fn new(quota: Quota) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { quota, hasher: RandomState::new(), shards }
    }

    /// Takes one at this moment. Nothing to tell if there is no limit.
    pub(super) fn take(&self, who: Who, at: Instant) -> Result<Option<Standing>, TooMany> {
        if self.quota.is_unlimited() {
            return Ok(None);
        }
        let since_start = at.saturating_duration_since(*START);
        let now = u64::try_from(since_start.as_nanos()).unwrap_or(u64::MAX);
        let hash = usize::try_from(self.hasher.hash_one(who) & 0xffff).unwrap_or_default();
        let shard = self.shards.get(hash % SHARDS).and_then(|shard| shard.lock().ok());
        // A lock that a panic has poisoned counts nobody.
        let Some(mut shard) = shard else { return Ok(None) };
        if let Some(full_at) = shard.get_mut(&who) {
            return self.quota.take(full_at, now).map(Some);
        }
        if shard.len() >= MAX_PER_SHARD {
            shard.retain(|_, full_at| *full_at > now);
        }
        let mut full_at = now;
        let standing = self.quota.take(&mut full_at, now)?;
        if shard.len() < MAX_PER_SHARD {
            shard.insert(who, full_at);
        }
        Ok(Some(standing))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use contracts::UserId;

    use super::{Buckets, MAX_PER_SHARD, SHARDS};
    use crate::limits::{QuotaConfig, Who};

    fn buckets(per_minute: u32, burst: u32) -> Buckets {
        Buckets::new(QuotaConfig { per_minute, burst }.into())
    }

    #[test]
    fn each_has_a_bucket_of_their_own() {
        let buckets = buckets(1, 2);
        let (one, other) = (Who::User(UserId::new()), Who::User(UserId::new()));
        let take = |who| buckets.take(who, Instant::now());
        assert!(take(one).is_ok() && take(one).is_ok());
        assert!(take(one).is_err() && take(other).is_ok());
    }

    #[test]
    fn no_limit_is_none() {
        let buckets = buckets(0, 0);
        assert_eq!(buckets.take(Who::User(UserId::new()), Instant::now()), Ok(None));
    }

    #[test]
    fn however_many_come_memory_is_bounded() {
        let buckets = buckets(1, 1);
        for _ in 0..SHARDS * MAX_PER_SHARD + 10_000 {
            let _ = buckets.take(Who::User(UserId::new()), Instant::now());
        }
        for shard in &buckets.shards {
            assert!(shard.lock().unwrap().len() <= MAX_PER_SHARD);
        }
    }
}
