//! Someone reports something, and an administrator decides on it.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{ReportId, UserId};

use super::Error;
use super::give_penalty::penalize_leader;
use crate::domain::account_error::AccountError;
use crate::domain::admin_action::AdminAction;
use crate::domain::party::PartyError;
use crate::domain::report::{
    MAX_OPEN_REPORTS, Note, Reason, Reference, Report, ReportError, ReportText, Resolution,
    Resolved,
};
use crate::profiles::Profiles;
use crate::store::penalties::meeting;
use crate::store::{admin_log, names, parties, people, reports};

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
    // So that of two who count at once the second sees what the first has stored.
    people::hold(conn, &[reporter]).await?;
    require_reportable(conn, new, reporter, now).await?;
    let key = new.reference.key(new.reason);
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
    new: &NewReport,
    reporter: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if new.reason == Reason::LeaderAbsent {
        let Reference::Party { party_id } = new.reference else {
            return Err(ReportError::NotAParty.into());
        };
        let meeting = meeting::find(conn, party_id, reporter).await?;
        return Ok(meeting.ok_or(PartyError::NotFound)?.report_leader(reporter, now)?);
    }
    match new.reference {
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

/// Whether the report is by this administrator or about them.
async fn is_own_case(conn: &mut Conn, report: &Report, admin: UserId) -> Result<bool, Error> {
    let about = match report.reference {
        Reference::User { user_id } => Some(user_id),
        Reference::Party { party_id } => {
            parties::find(conn, party_id).await?.map(|party| party.facts.leader_id)
        }
        // Who wrote it is known to another service.
        Reference::Message { .. } => None,
    };
    Ok(report.reporter_id == admin || about == Some(admin))
}

/// Decides on a report, once, and writes down so. A leader who did not come gets a penalty with it.
pub async fn resolve_report(
    conn: &mut Conn,
    profiles: &Profiles,
    id: ReportId,
    resolution: Resolution,
    note: Option<&Note>,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<Report, Error> {
    let report = reports::find(conn, id).await?.ok_or(ReportError::NotFound)?;
    if is_own_case(conn, &report, admin).await? {
        return Err(ReportError::OwnCase.into());
    }
    // People before reports: that is the order in which everyone takes rows.
    if resolution == Resolution::Penalized {
        match (report.reason, report.reference) {
            (Reason::LeaderAbsent, Reference::Party { party_id }) => {
                penalize_leader(conn, profiles, party_id, admin, now).await?;
            }
            _ => return Err(ReportError::NotAboutAbsence.into()),
        }
    }
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
