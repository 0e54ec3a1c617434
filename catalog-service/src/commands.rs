//! What changes the catalogue. A command takes a connection that is in a transaction.

mod import_items;

pub use import_items::{Counts, import_items};
