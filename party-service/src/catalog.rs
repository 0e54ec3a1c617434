//! What catalog-service says about items.
//!
//! An item hardly ever changes, so an answer is remembered and good for a while; when
//! catalog-service is away, an old answer is better than none. Of many who ask for the same item
//! at once one asks and the others wait, and after a failure nobody asks for a moment, so that an
//! outage costs one time-out and not one for each request.

mod answer;
mod config;
mod remote;

use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chassis::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use tokio::sync::{Mutex, MutexGuard};

pub use self::config::CatalogConfig;
use self::remote::Remote;
pub use self::remote::RemoteError;
use crate::domain::party::Item;
use crate::domain::party_search::CatalogCode;

/// How many items are remembered: the whole public table has some fourteen thousand.
const REMEMBERED: usize = 20_000;

/// How long nobody asks after a failure.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// How many items can be asked for at once.
const TURNS: usize = 64;

/// The catalogue, as far as parties need it. Cloning shares what is remembered.
#[derive(Clone)]
pub struct Catalog(Arc<Inner>);

struct Inner {
    remote: Remote,
    remembered: Cache<CatalogCode, Remembered>,
    good_for: TimeDelta,
    /// Whoever asks holds the turn of the item.
    turns: Vec<Mutex<()>>,
    hasher: std::hash::RandomState,
    /// Microseconds since 1970 until when nobody asks.
    paused_until: AtomicI64,
    clock: Clock,
}

#[derive(Clone)]
struct Remembered {
    item: Item,
    asked_at: DateTime<Utc>,
}

/// There is neither an answer nor a memory of one.
#[derive(Debug, thiserror::Error)]
pub enum CatalogUnavailable {
    /// Catalog-service was just asked in vain.
    #[error("it did not answer a moment ago")]
    Paused,
    /// Catalog-service did not answer as it should.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl CatalogUnavailable {
    /// When it is worth coming back.
    #[must_use]
    pub const fn retry_after(&self) -> Duration {
        Duration::from_secs(2)
    }
}

impl Catalog {
    /// A client that has asked nothing yet.
    pub fn new(config: &CatalogConfig, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            remote: Remote::new(config)?,
            remembered: Cache::new(REMEMBERED),
            good_for: TimeDelta::from_std(config.cache_ttl)?,
            turns: std::iter::repeat_with(Mutex::default).take(TURNS).collect(),
            hasher: std::hash::RandomState::new(),
            paused_until: AtomicI64::new(i64::MIN),
            clock,
        })))
    }

    /// The item with this code; `None` if there is none.
    pub async fn item(&self, code: &CatalogCode) -> Result<Option<Item>, CatalogUnavailable> {
        let inner = &self.0;
        if let Some(item) = inner.fresh(code) {
            return Ok(Some(item));
        }
        let _turn = inner.turn(code).await;
        if let Some(item) = inner.fresh(code) {
            return Ok(Some(item));
        }
        match inner.ask(code).await {
            Ok(Some(item)) => {
                let asked_at = inner.clock.now();
                let remembered = Remembered { item: item.clone(), asked_at };
                inner.remembered.insert(code.clone(), remembered);
                Ok(Some(item))
            }
            Ok(None) => {
                inner.remembered.remove(code);
                Ok(None)
            }
            Err(error) => match inner.remembered.get(code) {
                Some(old) => {
                    tracing::warn!(item.code = code.as_str(), "an old answer is used: {error}");
                    Ok(Some(old.item))
                }
                None => Err(error),
            },
        }
    }
}

impl Inner {
    fn fresh(&self, code: &CatalogCode) -> Option<Item> {
        let remembered = self.remembered.get(code)?;
        let age = self.clock.now() - remembered.asked_at;
        (age < self.good_for).then_some(remembered.item)
    }

    async fn turn(&self, code: &CatalogCode) -> Option<MutexGuard<'_, ()>> {
        let number = self.hasher.hash_one(code) % u64::try_from(TURNS).unwrap_or(1);
        let turn = self.turns.get(usize::try_from(number).ok()?)?;
        Some(turn.lock().await)
    }

    async fn ask(&self, code: &CatalogCode) -> Result<Option<Item>, CatalogUnavailable> {
        if self.clock.now().timestamp_micros() < self.paused_until.load(Ordering::Relaxed) {
            return Err(CatalogUnavailable::Paused);
        }
        self.remote.item(code).await.map_err(|error| {
            let until = self.clock.now() + PAUSE;
            self.paused_until.store(until.timestamp_micros(), Ordering::Relaxed);
            error.into()
        })
    }
}
