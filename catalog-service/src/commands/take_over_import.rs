//! Begins to work on a run, or goes on with one that someone else left.

use chassis::db::Conn;
use contracts::ImportRunId;

use super::Error;
use crate::domain::{ImportRun, RunStatus};
use crate::import::Sorter;
use crate::store::{import_pages, import_refusals, import_runs, items};

/// Takes the run over: from now on nobody who was at it before can store anything. Gives the run
/// and what is needed to go on with it.
pub async fn take_over_import(
    conn: &mut Conn,
    id: ImportRunId,
) -> Result<(ImportRun, Sorter), Error> {
    let mut run = import_runs::lock(conn, id).await?;
    if run.status != RunStatus::Running {
        return Err(Error::Superseded(id));
    }
    run.fence += 1;
    import_runs::update(conn, &run).await?;
    let sorter = Sorter::new(
        items::load_all(conn).await?,
        import_pages::load_codes(conn, id).await?,
        import_refusals::load_codes(conn, id).await?,
    );
    Ok((run, sorter))
}
