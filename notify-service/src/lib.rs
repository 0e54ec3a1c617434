//! Favourites, notifications and their stream.
//!
//! What happens elsewhere arrives as [`events`]: people and parties are projected, and what
//! somebody ought to know becomes a *notice* with an audience, in the transaction of the event.
//! [`delivery`] takes notices to people, a chunk of them in each transaction: it finds who is
//! meant, asks for their wishes, puts a row into each inbox and then tells the [`stream`]. The
//! texts are made when somebody reads them, in the reader's language. [`directory`] knows what can
//! be starred. [`routes`] is what clients see, [`commands`] are the changes of state, [`domain`]
//! the rules, [`store`] the queries, [`workers`] what happens by itself; [`error`] is the only
//! place that knows HTTP statuses.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod delivery;
pub mod directory;
pub mod domain;
pub mod error;
pub mod events;
pub mod notification_view;
pub mod routes;
mod schema;
pub mod state;
pub mod store;
pub mod stream;
mod work;
pub mod workers;
