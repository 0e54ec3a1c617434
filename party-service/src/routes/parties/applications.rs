//! Asking to join a party.

pub(in crate::routes) mod accept;
pub(in crate::routes) mod apply;
pub(in crate::routes) mod list;
pub(in crate::routes) mod reject;
pub(in crate::routes) mod withdraw;
