//! Places to meet: everyone may look.

pub(super) mod list;
pub(super) mod read;
mod view;
