//! What we publish.

use contracts::catalog::{CatalogImported, ImportRequested};

use crate::domain::{ImportRun, Missing};

/// Who publishes it.
pub const SOURCE: &str = "/catalog-service";

/// `catalog.import_requested.v1`, if an administrator has asked for it.
#[must_use]
pub fn import_requested(run: &ImportRun) -> Option<ImportRequested> {
    let requested_by = run.requested_by?;
    let forced = matches!(run.missing, Missing::Force);
    Some(ImportRequested { run_id: run.id, requested_by, forced })
}

/// `catalog.imported.v1`
#[must_use]
pub const fn catalog_imported(run: &ImportRun) -> CatalogImported {
    CatalogImported {
        run_id: run.id,
        rows_read: run.tally.rows_read,
        inserted: run.tally.inserted,
        updated: run.tally.updated,
        unchanged: run.tally.unchanged(),
        refused: run.tally.refused,
        deactivated: run.tally.deactivated,
    }
}
