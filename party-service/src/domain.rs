//! The rules: pure, without a database, a request or a clock of their own.

pub mod cell;
pub mod geo;
pub mod market_kind;
