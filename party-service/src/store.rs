//! The queries. Each takes a connection, so that callers compose transactions, and returns types
//! of the domain.

pub mod like;
pub mod markets;
