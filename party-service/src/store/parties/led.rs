//! The parties that somebody leads.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::party::MembershipStatus;
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::party::{State, membership_name, status_name};
use crate::schema::{parties, party_members, users};

/// How many open parties `leader` has; `None` if there is no such person. Holds the row of the
/// leader until the end of the transaction, so that of two who count at once the second sees what
/// the first opened.
pub async fn count_open(
    conn: &mut Conn,
    leader: UserId,
    now: DateTime<Utc>,
) -> Result<Option<usize>, DbError> {
    let leader: Option<UserId> = users::table
        .find(leader)
        .filter(users::withdrawn_at.is_null())
        .select(users::id)
        .for_update()
        .first(conn)
        .await
        .optional()?;
    let Some(leader) = leader else { return Ok(None) };
    let open: i64 = parties::table
        .filter(parties::leader_id.eq(leader))
        .filter(parties::status.eq(status_name(State::Open.status())))
        .filter(parties::join_deadline.gt(now.naive_utc()))
        .count()
        .get_result(conn)
        .await?;
    Ok(Some(usize::try_from(open).unwrap_or(usize::MAX)))
}

/// The parties of `leader` where this applicant waits for an answer, in the order of their ids.
pub async fn awaited(
    conn: &mut Conn,
    leader: UserId,
    applicant: UserId,
) -> Result<Vec<PartyId>, DbError> {
    let awaited = party_members::table
        .inner_join(parties::table.on(parties::id.eq(party_members::party_id)))
        .filter(party_members::user_id.eq(applicant))
        .filter(party_members::status.eq(membership_name(MembershipStatus::Applied)))
        .filter(parties::leader_id.eq(leader))
        .select(party_members::party_id)
        .order(party_members::party_id);
    Ok(awaited.load(conn).await?)
}
