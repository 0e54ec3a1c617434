//! The epoch that entries of the cache belong to.

use std::sync::Arc;

use uuid::Uuid;

/// A time during which entries are relied on. An epoch that is open is named by the hash of its
/// script, which exactly one Redis process knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(Arc<str>);

/// What the database says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochState {
    /// Which epoch it is.
    pub epoch: Epoch,
    /// Whether its entries are relied on. One that is closed is never opened again.
    pub is_open: bool,
}

impl Epoch {
    /// The epoch of this name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// An epoch without entries.
    #[must_use]
    pub fn closed() -> Self {
        Self(format!("closed-{}", Uuid::new_v4().simple()).into())
    }

    /// The name: at most 40 characters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}
