//! Queries: they take a connection and speak in terms of the domain.

pub mod items;
pub mod version;
