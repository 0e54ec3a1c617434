//! Buckets in Redis, which all gateways take from.
//!
//! While Redis is away each gateway counts by itself: more gets through, but never without bound.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use chassis::redis::{Cache, redis};

use super::buckets::Buckets;
use super::{Quota, QuotaConfig, Standing, TooMany, Who};

/// The same as [`Quota::take`], in microseconds of the clock of Redis. Answers whether it took one,
/// how long it takes until the bucket is full, and until the next one may come.
const TAKE: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost = tonumber(ARGV[1])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local latest = now + cost * tonumber(ARGV[2])
if full_at + cost > latest then
  return {0, full_at - now, full_at + cost - latest}
end
full_at = full_at + cost
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1000)
return {1, full_at - now, 0}
";

/// The limits by name.
pub(super) struct Global {
    cache: Cache,
    by_name: BTreeMap<String, (Quota, Buckets)>,
}

impl Global {
    pub(super) fn new(config: &BTreeMap<String, QuotaConfig>, cache: Cache) -> Self {
        let limit = |(name, config): (&String, &QuotaConfig)| {
            let quota = Quota::from(*config);
            (name.clone(), (quota, Buckets::new(quota)))
        };
        Self { cache, by_name: config.iter().map(limit).collect() }
    }

    pub(super) async fn take(
        &self,
        name: &str,
        address: IpAddr,
    ) -> Result<Option<Standing>, TooMany> {
        let Some((quota, local)) = self.by_name.get(name) else { return Ok(None) };
        if quota.is_unlimited() {
            return Ok(None);
        }
        let mut take = redis::cmd("EVAL");
        take.arg(TAKE)
            .arg(1)
            .arg(self.cache.key(&format!("limit:{name}:{address}")))
            .arg(quota.cost_ns() / 1000)
            .arg(quota.burst());
        let answer: Result<(u8, u64, u64), _> =
            self.cache.run(async |conn| take.query_async(conn).await).await;
        match answer {
            Ok((0, to_full_us, retry_after_us)) => {
                Err(quota.refuse(to_full_us * 1000, retry_after_us * 1000))
            }
            Ok((_, to_full_us, _)) => Ok(Some(quota.standing(to_full_us * 1000))),
            Err(error) => {
                tracing::warn!(limit = name, "{name} is counted by this gateway alone: {error}");
                local.take(Who::Address(address), Instant::now())
            }
        }
    }
}
