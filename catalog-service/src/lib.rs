//! The catalogue of items and its search.
//!
//! [`import`] reads the public table of goods, one run at a time over all instances; what a run
//! changes goes through the [`commands`] into the [`store`]. Reading never asks the database: a
//! [`catalogue`] holds all items in memory, in order and searchable ([`search`]), and [`current`]
//! replaces it when the table has changed. So the search goes on while the database is away.
//! [`routes`] is what clients see, [`error`] is the only place that knows HTTP statuses,
//! [`workers`] is what happens by itself, [`app`] puts the parts together, [`cli`] starts them.

pub mod app;
pub mod catalogue;
pub mod cli;
pub mod commands;
pub mod config;
pub mod current;
pub mod domain;
pub mod error;
pub mod events;
pub mod import;
mod place;
pub mod routes;
mod schema;
pub mod search;
pub mod state;
pub mod store;
pub mod stub_mafra;
pub mod workers;
