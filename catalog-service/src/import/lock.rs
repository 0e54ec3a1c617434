//! One import at a time, over all instances and the command line.
//!
//! The lock is a key in Redis with the token of its owner. It expires unless it is renewed, so a
//! killed owner does not hold it for long. An owner that only slept through the expiry may wake up
//! beside a new one: what it may then write is decided by the fence of the run, in the database.

use std::time::Duration;

use chassis::redis::{Cache, CacheError, redis};
use tokio_util::task::AbortOnDropHandle;

const KEY: &str = "catalog-import-lock";

const RENEW: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then \
                     return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";
const RELEASE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then \
                       return redis.call('DEL', KEYS[1]) else return 0 end";

/// The right to import, until it is dropped or released.
pub struct Lock {
    cache: Cache,
    token: String,
    _renewing: AbortOnDropHandle<()>,
}

impl Lock {
    /// Takes the lock if nobody has it.
    pub async fn try_take(cache: &Cache, ttl: Duration) -> Result<Option<Self>, CacheError> {
        let token = format!("{:032x}", rand::random::<u128>());
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        let mut take = redis::cmd("SET");
        take.arg(cache.key(KEY)).arg(&token).arg("NX").arg("PX").arg(ttl_ms);
        let answer: Option<String> = cache.run(async |conn| take.query_async(conn).await).await?;
        if answer.is_none() {
            return Ok(None);
        }
        let renewing = tokio::spawn(renew(cache.clone(), token.clone(), ttl, ttl_ms));
        Ok(Some(Self { cache: cache.clone(), token, _renewing: AbortOnDropHandle::new(renewing) }))
    }

    /// Gives the lock back. If that fails it expires by itself.
    pub async fn release(self) {
        let mut release = redis::cmd("EVAL");
        release.arg(RELEASE).arg(1).arg(self.cache.key(KEY)).arg(&self.token);
        let released: Result<u32, _> =
            self.cache.run(async |conn| release.query_async(conn).await).await;
        if let Err(error) = released {
            tracing::warn!(%error, "the import lock was not given back and will expire");
        }
    }
}

/// Renews the lock three times in its life, until it is someone else's.
async fn renew(cache: Cache, token: String, ttl: Duration, ttl_ms: u64) {
    loop {
        tokio::time::sleep(ttl / 3).await;
        let mut renew = redis::cmd("EVAL");
        renew.arg(RENEW).arg(1).arg(cache.key(KEY)).arg(&token).arg(ttl_ms);
        match cache.run(async |conn| renew.query_async::<u32>(conn).await).await {
            Ok(1) => {}
            Ok(_) => {
                tracing::warn!("the import lock was lost");
                return;
            }
            Err(error) => tracing::warn!(%error, "the import lock was not renewed"),
        }
    }
}
