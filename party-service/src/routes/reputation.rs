//! How reliable somebody is, as others see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::profile::{Badge, Profile};

/// How reliable somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReputationView {
    /// ⭐, or 👻 for somebody with three penalties or more.
    badge: Badge,
    /// How many penalties of the last 90 days count.
    #[schema(example = 0)]
    penalties: u32,
}

impl ReputationView {
    /// What others see of somebody with this profile; of nobody known, nothing bad.
    pub(super) fn new(profile: Option<&Profile>) -> Self {
        Self::of(profile.map_or(0, |profile| profile.penalties))
    }

    /// What others see of somebody with so many penalties that count.
    pub(super) const fn of(penalties: u32) -> Self {
        Self { badge: Badge::of(penalties), penalties }
    }
}
