//! The queries. Each takes a connection, so that callers compose transactions, and returns types
//! of the domain.

pub mod accounts;
pub mod admin_log;
pub mod bans;
pub mod blocks;
pub mod export;
pub mod leavers;
pub mod like;
pub mod markets;
pub mod names;
pub mod parties;
pub mod penalties;
pub mod people;
pub mod profile_epoch;
pub mod refresh_tokens;
pub mod reports;
pub mod sessions;
pub mod sign_in_failures;
pub mod users;
pub mod withdrawals;
