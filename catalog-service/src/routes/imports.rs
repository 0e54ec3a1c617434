//! Imports, for administrators.

pub(super) mod get;
pub(super) mod list;
pub(super) mod refusals;
pub(super) mod start;
mod view;
