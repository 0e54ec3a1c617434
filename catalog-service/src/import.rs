//! Items from outside: files as they are published.

mod file;
mod row;

pub use file::{FileError, read_csv};
pub use row::{RawRow, Refusal};
