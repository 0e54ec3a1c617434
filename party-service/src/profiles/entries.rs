//! The entries in Redis. Every command on them is a call of one script, which says which epoch it
//! is for and which only the Redis process knows that it was first run by: the memory for scripts is
//! neither saved nor replicated (Redis 7). So entries that an older Redis brings back, after a
//! restart or a failover, cannot be mistaken for those of today.
//!
//! In a cluster all entries are at one node, and the script goes where they are: one that is loaded
//! without a key (`SCRIPT LOAD`) would be known to the replicas too, which may have missed removals.

use std::time::Duration;

use chassis::redis::redis;
use chassis::redis::{Cache, CacheError};
use chrono::{DateTime, Utc};
use contracts::UserId;
use uuid::Uuid;

use super::entry::Entry;
use super::epoch::Epoch;
use super::reading::Look;

const SCRIPT: &str = include_str!("entries.lua");

/// How every key begins. The braces keep all of them at one node of a cluster.
const TAG: &str = "{profile}:";

/// How long the name of an epoch is in an entry, and the time until which it may be shown.
const EPOCH_BYTES: usize = 32;
const MICROS_DIGITS: usize = 16;

/// How long somebody may take to count before somebody else may. Whoever is stopped half-way, for
/// nobody waits for the answer any more, leaves a lease behind for as long.
const LEASE: Duration = Duration::from_secs(2);

/// Proves a lease.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token(Uuid);

impl Token {
    /// A token that nobody else has.
    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

/// The entries.
#[derive(Clone)]
pub(crate) struct Entries {
    cache: Cache,
}

impl Entries {
    pub(crate) const fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Makes the script of a new epoch known to the process that has the entries.
    pub(crate) async fn open(&self) -> Result<Epoch, CacheError> {
        let script = format!("local epoch = '{}'\n{SCRIPT}", Uuid::new_v4().simple());
        let mut name = redis::cmd("EVAL");
        name.arg("return redis.sha1hex(ARGV[1])").arg(1).arg(self.cache.key(TAG)).arg(&script);
        let hash: String = self.cache.run(async |conn| name.query_async(conn).await).await?;
        let mut run = redis::cmd("EVAL");
        run.arg(&script).arg(1).arg(self.cache.key(TAG)).arg("know");
        let () = self.cache.run(async |conn| run.query_async(conn).await).await?;
        Ok(Epoch::named(&hash))
    }

    /// Whether this Redis knows the epoch.
    pub(crate) async fn know(&self, epoch: &Epoch) -> Result<bool, CacheError> {
        let mut run = redis::cmd("EVALSHA");
        run.arg(epoch.name()).arg(1).arg(self.cache.key(TAG)).arg("know");
        match self.cache.run(async |conn| run.query_async(conn).await).await {
            Ok(()) => Ok(true),
            Err(CacheError::Command(error)) if error.code() == Some("NOSCRIPT") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Looks for entries, and takes a lease for each that is not there: in one round trip.
    ///
    /// An entry that cannot be read, for another version of this program has written it, would be
    /// in everybody's way for a day, so it is removed: the next look finds nothing there.
    pub(crate) async fn look(
        &self,
        epoch: &Epoch,
        ids: &[UserId],
        token: Token,
        now: DateTime<Utc>,
    ) -> Result<Vec<Look<Entry>>, CacheError> {
        let mut look = self.call(epoch, ids, "look");
        look.arg(token.0.as_bytes()).arg(micros(now)).arg(millis(LEASE));
        let answers: Vec<Vec<u8>> =
            self.cache.run(async |conn| look.query_async(conn).await).await?;
        let looks: Vec<_> =
            ids.iter().zip(&answers).map(|(id, answer)| (*id, read(*id, answer))).collect();
        let foreign: Vec<UserId> =
            looks.iter().filter(|(_, look)| look.is_none()).map(|(id, _)| *id).collect();
        if !foreign.is_empty() {
            let removed = self.remove(epoch, &foreign).await;
            drop(
                removed.inspect_err(|e| tracing::debug!(%e, "what cannot be read is still there")),
            );
        }
        Ok(looks.into_iter().map(|(_, look)| look.unwrap_or(Look::Taken)).collect())
    }

    /// Stores what was counted under leases, and gives back those without.
    pub(crate) async fn fill(
        &self,
        epoch: &Epoch,
        entries: &[(UserId, Option<Entry>)],
        token: Token,
        now: DateTime<Utc>,
    ) -> Result<(), CacheError> {
        let ids: Vec<UserId> = entries.iter().map(|(id, _)| *id).collect();
        let mut fill = self.call(epoch, &ids, "fill");
        fill.arg(token.0.as_bytes());
        for (_, entry) in entries {
            // What is over already is not worth keeping.
            let kept = entry.as_ref().filter(|entry| entry.until > now);
            let ttl = kept.and_then(|entry| (entry.until - now).to_std().ok()).unwrap_or_default();
            let text = kept.map(|entry| format!("{}{}", micros(entry.until), entry.to_text()));
            fill.arg(millis(ttl).max(1)).arg(text.unwrap_or_default());
        }
        self.cache.run(async |conn| fill.query_async(conn).await).await
    }

    /// Removes entries and leases.
    pub(crate) async fn remove(&self, epoch: &Epoch, ids: &[UserId]) -> Result<(), CacheError> {
        let remove = self.call(epoch, ids, "remove");
        self.cache.run(async |conn| remove.query_async(conn).await).await
    }

    fn call(&self, epoch: &Epoch, ids: &[UserId], operation: &str) -> redis::Cmd {
        let mut call = redis::cmd("EVALSHA");
        call.arg(epoch.name()).arg(ids.len());
        for id in ids {
            call.arg(self.cache.key(&format!("{TAG}{}", id.as_uuid().simple())));
        }
        call.arg(operation);
        call
    }
}

/// What a look found; `None` for an entry that cannot be read.
fn read(id: UserId, answer: &[u8]) -> Option<Look<Entry>> {
    match answer.split_first() {
        Some((b'V', rest)) => read_entry(id, rest).map(Look::Found),
        Some((b'+', _)) => Some(Look::Leased),
        _ => Some(Look::Taken),
    }
}

/// What stands behind the epoch, which the script has looked at.
fn read_entry(id: UserId, rest: &[u8]) -> Option<Entry> {
    let (until, text) = rest.get(EPOCH_BYTES..)?.split_at_checked(MICROS_DIGITS)?;
    let until = std::str::from_utf8(until).ok()?.parse().ok()?;
    Entry::from_text(id, DateTime::from_timestamp_micros(until)?, text)
}

/// A time as 16 digits, which sort as it does.
fn micros(time: DateTime<Utc>) -> String {
    format!("{:0MICROS_DIGITS$}", time.timestamp_micros().max(0))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
