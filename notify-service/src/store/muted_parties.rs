//! The table of parties that somebody does not want to hear of.

use std::collections::HashSet;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::given::given;
use crate::schema::muted_parties::dsl;

/// Mutes a party for a person.
pub async fn insert(
    conn: &mut Conn,
    user_id: UserId,
    party_id: PartyId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(dsl::muted_parties)
        .values((
            dsl::user_id.eq(user_id),
            dsl::party_id.eq(party_id),
            dsl::muted_at.eq(now.naive_utc()),
        ))
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(dsl::party_id.eq(given(dsl::party_id)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets a person hear of a party again.
pub async fn delete(conn: &mut Conn, user_id: UserId, party_id: PartyId) -> Result<(), DbError> {
    diesel::delete(dsl::muted_parties.find((user_id, party_id))).execute(conn).await?;
    Ok(())
}

/// How many parties a person has muted.
pub async fn count(conn: &mut Conn, user_id: UserId) -> Result<i64, DbError> {
    Ok(dsl::muted_parties.filter(dsl::user_id.eq(user_id)).count().get_result(conn).await?)
}

/// The parties that a person has muted, by id after `after`, and since when.
pub async fn list(
    conn: &mut Conn,
    user_id: UserId,
    after: Option<PartyId>,
    limit: u32,
) -> Result<Vec<(PartyId, DateTime<Utc>)>, DbError> {
    let mut query = dsl::muted_parties.filter(dsl::user_id.eq(user_id)).into_boxed();
    if let Some(after) = after {
        query = query.filter(dsl::party_id.gt(after));
    }
    let rows: Vec<(PartyId, NaiveDateTime)> = query
        .order(dsl::party_id)
        .limit(limit.into())
        .select((dsl::party_id, dsl::muted_at))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(party_id, muted_at)| (party_id, muted_at.and_utc())).collect())
}

/// Who among some people has muted which of some parties.
pub async fn among(
    conn: &mut Conn,
    user_ids: &[UserId],
    party_ids: &[PartyId],
) -> Result<HashSet<(UserId, PartyId)>, DbError> {
    let rows: Vec<(UserId, PartyId)> = dsl::muted_parties
        .filter(dsl::user_id.eq_any(user_ids).and(dsl::party_id.eq_any(party_ids)))
        .select((dsl::user_id, dsl::party_id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Forgets what a person has muted.
pub async fn erase(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::muted_parties.filter(dsl::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}
