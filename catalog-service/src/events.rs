//! What we publish.

use contracts::catalog::CatalogImported;

use crate::domain::ImportRun;

/// Who publishes it.
pub const SOURCE: &str = "/catalog-service";

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
