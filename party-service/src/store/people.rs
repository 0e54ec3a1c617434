//! What everyone may know of people, counted from the tables.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use contracts::party::{MembershipStatus, PartyStatus};
use diesel::dsl::{count_star, exists, min, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::names::{NAME_COLUMNS, NameColumns, name};
use crate::domain::name::Name;
use crate::domain::party::{membership_name, status_name};
use crate::domain::penalty::{COUNTS_FOR, PenaltyStatus};
use crate::domain::profile::Profile;
use crate::schema::{parties, party_members, penalties, users};

/// A profile, and when time alone will make it another.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The profile.
    pub profile: Profile,
    /// When the oldest of the penalties counts no longer.
    pub changes_at: Option<DateTime<Utc>>,
}

/// Holds the rows of these people until the end of the transaction, in the order of their ids so
/// that nobody waits in a circle.
pub async fn hold(conn: &mut Conn, people: &[UserId]) -> Result<(), DbError> {
    let rows = users::table.filter(users::id.eq_any(people)).select(users::id).order(users::id);
    let _: Vec<UserId> = rows.for_update().load(conn).await?;
    Ok(())
}

/// Holds those of the rows that nobody else holds, without waiting; says which.
pub async fn hold_free(conn: &mut Conn, people: &[UserId]) -> Result<Vec<UserId>, DbError> {
    let rows = users::table.filter(users::id.eq_any(people)).select(users::id).order(users::id);
    Ok(rows.for_update().skip_locked().load(conn).await?)
}

/// The profiles of those of these people who are, or were, here: four queries, however many.
pub async fn count(
    conn: &mut Conn,
    people: &[UserId],
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, Counted>, DbError> {
    let known: Vec<(UserId, NameColumns, NaiveDateTime)> = users::table
        .filter(users::id.eq_any(people))
        .select((users::id, NAME_COLUMNS, users::created_at))
        .load(conn)
        .await?;
    let led = led(conn, people).await?;
    let attended = attended(conn, people).await?;
    let penalties = penalties(conn, people, now).await?;
    let number = |counts: &HashMap<UserId, i64>, id| counts.get(&id).copied().unwrap_or_default();
    let counted = known.into_iter().map(|(id, columns, since)| {
        let (active, oldest) = penalties.get(&id).copied().unwrap_or_default();
        let completed = number(&led, id) + number(&attended, id);
        let profile = Profile {
            id,
            nickname: match name(columns) {
                Name::Nickname(nickname) => Some(nickname),
                Name::Withdrawn => None,
            },
            member_since: since.and_utc(),
            parties_completed: u32::try_from(completed).unwrap_or(u32::MAX),
            penalties: u32::try_from(active).unwrap_or(u32::MAX),
        };
        let changes_at = oldest.map(|given_at| given_at.and_utc() + COUNTS_FOR);
        (id, Counted { profile, changes_at })
    });
    Ok(counted.collect())
}

/// How many completed parties each of them led: to which somebody came, and for which the leader
/// has no penalty.
async fn led(conn: &mut Conn, people: &[UserId]) -> Result<HashMap<UserId, i64>, DbError> {
    let who_came = party_members::table
        .filter(party_members::party_id.eq(parties::id))
        .filter(party_members::status.eq(membership_name(MembershipStatus::Accepted)))
        .filter(party_members::attended.eq(true));
    let of_leader = penalties::table
        .filter(penalties::party_id.eq(parties::id))
        .filter(penalties::member_id.eq(parties::leader_id))
        .filter(penalties::status.ne(PenaltyStatus::Revoked.name()));
    let counts: Vec<(UserId, i64)> = parties::table
        .filter(parties::leader_id.eq_any(people))
        .filter(parties::status.eq(status_name(PartyStatus::Done)))
        .filter(exists(who_came))
        .filter(not(exists(of_leader)))
        .group_by(parties::leader_id)
        .select((parties::leader_id, count_star()))
        .load(conn)
        .await?;
    Ok(counts.into_iter().collect())
}

/// How many completed parties each of them was a member of and came to.
async fn attended(conn: &mut Conn, people: &[UserId]) -> Result<HashMap<UserId, i64>, DbError> {
    let counts: Vec<(UserId, i64)> = party_members::table
        .inner_join(parties::table.on(parties::id.eq(party_members::party_id)))
        .filter(party_members::user_id.eq_any(people))
        .filter(party_members::status.eq(membership_name(MembershipStatus::Accepted)))
        .filter(party_members::attended.eq(true))
        .filter(parties::status.eq(status_name(PartyStatus::Done)))
        .group_by(party_members::user_id)
        .select((party_members::user_id, count_star()))
        .load(conn)
        .await?;
    Ok(counts.into_iter().collect())
}

/// How many penalties of each of them count, and when the oldest of these was given.
async fn penalties(
    conn: &mut Conn,
    people: &[UserId],
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, (i64, Option<NaiveDateTime>)>, DbError> {
    let counts: Vec<(UserId, i64, Option<NaiveDateTime>)> = penalties::table
        .filter(penalties::member_id.eq_any(people))
        .filter(penalties::given_at.gt((now - COUNTS_FOR).naive_utc()))
        .filter(penalties::status.ne(PenaltyStatus::Revoked.name()))
        .group_by(penalties::member_id)
        .select((penalties::member_id, count_star(), min(penalties::given_at)))
        .load(conn)
        .await?;
    Ok(counts.into_iter().map(|(id, count, oldest)| (id, (count, oldest))).collect())
}
