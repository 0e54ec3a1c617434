//! Bans of one's own.

pub(super) mod list_mine;
pub(super) mod view;
