//! What was said.

pub(super) mod list;
pub(super) mod send;
