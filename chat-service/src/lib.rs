//! The chat rooms of parties: who is in them, what was said, and everyone told at once.
//!
//! A message goes through the [`writer`]: all that arrived meanwhile is stored by one transaction,
//! which is also where it is decided whether the sender may speak and which `seq` the message gets.
//! After the commit the sender is told, the [`hub`] hands the message to those who are connected
//! here, and the [`bridge`] takes it to the other instances. What the bridge cannot carry is found
//! in the database: `seq` has no gaps, so whoever misses a message knows it.
//!
//! Who is in a room follows from the events about its party ([`events`], [`commands`]). Joining and
//! leaving are messages of the room too, and reach everybody the same way; whoever left is cut off
//! by the very message that says so.
//!
//! [`routes`] is what HTTP clients see, [`error`] is the only place that knows HTTP statuses,
//! [`app`] puts the parts together, [`cli`] starts them.

pub mod app;
pub mod bridge;
pub mod cli;
pub mod commands;
pub mod config;
pub mod domain;
pub mod eraser;
pub mod error;
pub mod events;
pub mod herald;
pub mod hub;
pub mod presence;
pub mod routes;
mod schema;
pub mod socket;
pub mod state;
pub mod stomp;
pub mod store;
pub mod wire;
pub mod writer;
