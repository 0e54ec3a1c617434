//! Rooms and who is in them.

pub(super) mod close;
pub(super) mod list;
pub(super) mod mark_read;
pub(super) mod members;
pub(super) mod presence;
pub(super) mod read;
mod view;
