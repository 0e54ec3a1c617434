//! People who have withdrawn, and what is still to be done for them.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
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

/// Somebody who has withdrawn, and when: their place among those for whom something is to be done.
pub type Leaver = (DateTime<Utc>, UserId);

/// Up to `limit` people for whom one of these is to be done next and who withdrew until `until`, those who
/// wait longest first; those after one. Whoever cannot be helped keeps nobody after them waiting.
pub async fn due(
    conn: &mut Conn,
    steps: &[Step],
    until: DateTime<Utc>,
    after: Option<Leaver>,
    limit: i64,
) -> Result<Vec<Leaver>, DbError> {
    let mut due = dsl::users
        .filter(dsl::withdrawal_step.eq_any(steps.iter().map(|step| step_name(*step))))
        .filter(dsl::withdrawn_at.le(until.naive_utc()))
        .order((dsl::withdrawn_at, dsl::id))
        .select((dsl::withdrawn_at.assume_not_null(), dsl::id))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        let at = at.naive_utc();
        due = due.filter(dsl::withdrawn_at.gt(at).or(dsl::withdrawn_at.eq(at).and(dsl::id.gt(id))));
    }
    let rows: Vec<(NaiveDateTime, UserId)> = due.load(conn).await?;
    Ok(rows.into_iter().map(|(at, id)| (at.and_utc(), id)).collect())
}

/// For how many people this is to be done next who withdrew until `until`.
pub async fn count_due(conn: &mut Conn, step: Step, until: DateTime<Utc>) -> Result<i64, DbError> {
    let due = dsl::users
        .filter(dsl::withdrawal_step.eq(step_name(step)))
        .filter(dsl::withdrawn_at.le(until.naive_utc()));
    Ok(due.count().get_result(conn).await?)
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

/// The version of the account of somebody who has withdrawn and is not erased yet, held until the
/// end of the transaction.
pub async fn lock_leaver(conn: &mut Conn, id: UserId) -> Result<Option<u64>, DbError> {
    let leaver = dsl::users.find(id).filter(dsl::withdrawal_step.ne(step_name(Step::Done)));
    Ok(leaver.select(dsl::version).for_update().first(conn).await.optional()?)
}

/// Erases the names of somebody: the last thing that is erased, after which nothing is left to be
/// done.
pub async fn finish(conn: &mut Conn, id: UserId, now: DateTime<Utc>) -> Result<(), DbError> {
    diesel::update(dsl::users.find(id).filter(dsl::withdrawn_at.is_not_null()))
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

/// Everybody who has withdrawn, those who did first first.
pub async fn all(conn: &mut Conn) -> Result<Vec<UserId>, DbError> {
    let withdrawn = dsl::users.filter(dsl::withdrawn_at.is_not_null());
    Ok(withdrawn.order(dsl::withdrawn_at).select(dsl::id).load(conn).await?)
}
