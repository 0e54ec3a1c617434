//! What people are called.

use std::collections::{BTreeSet, HashMap};

use chassis::db::{Conn, DbError};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::Person;
use crate::schema::people::{self, dsl};

/// Takes over what somebody is called, unless something newer is known.
pub async fn rename(
    conn: &mut Conn,
    user_id: UserId,
    version: u64,
    nickname: &str,
) -> Result<(), DbError> {
    store(conn, user_id, version, nickname, false).await
}

/// Forgets what somebody was called who has left the platform.
pub async fn erase(conn: &mut Conn, user_id: UserId, version: u64) -> Result<(), DbError> {
    store(conn, user_id, version, "", true).await
}

async fn store(
    conn: &mut Conn,
    user_id: UserId,
    version: u64,
    nickname: &str,
    withdrawn: bool,
) -> Result<(), DbError> {
    let columns =
        (dsl::version.eq(version), dsl::nickname.eq(nickname), dsl::withdrawn.eq(withdrawn));
    // First the row, then the comparison: of two that come at once, one waits for the other here.
    diesel::insert_or_ignore_into(people::table)
        .values((dsl::user_id.eq(user_id), columns))
        .execute(conn)
        .await?;
    diesel::update(dsl::people.find(user_id).filter(dsl::version.lt(version)))
        .set(columns)
        .execute(conn)
        .await?;
    Ok(())
}

/// Which of these people have left the platform.
pub async fn withdrawn(conn: &mut Conn, of: &[UserId]) -> Result<BTreeSet<UserId>, DbError> {
    let rows: Vec<UserId> = dsl::people
        .filter(dsl::user_id.eq_any(of))
        .filter(dsl::withdrawn)
        .select(dsl::user_id)
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How these people are shown.
pub async fn shown(conn: &mut Conn, of: &[UserId]) -> Result<HashMap<UserId, Person>, DbError> {
    let rows: Vec<(UserId, String, bool)> = dsl::people
        .filter(dsl::user_id.eq_any(of))
        .select((dsl::user_id, dsl::nickname, dsl::withdrawn))
        .load(conn)
        .await?;
    let mut known: HashMap<_, _> =
        rows.into_iter().map(|(id, name, withdrawn)| (id, (name, withdrawn))).collect();
    Ok(of.iter().map(|id| (*id, Person::new(*id, known.remove(id)))).collect())
}
