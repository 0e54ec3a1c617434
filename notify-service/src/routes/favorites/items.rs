//! Starred items.

pub(in crate::routes) mod get;
pub(in crate::routes) mod list;
pub(in crate::routes) mod put;
pub(in crate::routes) mod remove;
pub(in crate::routes) mod view;
