//! Accounts, addresses, markets and parties.
//!
//! A request comes in through [`routes`], where it is read into the newtypes of [`domain`]. A read
//! asks [`store`] and answers. A write opens one transaction and runs one of the [`commands`] in
//! it: lock the rows, let the domain decide, store the outcome, append the event to the outbox.
//! What time alone decides (deadlines) is done by [`workers`]. [`error`] is the only place that
//! knows HTTP statuses, [`app`] puts the parts together, [`cli`] starts them.
//! [`market_files`] reads the lists that markets are imported from.

pub mod addresses;
pub mod app;
pub mod catalog;
pub mod chat;
pub mod cli;
pub mod commands;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod export;
pub mod market_files;
pub mod market_import;
pub mod market_map;
pub mod passwords;
pub mod profiles;
pub mod rate_limit;
pub mod revocations;
pub mod routes;
mod schema;
pub mod state;
pub mod store;
pub mod tokens;
pub mod workers;
