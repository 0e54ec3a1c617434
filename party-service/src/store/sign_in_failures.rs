//! Failed sign-ins in the database, so that every instance counts the same ones.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::attempts::Attempts;
use crate::domain::door::Door;
use crate::schema::sign_in_failures::dsl;

/// The attempts counted at a door, held until the end of the transaction.
///
/// Several doors are to be locked in the order of [`Door`], or two transactions wait for each
/// other.
pub async fn lock(conn: &mut Conn, door: Door, now: DateTime<Utc>) -> Result<Attempts, DbError> {
    // Makes the row if there is none and holds it either way.
    diesel::insert_into(dsl::sign_in_failures)
        .values((
            dsl::subject.eq(door.as_bytes()),
            dsl::failures.eq(0),
            dsl::last_attempt_at.eq(now.naive_utc()),
        ))
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(dsl::failures.eq(dsl::failures))
        .execute(conn)
        .await?;
    let (failures, last_at, locked_until): (u32, NaiveDateTime, Option<NaiveDateTime>) =
        dsl::sign_in_failures
            .find(door.as_bytes())
            .select((dsl::failures, dsl::last_attempt_at, dsl::locked_until))
            .first(conn)
            .await?;
    Ok(Attempts {
        failures,
        last_at: last_at.and_utc(),
        locked_until: locked_until.map(|until| until.and_utc()),
    })
}

/// Stores what was counted.
pub async fn store(conn: &mut Conn, door: Door, attempts: Attempts) -> Result<(), DbError> {
    diesel::update(dsl::sign_in_failures.find(door.as_bytes()))
        .set((
            dsl::failures.eq(attempts.failures),
            dsl::last_attempt_at.eq(attempts.last_at.naive_utc()),
            dsl::locked_until.eq(attempts.locked_until.map(|until| until.naive_utc())),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets what was counted at a door.
pub async fn forget(conn: &mut Conn, door: Door) -> Result<(), DbError> {
    diesel::delete(dsl::sign_in_failures.find(door.as_bytes())).execute(conn).await?;
    Ok(())
}

/// Forgets doors nobody has tried since `before`; says how many.
pub async fn sweep(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, DbError> {
    let old = dsl::sign_in_failures.filter(dsl::last_attempt_at.lt(before.naive_utc()));
    Ok(diesel::delete(old).execute(conn).await?)
}
