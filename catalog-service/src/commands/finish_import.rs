//! Ends a run.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};

use super::Error;
use crate::domain::{Code, ImportRun, RunStatus};
use crate::events;
use crate::store::{import_pages, import_runs, items, version};

/// How a run ends.
#[derive(Clone, Debug)]
pub enum Ending {
    /// All rows are done; these items are deactivated.
    Done(Vec<Code>),
    /// All rows are done, but nothing is deactivated; the name says why.
    Held(&'static str),
    /// It was given up; the name says why.
    Failed(&'static str),
}

/// Ends the run. If it changed anything, every instance and every service hears of it: what a
/// failed run has stored is stored.
pub async fn finish_import(
    conn: &mut Conn,
    run: &ImportRun,
    ending: &Ending,
    now: DateTime<Utc>,
) -> Result<ImportRun, Error> {
    let mut stored = import_runs::lock(conn, run.id).await?;
    if stored.fence != run.fence || stored.status != RunStatus::Running {
        return Err(Error::Superseded(run.id));
    }
    (stored.status, stored.outcome) = match ending {
        Ending::Done(_) => (RunStatus::Done, None),
        Ending::Held(why) => (RunStatus::Held, Some((*why).to_owned())),
        Ending::Failed(why) => (RunStatus::Failed, Some((*why).to_owned())),
    };
    if let Ending::Done(missing) = ending {
        stored.tally.deactivated = items::deactivate(conn, missing, now).await?;
    }
    stored.finished_at = Some(now);
    import_runs::update(conn, &stored).await?;
    import_pages::delete(conn, run.id).await?;
    if stored.tally.has_changes() {
        version::bump(conn).await?;
        outbox::append(conn, events::SOURCE, now, events::catalog_imported(&stored)).await?;
    }
    Ok(stored)
}
