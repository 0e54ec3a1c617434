//! A report as clients see it.

use chrono::{DateTime, Utc};
use contracts::{ReportId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::report::{Reason, Reference, Report, Resolution, Resolved};

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
}

/// A report, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct AdminReportView {
    #[serde(flatten)]
    report: ReportView,
    /// Who reported.
    reporter_id: UserId,
    /// What came of it; `null` as long as it is open.
    #[schema(required)]
    resolved: Option<ResolvedView>,
}

/// What came of a report.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct ResolvedView {
    /// What was done.
    resolution: Resolution,
    /// What the administrator noted.
    #[schema(required)]
    note: Option<String>,
    /// Who decided.
    by: UserId,
    /// When.
    at: DateTime<Utc>,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        let Report { id, reference, reason, text, created_at, .. } = report;
        Self { id, reference, reason, text, created_at }
    }
}

impl From<Report> for AdminReportView {
    fn from(mut report: Report) -> Self {
        let resolved = report.resolved.take();
        let resolved = resolved.map(|Resolved { resolution, note, by, at }| ResolvedView {
            resolution,
            note,
            by,
            at,
        });
        Self { reporter_id: report.reporter_id, report: report.into(), resolved }
    }
}
