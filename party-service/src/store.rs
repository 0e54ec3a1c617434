//! The queries. Each takes a connection, so that callers compose transactions, and returns types
//! of the domain.

pub mod like;
pub mod markets;
pub mod parties;
pub mod refresh_tokens;
pub mod sessions;
pub mod sign_in_failures;
pub mod users;
