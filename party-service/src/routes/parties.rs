//! Parties, those who ask to join them, and those who are in.

pub(super) mod applications;
pub(super) mod cancel;
pub(super) mod complete;
pub(super) mod edit;
pub(super) mod list_mine;
pub(super) mod list_nearby;
pub(super) mod lock;
pub(super) mod members;
mod nearby_params;
pub(super) mod open;
pub(super) mod read;
mod standing;
pub(super) mod view;
