//! The parties that somebody who has left the platform, or is banned, still has to be taken out of.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::party::{MembershipStatus, PartyStatus};
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::party::{membership_name, status_name};
use crate::schema::{parties, party_members};

const ALIVE: [&str; 2] = [status_name(PartyStatus::Open), status_name(PartyStatus::Locked)];

/// Up to `limit` of the parties they lead to a meeting that has not begun; those after one, in the
/// order of their ids.
pub async fn led(
    conn: &mut Conn,
    user: UserId,
    now: DateTime<Utc>,
    after: Option<PartyId>,
    limit: i64,
) -> Result<Vec<PartyId>, DbError> {
    let mut led = parties::table
        .filter(parties::leader_id.eq(user))
        .filter(parties::status.eq_any(ALIVE))
        .filter(parties::starts_at.gt(now.naive_utc()))
        .order(parties::id)
        .select(parties::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        led = led.filter(parties::id.gt(after));
    }
    Ok(led.load(conn).await?)
}

/// Up to `limit` of the parties in which they stand in one of these ways: wait for an answer, or are
/// to come to a meeting that has not begun; those after one, in the order of their ids.
pub async fn joined(
    conn: &mut Conn,
    user: UserId,
    standings: &[MembershipStatus],
    now: DateTime<Utc>,
    after: Option<PartyId>,
    limit: i64,
) -> Result<Vec<PartyId>, DbError> {
    let standing = |status| party_members::status.eq(membership_name(status));
    let to_come = parties::starts_at.gt(now.naive_utc());
    let mut joined = party_members::table
        .inner_join(parties::table.on(parties::id.eq(party_members::party_id)))
        .filter(party_members::user_id.eq(user))
        .filter(parties::status.eq_any(ALIVE))
        .filter(party_members::status.eq_any(standings.iter().copied().map(membership_name)))
        .filter(
            standing(MembershipStatus::Applied)
                .or(standing(MembershipStatus::Accepted).and(to_come)),
        )
        .order(party_members::party_id)
        .select(party_members::party_id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        joined = joined.filter(party_members::party_id.gt(after));
    }
    Ok(joined.load(conn).await?)
}
