//! What is not as it should be.

pub(super) mod file;
pub(super) mod list_mine;
pub(super) mod view;
