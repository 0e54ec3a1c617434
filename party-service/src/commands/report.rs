//! Someone reports something, and an administrator decides on it.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{ReportId, UserId};

use super::Error;
use crate::domain::account_error::AccountError;
use crate::domain::admin_action::AdminAction;
use crate::domain::party::PartyError;
use crate::domain::report::{
    MAX_OPEN_REPORTS, Note, Reason, Reference, Report, ReportError, ReportText, Resolution,
    Resolved,
};
use crate::store::{admin_log, names, parties, reports};

/// What somebody reports.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// What it is about.
    pub reference: Reference,
    /// What is wrong with it.
    pub reason: Reason,
    /// In the words of the reporter.
    pub text: Option<ReportText>,
}

/// Reports something. As long as a report of the same thing by the same person is open, it stays
/// the only one, and is given back.
pub async fn file_report(
    conn: &mut Conn,
    new: &NewReport,
    reporter: UserId,
    now: DateTime<Utc>,
) -> Result<Report, Error> {
    require_reportable(conn, new.reference, reporter).await?;
    let key = new.reference.key();
    if let Some(report) = reports::find_open(conn, reporter, &key).await? {
        return Ok(report);
    }
    if reports::count_open(conn, reporter).await? >= MAX_OPEN_REPORTS {
        return Err(ReportError::TooMany.into());
    }
    let report = Report {
        id: ReportId::new(),
        reporter_id: reporter,
        reference: new.reference,
        reason: new.reason,
        text: new.text.as_ref().map(|text| text.as_str().to_owned()),
        created_at: now,
        resolved: None,
    };
    match reports::insert(conn, &report).await {
        Ok(()) => Ok(report),
        // The same person was faster.
        Err(error) if error.is_duplicate_of(reports::UNIQUE_OPEN) => {
            Ok(reports::find_open(conn, reporter, &key).await?.ok_or(error)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Messages are in another service, which would have to be there for a report of one; whether there
/// is such a message is seen by who looks at the report.
async fn require_reportable(
    conn: &mut Conn,
    reference: Reference,
    reporter: UserId,
) -> Result<(), Error> {
    match reference {
        Reference::User { user_id } if user_id == reporter => Err(ReportError::IsReporter.into()),
        Reference::User { user_id } => {
            let known = names::find(conn, user_id).await?;
            known.map(drop).ok_or_else(|| AccountError::NoSuchUser.into())
        }
        Reference::Party { party_id } => {
            let party = parties::find(conn, party_id).await?;
            party.map(drop).ok_or_else(|| PartyError::NotFound.into())
        }
        Reference::Message { .. } => Ok(()),
    }
}

/// Decides on a report, once, and writes down so.
pub async fn resolve_report(
    conn: &mut Conn,
    id: ReportId,
    resolution: Resolution,
    note: Option<&Note>,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<Report, Error> {
    let report = reports::lock(conn, id).await?.ok_or(ReportError::NotFound)?;
    if report.resolved.is_some() {
        return Err(ReportError::AlreadyResolved.into());
    }
    reports::resolve(conn, id, resolution, note, admin, now).await?;
    let action = AdminAction::ReportResolved { report_id: id, resolution };
    admin_log::append(conn, Some(admin), action, now).await?;
    let note = note.map(|note| note.as_str().to_owned());
    Ok(Report { resolved: Some(Resolved { resolution, note, by: admin, at: now }), ..report })
}
