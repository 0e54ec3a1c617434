//! Parties from beginning to end.

mod applications;
mod bad_input;
mod catalog;
mod completed;
mod edits;
mod events;
mod lifecycle;
mod members;
mod mine;
mod nearby;
mod open;
mod outage;
mod plans;
mod races;
mod rights;
mod settling;
pub mod stage;
