//! What somebody is in a room.

use serde::Serialize;
use utoipa::ToSchema;

/// What somebody is in a room they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Opened the party.
    Leader,
    /// Was accepted.
    Member,
}
