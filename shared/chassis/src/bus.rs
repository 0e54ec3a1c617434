//! Domain events on their way out.

pub mod outbox;
