//! An administrator takes a penalty back.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyChange;
use contracts::{PenaltyId, UserId};

use super::Error;
use crate::domain::admin_action::AdminAction;
use crate::domain::party::PartyError;
use crate::domain::penalty::{DecisionNote, Penalty, PenaltyError};
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::{admin_log, parties, penalties, people};

/// What an administrator finds.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// Whether the member was at the meeting, whatever the leader wrote.
    pub came: bool,
    /// What there is to say about it.
    pub note: Option<DecisionNote>,
}

/// Takes a penalty back, tells of it, and writes down who did. Who came after all is counted among
/// those who did, for the member and for the leader; that may also be found afterwards.
pub async fn revoke_penalty(
    conn: &mut Conn,
    profiles: &Profiles,
    id: PenaltyId,
    admin: UserId,
    finding: &Finding,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Finding { came, note } = finding;
    let found = penalties::find(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    let mut concerned = vec![found.member_id];
    if *came {
        found.require_attendance()?;
        concerned.push(found.leader_id);
    }
    people::hold(conn, &concerned).await?;
    let corrected = *came && correct_attendance(conn, &found, now).await?;
    let mut penalty = penalties::lock(conn, id).await?.ok_or(PenaltyError::NotFound)?;
    let is_new = match penalty.revoke(admin) {
        Ok(()) => true,
        // What is new is that the member came.
        Err(PenaltyError::AlreadyRevoked) if corrected => false,
        Err(error) => return Err(error.into()),
    };
    if is_new || note.is_some() {
        penalties::record_decision(conn, &penalty, admin, note.as_ref(), now).await?;
    }
    profiles.forget(conn, &concerned).await?;
    if is_new {
        let count = penalties::count_active(conn, penalty.member_id, now).await?;
        let event = penalty.event(PenaltyChange::Revoked, admin, count);
        outbox::append(conn, SOURCE, now, event).await?;
    }
    let action = AdminAction::PenaltyRevoked { penalty_id: id, came: *came };
    Ok(admin_log::append(conn, Some(admin), action, now).await?)
}

/// Notes that the member came; says whether that is new.
async fn correct_attendance(
    conn: &mut Conn,
    penalty: &Penalty,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Penalty { party_id, member_id, .. } = *penalty;
    let party = parties::lock(conn, party_id, member_id).await?;
    let Some(member) = party.ok_or(PartyError::NotFound)?.correct_attendance(member_id)? else {
        return Ok(false);
    };
    parties::members::update(conn, party_id, member, now).await?;
    Ok(true)
}
