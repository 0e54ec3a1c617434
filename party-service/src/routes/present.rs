//! Fields that may be left out of a change.

use serde::{Deserialize, Deserializer};

/// Tells a field that was sent, be it as `null`, from one that was not.
pub(super) fn present<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}
