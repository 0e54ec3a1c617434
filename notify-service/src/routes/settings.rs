//! What the person who asks wants to hear.

pub(super) mod get;
pub(super) mod put;
pub(super) mod view;
