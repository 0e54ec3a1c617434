//! What administrators see of an import.

use chrono::{DateTime, Utc};
use contracts::{ImportRunId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{ImportRun, RunStatus};

/// One import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportView {
    /// Which.
    id: ImportRunId,
    /// From where: `mafra`, or a file by name and content.
    #[schema(example = "mafra")]
    source: String,
    /// How it stands.
    status: StatusView,
    /// Why it failed or was held.
    #[schema(example = "too_many_missing")]
    outcome: Option<String>,
    /// Who asked for it; nobody if it was due or came from the command line.
    requested_by: Option<UserId>,
    /// How many pages the source has; known once the first is there.
    pages_total: Option<u32>,
    /// How many of them are done.
    pages_done: u32,
    /// How many rows the source has.
    rows_total: Option<u32>,
    /// How many of them were read.
    rows_read: u32,
    /// Items that are new, or there again.
    inserted: u32,
    /// Items that are different now.
    updated: u32,
    /// Items that are as they were.
    unchanged: u32,
    /// Rows that could not be taken.
    refused: u32,
    /// Items that the source has no longer.
    deactivated: u32,
    /// When it was asked for.
    created_at: DateTime<Utc>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// How long it took, in milliseconds.
    duration_ms: Option<i64>,
}

/// How an import stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusView {
    /// Waiting to be worked on, or being worked on.
    Running,
    /// All is done.
    Done,
    /// All rows are done, but nothing was deactivated: an administrator has to say so (`force`).
    Held,
    /// Given up.
    Failed,
}

impl From<ImportRun> for ImportView {
    fn from(run: ImportRun) -> Self {
        let duration = run.finished_at.map(|end| end - run.created_at);
        Self {
            id: run.id,
            pages_total: run.pages_total(),
            source: run.source,
            status: match run.status {
                RunStatus::Running => StatusView::Running,
                RunStatus::Done => StatusView::Done,
                RunStatus::Held => StatusView::Held,
                RunStatus::Failed => StatusView::Failed,
            },
            outcome: run.outcome,
            requested_by: run.requested_by,
            pages_done: run.tally.pages_done(),
            rows_total: run.total_rows,
            rows_read: run.tally.rows_read,
            inserted: run.tally.inserted,
            updated: run.tally.updated,
            unchanged: run.tally.unchanged(),
            refused: run.tally.refused,
            deactivated: run.tally.deactivated,
            created_at: run.created_at,
            finished_at: run.finished_at,
            duration_ms: duration.map(|duration| duration.num_milliseconds()),
        }
    }
}
