//! The catalogue of items and its search.
//!
//! [`import`] reads the public table of goods and [`store`] keeps it. Reading never asks the
//! database: a [`catalogue`] holds all items in memory, in order and searchable ([`search`]), and
//! [`current`] replaces it when the table has changed. So the search goes on while the database is
//! away. [`routes`] is what clients see, [`error`] is the only place that knows HTTP statuses,
//! [`app`] puts the parts together, [`cli`] starts them.

pub mod app;
pub mod catalogue;
pub mod cli;
pub mod commands;
pub mod config;
pub mod current;
pub mod domain;
pub mod error;
pub mod import;
mod place;
pub mod routes;
mod schema;
pub mod search;
pub mod state;
pub mod store;
