//! STOMP 1.0, 1.1 and 1.2 as a server speaks it: what clients send is decoded, what they are told
//! is encoded. No connection, no room and no clock in here.
//!
//! A [`Decoder`] takes bytes as they come and yields [`Frame`]s, an [`Order`] is what a frame asks
//! for, and [`encode`] writes the answers. Whatever breaks the rules is a [`Violation`]: it is told
//! in an `ERROR` frame, and the connection ends.
//!
//! The specification is at <https://stomp.github.io>; the rules in which versions differ stand in
//! [`Version`] and in [`escape`].

mod decoder;
pub mod encode;
pub mod escape;
mod frame;
mod head;
mod heart_beat;
mod limits;
mod order;
mod template;
mod version;
mod violation;

pub use decoder::Decoder;
pub use frame::{Command, Frame, Headers};
pub use heart_beat::HeartBeat;
pub use limits::Limits;
pub use order::{Connect, Order, Request, Send, Subscribe};
pub use template::MessageTemplate;
pub use version::Version;
pub use violation::Violation;

#[cfg(test)]
mod tests;
