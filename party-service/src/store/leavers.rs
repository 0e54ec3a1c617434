//! What is erased of somebody who has left the platform, some rows at a time: a long transaction
//! would hold up others, and what is cut off in the middle goes on where it was.

use chassis::db::{Conn, DbError};
use contracts::{PartyId, SessionId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::{parties, party_members, sessions};

/// Forgets some of their sessions, with the refresh tokens and where they came from; says how many.
pub async fn forget_sessions(conn: &mut Conn, user: UserId, limit: i64) -> Result<usize, DbError> {
    let ids: Vec<SessionId> = sessions::table
        .filter(sessions::user_id.eq(user))
        .select(sessions::id)
        .limit(limit)
        .load(conn)
        .await?;
    let rows = sessions::table.filter(sessions::id.eq_any(ids));
    Ok(diesel::delete(rows).execute(conn).await?)
}

/// From where they have signed in, as long as their sessions are there.
pub async fn origins(conn: &mut Conn, user: UserId) -> Result<Vec<String>, DbError> {
    let origins = sessions::table.filter(sessions::user_id.eq(user)).select(sessions::origin);
    Ok(origins.distinct().load(conn).await?)
}

/// Erases what they said to some of the leaders they applied to; says to how many.
pub async fn erase_messages(conn: &mut Conn, user: UserId, limit: i64) -> Result<usize, DbError> {
    let ids: Vec<PartyId> = party_members::table
        .filter(party_members::user_id.eq(user))
        .filter(party_members::message.is_not_null())
        .select(party_members::party_id)
        .limit(limit)
        .load(conn)
        .await?;
    let rows = party_members::table
        .filter(party_members::user_id.eq(user))
        .filter(party_members::party_id.eq_any(&ids));
    diesel::update(rows).set(party_members::message.eq(None::<String>)).execute(conn).await?;
    Ok(ids.len())
}

/// Erases what they said of some of the parties they led; says of how many.
pub async fn erase_descriptions(
    conn: &mut Conn,
    user: UserId,
    limit: i64,
) -> Result<usize, DbError> {
    let ids: Vec<PartyId> = parties::table
        .filter(parties::leader_id.eq(user))
        .filter(parties::description.is_not_null())
        .select(parties::id)
        .limit(limit)
        .load(conn)
        .await?;
    let rows = parties::table.filter(parties::id.eq_any(&ids));
    diesel::update(rows).set(parties::description.eq(None::<String>)).execute(conn).await?;
    Ok(ids.len())
}
