//! The rules: pure, without a database, a request or a clock of their own.

pub mod address;
pub mod cell;
pub mod fold;
pub mod geo;
pub mod market;
pub mod market_kind;
pub mod market_search;
pub mod party;
pub mod radius;
pub mod split;
