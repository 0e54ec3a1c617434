//! The table of imports.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{ImportRunId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::{ImportRun, Missing, RunStatus, Tally};
use crate::schema::import_runs::{self, dsl};

/// The key that lets only one import be unfinished.
pub const ONE_UNFINISHED: &str = "uq_import_runs_unfinished";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = import_runs)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: ImportRunId,
    source: String,
    missing: String,
    requested_by: Option<UserId>,
    status: String,
    unfinished: Option<bool>,
    fence: u32,
    total_rows: Option<u32>,
    rows_read: u32,
    inserted: u32,
    updated: u32,
    refused: u32,
    deactivated: u32,
    outcome: Option<String>,
    created_at: NaiveDateTime,
    finished_at: Option<NaiveDateTime>,
}

/// Adds a run. Fails as a duplicate of [`ONE_UNFINISHED`] if another one has not ended.
pub async fn insert(conn: &mut Conn, run: &ImportRun) -> Result<(), DbError> {
    diesel::insert_into(dsl::import_runs).values(Row::from(run)).execute(conn).await?;
    Ok(())
}

/// Stores what has become of a run, which must be locked.
pub async fn update(conn: &mut Conn, run: &ImportRun) -> Result<(), DbError> {
    diesel::update(dsl::import_runs.find(run.id)).set(Row::from(run)).execute(conn).await?;
    Ok(())
}

/// The run with this id.
pub async fn find(conn: &mut Conn, id: ImportRunId) -> Result<ImportRun, DbError> {
    dsl::import_runs.find(id).select(Row::as_select()).first(conn).await?.try_into()
}

/// The run with this id, locked until the transaction ends.
pub async fn lock(conn: &mut Conn, id: ImportRunId) -> Result<ImportRun, DbError> {
    let row = dsl::import_runs.find(id).select(Row::as_select()).for_update();
    row.first(conn).await?.try_into()
}

/// The run that has not ended, if there is one.
pub async fn find_unfinished(conn: &mut Conn) -> Result<Option<ImportRun>, DbError> {
    let row = dsl::import_runs.filter(dsl::unfinished.eq(true)).select(Row::as_select());
    row.first(conn).await.optional()?.map(ImportRun::try_from).transpose()
}

/// Whether a run of this source was asked for since then.
pub async fn has_any_since(
    conn: &mut Conn,
    source: &str,
    since: DateTime<Utc>,
) -> Result<bool, DbError> {
    let later = dsl::source.eq(source).and(dsl::created_at.ge(since.naive_utc()));
    let row = dsl::import_runs.filter(later).select(dsl::id);
    Ok(row.first::<ImportRunId>(conn).await.optional()?.is_some())
}

/// Up to `limit` runs before the run `before`, the newest first.
pub async fn list(
    conn: &mut Conn,
    before: Option<ImportRunId>,
    limit: u32,
) -> Result<Vec<ImportRun>, DbError> {
    let mut rows = dsl::import_runs.select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        rows = rows.filter(dsl::id.lt(before));
    }
    let rows: Vec<Row> = rows.order(dsl::id.desc()).limit(limit.into()).load(conn).await?;
    rows.into_iter().map(ImportRun::try_from).collect()
}

impl From<&ImportRun> for Row {
    fn from(run: &ImportRun) -> Self {
        let running = run.status == RunStatus::Running;
        Self {
            id: run.id,
            source: run.source.clone(),
            missing: run.missing.as_str().to_owned(),
            requested_by: run.requested_by,
            status: run.status.as_str().to_owned(),
            // Any number of runs may be NULL here, but only one may be true.
            unfinished: running.then_some(true),
            fence: run.fence,
            total_rows: run.total_rows,
            rows_read: run.tally.rows_read,
            inserted: run.tally.inserted,
            updated: run.tally.updated,
            refused: run.tally.refused,
            deactivated: run.tally.deactivated,
            outcome: run.outcome.clone(),
            created_at: run.created_at.naive_utc(),
            finished_at: run.finished_at.map(|at: DateTime<Utc>| at.naive_utc()),
        }
    }
}

impl TryFrom<Row> for ImportRun {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let inconsistent =
            |column, value| DbError::Inconsistent { table: "import_runs", column, value };
        Ok(Self {
            id: row.id,
            source: row.source,
            missing: Missing::from_name(&row.missing)
                .ok_or_else(|| inconsistent("missing", row.missing))?,
            requested_by: row.requested_by,
            status: RunStatus::from_name(&row.status)
                .ok_or_else(|| inconsistent("status", row.status))?,
            fence: row.fence,
            total_rows: row.total_rows,
            tally: Tally {
                rows_read: row.rows_read,
                inserted: row.inserted,
                updated: row.updated,
                refused: row.refused,
                deactivated: row.deactivated,
            },
            outcome: row.outcome,
            created_at: row.created_at.and_utc(),
            finished_at: row.finished_at.map(|at| at.and_utc()),
        })
    }
}
