//! The inbox of the person who asks.

pub(super) mod unread_count;
