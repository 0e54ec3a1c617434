//! Someone reports something, and an administrator decides on it.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::chat::MessageRemoved;
use contracts::{ReportId, UserId};

use super::Error;
use super::give_penalty::penalize_leader;
use super::shut_down_party::shut_down_party;
use crate::domain::account_error::AccountError;
use crate::domain::admin_action::AdminAction;
use crate::domain::ban::SCOPES;
use crate::domain::party::PartyError;
use crate::domain::report::{
    MAX_OPEN_REPORTS, Note, Reason, Reference, Report, ReportError, ReportText, Resolution,
    Resolved, Said,
};
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::penalties::meeting;
use crate::store::{admin_log, bans, names, parties, people, reports};

/// What somebody reports.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// What it is about.
    pub reference: Reference,
    /// What is wrong with it.
    pub reason: Reason,
    /// In the words of the reporter.
    pub text: Option<ReportText>,
    /// What was said, if it is about a message that the reporter can read.
    pub said: Option<Said>,
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
        said: new.said.clone(),
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
        Reference::Message { .. } => match &new.said {
            Some(said) if said.by == reporter => Err(ReportError::SaidByReporter.into()),
            Some(_) => Ok(()),
            None => Err(ReportError::NoSuchMessage.into()),
        },
    }
}

/// Whom a report is about: a person, the leader of a party, or who has said something.
async fn subject(conn: &mut Conn, report: &Report) -> Result<Option<UserId>, Error> {
    Ok(match report.reference {
        Reference::User { user_id } => Some(user_id),
        Reference::Party { party_id } => {
            parties::find(conn, party_id).await?.map(|party| party.facts.leader_id)
        }
        Reference::Message { .. } => report.said.as_ref().map(|said| said.by),
    })
}

/// Decides on a report, once, does what is decided, and writes down so. The ban of a person is given
/// before.
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
    let about = subject(conn, &report).await?;
    if report.reporter_id == admin || about == Some(admin) {
        return Err(ReportError::OwnCase.into());
    }
    // People and parties before reports: that is the order in which everyone takes rows.
    match resolution {
        Resolution::Dismissed => {}
        Resolution::Removed => remove(conn, report.reference, admin, now).await?,
        Resolution::Banned => {
            let Some(about) = about else { return Err(ReportError::NotBanned.into()) };
            let ban = bans::keeping(conn, about, &SCOPES, now).await?;
            ban.ok_or(ReportError::NotBanned)?;
        }
        Resolution::Penalized => match (report.reason, report.reference) {
            (Reason::LeaderAbsent, Reference::Party { party_id }) => {
                penalize_leader(conn, profiles, party_id, admin, now).await?;
            }
            _ => return Err(ReportError::NotAboutAbsence.into()),
        },
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

/// Removes what was reported.
async fn remove(
    conn: &mut Conn,
    reference: Reference,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let action = match reference {
        Reference::User { .. } => return Err(ReportError::NotRemovable.into()),
        Reference::Party { party_id } => {
            shut_down_party(conn, party_id, admin, now).await?;
            AdminAction::PartyRemoved { party_id }
        }
        Reference::Message { room_id, seq } => {
            outbox::append(conn, SOURCE, now, MessageRemoved { room_id, seq }).await?;
            AdminAction::MessageRemoved { room_id, seq }
        }
    };
    Ok(admin_log::append(conn, Some(admin), action, now).await?)
}
