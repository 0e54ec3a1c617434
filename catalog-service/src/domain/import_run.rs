//! One import: what was asked for, how far it is, how it ended.

use chrono::{DateTime, Utc};
use contracts::{ImportRunId, UserId};

/// How many rows a page of a source has; the last one has fewer.
pub const PAGE_ROWS: u32 = 1000;

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRun {
    /// Which.
    pub id: ImportRunId,
    /// From where: the open API, or a file by name and content.
    pub source: String,
    /// What becomes of items that the source does not have.
    pub missing: Missing,
    /// Who asked for it; none if it was due or asked for on the command line.
    pub requested_by: Option<UserId>,
    /// How it stands.
    pub status: RunStatus,
    /// Grows each time someone takes the run over; whoever was at it before can do no more.
    pub fence: u32,
    /// How many rows the source has; known once the first page is there.
    pub total_rows: Option<u32>,
    /// How far it is.
    pub tally: Tally,
    /// Why it failed or was held, as a stable name.
    pub outcome: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What became of rows and items so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows of the source that are done, page by page.
    pub rows_read: u32,
    /// Items that are new, or there again.
    pub inserted: u32,
    /// Items that are different now.
    pub updated: u32,
    /// Rows that could not be taken.
    pub refused: u32,
    /// Items that the source has no longer.
    pub deactivated: u32,
}

/// What becomes of items that the source does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are deactivated, unless they are suspiciously many.
    #[default]
    Deactivate,
    /// They are deactivated, however many they are.
    Force,
    /// They stay.
    Keep,
}

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStatus {
    /// Waiting to be worked on, or being worked on.
    Running,
    /// All is done.
    Done,
    /// All rows are done, but so many items would be deactivated that a person has to say so.
    Held,
    /// It was given up; `outcome` says why.
    Failed,
}

impl ImportRun {
    /// How many pages the source has.
    #[must_use]
    pub fn pages_total(&self) -> Option<u32> {
        Some(self.total_rows?.div_ceil(PAGE_ROWS))
    }

    /// Whether every row of the source was read.
    #[must_use]
    pub fn has_all_rows(&self) -> bool {
        self.total_rows == Some(self.tally.rows_read)
    }
}

impl Tally {
    /// Pages of the source that are done: all but the last are full.
    #[must_use]
    pub const fn pages_done(&self) -> u32 {
        self.rows_read.div_ceil(PAGE_ROWS)
    }

    /// Items that are as they were.
    #[must_use]
    pub const fn unchanged(&self) -> u32 {
        self.rows_read - self.inserted - self.updated - self.refused
    }

    /// Whether anything is different than before.
    #[must_use]
    pub const fn has_changes(&self) -> bool {
        self.inserted > 0 || self.updated > 0 || self.deactivated > 0
    }
}

impl Missing {
    /// Its stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Force => "force",
            Self::Keep => "keep",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Deactivate, Self::Force, Self::Keep].into_iter().find(|m| m.as_str() == name)
    }

    /// Whether so many of the active items may be deactivated: a fifth, unless forced.
    #[must_use]
    pub const fn allows(self, missing: usize, active: usize) -> bool {
        matches!(self, Self::Force) || missing.saturating_mul(5) <= active
    }
}

impl RunStatus {
    /// Its stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Held, Self::Failed]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}
