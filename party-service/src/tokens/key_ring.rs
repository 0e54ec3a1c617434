//! The keys as the running service uses them: one signs, all are published.

use std::path::Path;
use std::sync::{Arc, RwLock};

use chassis::identity::Keys;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;

use super::key_folder::{KeyError, KeyFolder, SigningKey};

/// The keys of the folder, read again now and then so that they rotate without a restart.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    folder: KeyFolder,
    /// A key signs when it has been published for so long that everyone knows it.
    publication_delay: TimeDelta,
    /// What our own tokens are checked with.
    trusted: Keys,
    /// Oldest first, never empty.
    keys: RwLock<Arc<[SigningKey]>>,
}

impl KeyRing {
    /// Reads the folder. Without a key there is no service.
    pub fn open(
        folder: &Path,
        publication_delay: TimeDelta,
        trusted: Keys,
    ) -> Result<Self, KeyError> {
        let ring = Self(Arc::new(Inner {
            folder: KeyFolder::configured(folder)?,
            publication_delay,
            trusted,
            keys: RwLock::new(Arc::from([])),
        }));
        ring.reload()?;
        Ok(ring)
    }

    /// Reads the folder again. If that fails, or no key is left, the known keys stay.
    pub fn reload(&self) -> Result<(), KeyError> {
        let keys = self.0.folder.load()?;
        if keys.is_empty() {
            return Err(KeyError::None(self.0.folder.as_path().to_owned()));
        }
        self.0.trusted.replace(&key_set(&keys));
        if let Ok(mut known) = self.0.keys.write() {
            *known = keys.into();
        }
        Ok(())
    }

    /// The public halves of all keys.
    #[must_use]
    pub fn published(&self) -> JwkSet {
        key_set(&self.keys())
    }

    /// The key that signs now.
    pub fn signing(&self, now: DateTime<Utc>) -> Result<SigningKey, KeyError> {
        signing(&self.keys(), self.0.publication_delay, now)
            .cloned()
            .ok_or_else(|| KeyError::None(self.0.folder.as_path().to_owned()))
    }

    fn keys(&self) -> Arc<[SigningKey]> {
        self.0.keys.read().map_or_else(|_| Arc::from([]), |keys| keys.clone())
    }
}

/// Of `keys` (oldest first) the newest that everyone knows; the oldest if none is known yet.
pub(crate) fn signing(
    keys: &[SigningKey],
    publication_delay: TimeDelta,
    now: DateTime<Utc>,
) -> Option<&SigningKey> {
    let known = |key: &&SigningKey| now - key.made_at >= publication_delay;
    keys.iter().rev().find(known).or_else(|| keys.first())
}

fn key_set(keys: &[SigningKey]) -> JwkSet {
    JwkSet { keys: keys.iter().map(|key| key.public.clone()).collect() }
}
