//! Parties that the person who asks does not want to hear of.

pub(super) mod list;
pub(super) mod put;
pub(super) mod remove;
pub(super) mod view;
