//! Queries: they take a connection and speak in terms of the domain.

pub mod import_pages;
pub mod import_refusals;
pub mod import_runs;
pub mod items;
pub mod version;
