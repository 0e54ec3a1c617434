//! People who have withdrawn, and what is still to be done for them.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::email::Email;
use crate::domain::withdrawal::{Step, step_name};
use crate::schema::users::dsl;

/// Marks an account as withdrawn, and erases what is of no use any more: the password and the
/// place. `version` is the account's last.
pub async fn begin(
    conn: &mut Conn,
    id: UserId,
    version: u64,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::users.find(id))
        .set((
            dsl::withdrawn_at.eq(now.naive_utc()),
            dsl::withdrawal_step.eq(step_name(Step::Leave)),
            dsl::password_hash.eq(None::<String>),
            dsl::road_address.eq(None::<String>),
            dsl::latitude.eq(None::<f64>),
            dsl::longitude.eq(None::<f64>),
            dsl::version.eq(version),
            dsl::updated_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Up to `limit` people for whom this is to be done next and who withdrew until `until`, those who
/// wait longest first.
pub async fn due(
    conn: &mut Conn,
    step: Step,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<UserId>, DbError> {
    let due = dsl::users
        .filter(dsl::withdrawal_step.eq(step_name(step)))
        .filter(dsl::withdrawn_at.le(until.naive_utc()))
        .order(dsl::withdrawn_at)
        .select(dsl::id)
        .limit(limit);
    Ok(due.load(conn).await?)
}

/// Notes what is to be done next.
pub async fn go_on(conn: &mut Conn, id: UserId, next: Step) -> Result<(), DbError> {
    let update = dsl::withdrawal_step.eq(step_name(next));
    diesel::update(dsl::users.find(id)).set(update).execute(conn).await?;
    Ok(())
}

/// The e-mail address of somebody who has withdrawn, as long as it is kept.
pub async fn email(conn: &mut Conn, id: UserId) -> Result<Option<Email>, DbError> {
    let email: Option<Option<String>> =
        dsl::users.find(id).select(dsl::email).first(conn).await.optional()?;
    Ok(email.flatten().map(Email::from_stored))
}

/// Erases the names of these people: the last thing that is erased, after which nothing is left to
/// be done.
pub async fn finish(conn: &mut Conn, ids: &[UserId], now: DateTime<Utc>) -> Result<(), DbError> {
    diesel::update(dsl::users.filter(dsl::id.eq_any(ids)).filter(dsl::withdrawn_at.is_not_null()))
        .set((
            dsl::email.eq(None::<String>),
            dsl::nickname.eq(None::<String>),
            dsl::withdrawal_step.eq(step_name(Step::Done)),
            dsl::updated_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
