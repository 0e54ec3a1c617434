//! Being in a party.

pub(in crate::routes) mod leave;
pub(in crate::routes) mod list;
pub(in crate::routes) mod remove;
