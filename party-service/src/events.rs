//! What the service publishes.

/// The `source` of every event of ours.
pub const SOURCE: &str = "/party-service";
