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

/// Keeps these people from leaving the platform until the end of the transaction; says which of
/// them have left it already.
///
/// Somebody of whom no news has come yet gets a row without a name, for there is nothing else that
/// could be held.
pub async fn hold(conn: &mut Conn, of: &BTreeSet<UserId>) -> Result<BTreeSet<UserId>, DbError> {
    let mut held = lock(conn, of).await?;
    if held.len() < of.len() {
        let known: BTreeSet<UserId> = held.iter().map(|(id, _)| *id).collect();
        let unknown = of.difference(&known).map(|id| {
            let nothing = (dsl::version.eq(0), dsl::nickname.eq(""), dsl::withdrawn.eq(false));
            (dsl::user_id.eq(*id), nothing)
        });
        let unknown: Vec<_> = unknown.collect();
        diesel::insert_or_ignore_into(people::table).values(unknown).execute(conn).await?;
        held = lock(conn, of).await?;
    }
    Ok(held.into_iter().filter(|(_, withdrawn)| *withdrawn).map(|(id, _)| id).collect())
}

/// Those of these people who have a row, and whether they have left the platform; the rows locked
/// in the order of their ids.
async fn lock(conn: &mut Conn, of: &BTreeSet<UserId>) -> Result<Vec<(UserId, bool)>, DbError> {
    let rows = dsl::people.filter(dsl::user_id.eq_any(of)).order(dsl::user_id);
    let columns = (dsl::user_id, dsl::withdrawn);
    Ok(rows.select(columns).for_update().load(conn).await?)
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
