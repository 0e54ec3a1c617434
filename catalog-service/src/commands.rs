//! What changes the catalogue. A command takes a connection that is in a transaction.

use chassis::db::{DbError, Retryable};
use contracts::ImportRunId;

mod finish_import;
mod start_import;
mod store_page;
mod take_over_import;

pub use finish_import::{Ending, finish_import};
pub use start_import::{NewImport, start_import};
pub use store_page::store_page;
pub use take_over_import::take_over_import;

/// Why a command changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another import has not ended.
    #[error("import {0} has not ended yet")]
    Unfinished(ImportRunId),
    /// The run has ended, or someone else has taken it over.
    #[error("import {0} has ended or was taken over")]
    Superseded(ImportRunId),
}

impl Retryable for Error {
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_deadlock())
    }
}
