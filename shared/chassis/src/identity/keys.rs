//! The public keys of the issuer (RFC 7517), by `kid`.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::issuer::{AskError, Issuer};

type KeySet = HashMap<String, DecodingKey>;

/// An unknown `kid` asks the issuer at most this often: whoever sends made-up tokens cannot make
/// us flood it.
const FETCH_PAUSE: Duration = Duration::from_secs(2);
/// How often the issuer is asked anyway, so that a key it took back is forgotten.
const REFRESH_EVERY: Duration = Duration::from_mins(1);

/// The keys tokens are checked with. The issuer has them; everyone else asks it.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    known: RwLock<Arc<KeySet>>,
    source: Option<Source>,
}

struct Source {
    issuer: Issuer,
    /// Held while asking, so that one request asks and the others wait for its answer.
    last_asked: Mutex<Option<Instant>>,
}

/// The issuer's keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It could not be asked.
    #[error("the issuer's keys cannot be had: {0}")]
    Asked(#[from] AskError),
    /// It failed a moment ago.
    #[error("the issuer's keys could not be had a moment ago")]
    Pausing,
}

impl Keys {
    /// The issuer's own keys; [`replace`](Self::replace) says which they are.
    #[must_use]
    pub fn own() -> Self {
        Self(Arc::new(Inner { known: RwLock::default(), source: None }))
    }

    /// The keys that an issuer elsewhere publishes.
    #[must_use]
    pub fn published_by(issuer: Issuer) -> Self {
        let source = Source { issuer, last_asked: Mutex::new(None) };
        Self(Arc::new(Inner { known: RwLock::default(), source: Some(source) }))
    }

    /// From now on exactly these keys are good.
    pub fn replace(&self, set: &JwkSet) {
        let keys = Arc::new(usable(set));
        if let Ok(mut known) = self.0.known.write() {
            *known = keys;
        }
    }

    /// Whether a key is known without asking anyone.
    pub(super) fn knows(&self, kid: &str) -> bool {
        self.known().contains_key(kid)
    }

    /// The key with this `kid`; one that is not known may be new, so the issuer is asked.
    pub(super) async fn find(&self, kid: &str) -> Result<Option<DecodingKey>, FetchError> {
        if let Some(key) = self.known().get(kid) {
            return Ok(Some(key.clone()));
        }
        let Some(source) = &self.0.source else {
            return Ok(None);
        };
        let mut last_asked = source.last_asked.lock().await;
        // Another request may have asked while this one waited.
        if let Some(key) = self.known().get(kid) {
            return Ok(Some(key.clone()));
        }
        if last_asked.is_some_and(|at| at.elapsed() < FETCH_PAUSE) {
            return if self.known().is_empty() { Err(FetchError::Pausing) } else { Ok(None) };
        }
        *last_asked = Some(Instant::now());
        self.replace(&source.issuer.keys().await?);
        Ok(self.known().get(kid).cloned())
    }

    /// Asks the issuer now and then until told to stop. While it is away, what is known stays.
    pub async fn follow(self, stopping: CancellationToken) {
        let Some(Source { issuer, .. }) = &self.0.source else { return };
        loop {
            match issuer.keys().await {
                Ok(set) => self.replace(&set),
                Err(error) => tracing::warn!(%error, "the issuer's keys were not refreshed"),
            }
            let pause = if self.known().is_empty() { FETCH_PAUSE } else { REFRESH_EVERY };
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn known(&self) -> Arc<KeySet> {
        self.0.known.read().map(|known| known.clone()).unwrap_or_default()
    }
}

/// The Ed25519 keys of a set; anything else in it is not ours.
fn usable(set: &JwkSet) -> KeySet {
    let is_ed25519 = |jwk: &&Jwk| match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) => pair.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let with_kid = |jwk: &Jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?));
    set.keys.iter().filter(is_ed25519).filter_map(with_kid).collect()
}
