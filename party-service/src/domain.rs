//! The rules: pure, without a database, a request or a clock of their own.

pub mod account_error;
pub mod address;
pub mod attempts;
pub mod cell;
pub mod door;
pub mod email;
pub mod fold;
pub mod geo;
pub mod market;
pub mod market_kind;
pub mod market_search;
pub mod nickname;
pub mod origin;
pub mod party;
pub mod party_search;
pub mod password;
pub mod places;
pub mod radius;
pub mod session;
pub mod split;
pub mod user;
