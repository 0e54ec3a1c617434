//! What was answered before, in Redis.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::redis::Cache;
use chassis::redis::redis::AsyncCommands as _;
use sha2::{Digest as _, Sha256};

use super::Place;
use crate::domain::geo::Coordinates;

/// Answers by what was asked. Without Redis nothing is remembered and all goes on, slower.
#[derive(Clone)]
pub(super) struct Remembered {
    cache: Cache,
    ttl: Duration,
}

/// An address, its latitude and its longitude.
type Stored = (String, f64, f64);

impl Remembered {
    pub(super) const fn new(cache: Cache, ttl: Duration) -> Self {
        Self { cache, ttl }
    }

    /// The answer to this question, if it is remembered.
    pub(super) async fn get(&self, question: &str) -> Option<Vec<Place>> {
        let key = self.key(question);
        let stored: Option<String> = self
            .cache
            .run(async |conn| conn.get(&key).await)
            .await
            .inspect_err(|error| tracing::debug!(%error, "no address is remembered"))
            .ok()?;
        let stored: Vec<Stored> = serde_json::from_str(&stored?).ok()?;
        stored.into_iter().map(place).collect()
    }

    /// Remembers an answer.
    pub(super) async fn put(&self, question: &str, places: &[Place]) {
        let stored: Vec<_> = places
            .iter()
            .map(|Place { road_address, coordinates }| {
                (road_address, coordinates.latitude(), coordinates.longitude())
            })
            .collect();
        let Ok(json) = serde_json::to_string(&stored) else { return };
        let key = self.key(question);
        let put = self
            .cache
            .run(async |conn| conn.set_ex::<_, _, ()>(&key, json, self.ttl.as_secs()).await);
        if let Err(error) = put.await {
            tracing::debug!(%error, "an address is not remembered");
        }
    }

    /// Hashed: a key in Redis is seen by whoever watches it, and this one says where people live.
    fn key(&self, question: &str) -> String {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(question));
        self.cache.key(&format!("addresses:{hash}"))
    }
}

fn place((road_address, latitude, longitude): Stored) -> Option<Place> {
    let coordinates = Coordinates::new(latitude, longitude)?;
    Some(Place { road_address, coordinates })
}
