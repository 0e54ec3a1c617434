//! A report as clients see it.

use chrono::{DateTime, Utc};
use contracts::{ReportId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::report::{Reason, Reference, Report, Resolution, Resolved, Said};

/// A report, as its reporter sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct ReportView {
    /// Which.
    id: ReportId,
    /// What it is about.
    reference: Reference,
    /// What is wrong with it.
    reason: Reason,
    /// In the words of the reporter.
    #[schema(required)]
    text: Option<String>,
    /// Since when it waits.
    created_at: DateTime<Utc>,
    /// What came of it; `null` as long as it is open.
    #[schema(required)]
    outcome: Option<OutcomeView>,
}

/// What came of a report, as its reporter sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct OutcomeView {
    /// What was done.
    resolution: Resolution,
    /// When.
    at: DateTime<Utc>,
}

/// A report, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct AdminReportView {
    #[serde(flatten)]
    report: ReportView,
    /// Who reported.
    reporter_id: UserId,
    /// What was said, if it is about a message.
    #[schema(required)]
    said: Option<SaidView>,
    /// Who decided; `null` as long as it is open.
    #[schema(required)]
    decided_by: Option<UserId>,
    /// What that administrator noted.
    #[schema(required)]
    note: Option<String>,
}

/// What somebody has said, as the reporter could read it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct SaidView {
    /// Who said it.
    by: UserId,
    /// What they said; `null` if it was erased, because they have left the platform.
    #[schema(required, example = "선입금하면 싸게 드려요")]
    content: Option<String>,
    /// When.
    at: DateTime<Utc>,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        let Report { id, reference, reason, text, created_at, resolved, .. } = report;
        let outcome =
            resolved.map(|Resolved { resolution, at, .. }| OutcomeView { resolution, at });
        Self { id, reference, reason, text, created_at, outcome }
    }
}

impl From<Report> for AdminReportView {
    fn from(mut report: Report) -> Self {
        let said = report.said.take().map(|Said { by, content, at }| SaidView { by, content, at });
        let decided_by = report.resolved.as_ref().map(|resolved| resolved.by);
        let note = report.resolved.as_mut().and_then(|resolved| resolved.note.take());
        Self { reporter_id: report.reporter_id, said, decided_by, note, report: report.into() }
    }
}
