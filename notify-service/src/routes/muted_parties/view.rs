//! A muted party, as clients see it.

use chrono::{DateTime, Utc};
use contracts::PartyId;
use serde::Serialize;
use utoipa::ToSchema;

/// A party of which nothing is told.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct MutedPartyView {
    /// Which party.
    pub(in crate::routes) party_id: PartyId,
    /// Since when.
    pub(in crate::routes) muted_at: DateTime<Utc>,
}
