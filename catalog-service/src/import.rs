//! Items from outside.
//!
//! A [`Source`] gives pages of rows: the open API ([`mafra`]) or a file. The [`Importer`] holds the
//! lock, asks for several pages at once, tells what is new, different or to be refused
//! ([`Sorter`]) and stores each page with the progress of the run in one transaction. So a run
//! that was killed goes on with the first page that is not done. What the source has no longer is
//! deactivated at the end, and only if every row was read. [`worker`] does in the service what the
//! command line does on request.

mod failure;
mod file;
mod importer;
mod lock;
pub mod mafra;
mod page;
mod row;
mod schedule;
mod sort;
mod source;
pub mod worker;

pub use failure::Failure;
pub use file::{FileError, FileRows};
pub use importer::{ImportError, Importer};
pub use lock::Lock;
pub use row::RawRow;
pub use sort::{Refusal, Sorted, Sorter};
pub use source::Source;
