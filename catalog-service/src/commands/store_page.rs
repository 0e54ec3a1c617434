//! Stores one page of a run: its items, its refusals and the progress, together.

use chassis::db::Conn;
use chrono::{DateTime, Utc};

use super::Error;
use crate::domain::{ImportRun, RunStatus};
use crate::import::Sorted;
use crate::store::{import_pages, import_refusals, import_runs, items};

/// Stores the page after those that `run` has done; gives the run as it is then.
pub async fn store_page(
    conn: &mut Conn,
    run: &ImportRun,
    total_rows: u32,
    page: &Sorted,
    now: DateTime<Utc>,
) -> Result<ImportRun, Error> {
    let mut stored = import_runs::lock(conn, run.id).await?;
    if stored.fence != run.fence || stored.status != RunStatus::Running {
        return Err(Error::Superseded(run.id));
    }
    items::upsert(conn, &page.changed, now).await?;
    import_refusals::insert(conn, run.id, &page.refusals).await?;
    import_pages::insert(conn, run.id, stored.tally.pages_done(), &page.codes).await?;

    let changed = count(page.changed.len());
    let (inserted, refused) = (count(page.inserted), count(page.refusals.len()));
    stored.total_rows = Some(total_rows);
    stored.tally.rows_read += count(page.codes.len()) + refused;
    stored.tally.inserted += inserted;
    stored.tally.updated += changed - inserted;
    stored.tally.refused += refused;
    import_runs::update(conn, &stored).await?;
    Ok(stored)
}

/// A page has a thousand rows.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
