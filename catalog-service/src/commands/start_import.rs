//! Notes that an import is to be made. Who works on it is another matter.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{ImportRunId, UserId};

use super::Error;
use crate::domain::{ImportRun, Missing, RunStatus, Tally};
use crate::events;
use crate::store::import_runs;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct NewImport {
    /// From where.
    pub source: String,
    /// What becomes of items that the source does not have.
    pub missing: Missing,
    /// Who asks; none on the command line or when it is due.
    pub requested_by: Option<UserId>,
}

/// Adds a run, unless another one has not ended, and tells which administrator wants it.
pub async fn start_import(
    conn: &mut Conn,
    new: &NewImport,
    now: DateTime<Utc>,
) -> Result<ImportRun, Error> {
    let run = ImportRun {
        id: ImportRunId::new(),
        source: new.source.clone(),
        missing: new.missing,
        requested_by: new.requested_by,
        status: RunStatus::Running,
        fence: 0,
        total_rows: None,
        tally: Tally::default(),
        outcome: None,
        created_at: now,
        finished_at: None,
    };
    match import_runs::insert(conn, &run).await {
        Ok(()) => {
            if let Some(requested) = events::import_requested(&run) {
                outbox::append(conn, events::SOURCE, now, requested).await?;
            }
            Ok(run)
        }
        Err(error) if error.is_duplicate_of(import_runs::ONE_UNFINISHED) => {
            match import_runs::find_unfinished(conn).await? {
                Some(other) => Err(Error::Unfinished(other.id)),
                // It ended just now: the next attempt succeeds.
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}
