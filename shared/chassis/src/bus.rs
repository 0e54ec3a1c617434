//! Domain events: from the transaction that made them true to those who act on them.
//!
//! ```text
//! transaction ─▶ outbox ─▶ relay ══▶ exchange ══▶ queue ══▶ consumer ─▶ transaction
//!                                                   ▲          │ fails
//!                                                   └── retry ◀┤
//!                                         dead letters ◀───────┘ malformed, or failed too often
//! ```
//!
//! Nothing on the way can lose an event: the row is marked only after the broker has confirmed
//! the message, and the message is acknowledged only after the consumer has committed. Both can
//! happen twice instead, so the consumer's transaction also inserts the event's id, and a second
//! copy does nothing.
//!
//! What is *not* promised is order over all instances: a retried event comes later than its
//! successors, two instances of a consumer work side by side, and a dead letter may be replayed
//! after days. Events therefore carry a full snapshot with a version, and **it is the
//! consumer's part to ignore a version older than what it has**. The bus keeps the order of the
//! events of one subject as long as nothing fails and one instance consumes.

mod backoff;
mod broker;
mod consumer;
mod dead_letters;
mod delivery;
mod error;
pub mod outbox;
mod publish;
mod relay;
mod topology;

pub use broker::Broker;
pub use consumer::{Consumer, Failure, Handle};
pub use dead_letters::command::{CommandError, DeadLettersCommand};
pub use dead_letters::{DeadLetter, DeadLetters, Which};
pub use error::BusError;
pub use relay::Relay;
pub use topology::Topology;
