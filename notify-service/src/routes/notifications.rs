//! The inbox of the person who asks.

pub(super) mod list;
pub(super) mod read_all;
pub(super) mod read_one;
pub(super) mod remove;
pub(super) mod stream;
pub(super) mod unread_count;
mod unread_view;
