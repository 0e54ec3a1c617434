//! The table of notices that are still on their way to people.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{EventId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::Audience;
use crate::schema::deliveries::dsl;

/// A notice on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Which notice.
    pub notice_id: EventId,
    /// To whom.
    pub audience: Audience,
}

/// Sends a notice on its way.
pub async fn insert(
    conn: &mut Conn,
    notice_id: EventId,
    audience: &Audience,
) -> Result<(), DbError> {
    let json = serde_json::to_string(audience)
        .map_err(|e| DbError::Other(diesel::result::Error::SerializationError(Box::new(e))))?;
    diesel::insert_into(dsl::deliveries)
        .values((
            dsl::notice_id.eq(notice_id),
            dsl::audience.eq(json),
            dsl::wide.eq(audience.is_wide()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The oldest notices for a few people each that nobody else is delivering, at most `limit`.
pub async fn lock_narrow(conn: &mut Conn, limit: u32) -> Result<Vec<Delivery>, DbError> {
    let rows: Vec<(EventId, String)> = dsl::deliveries
        .filter(dsl::wide.eq(false))
        .order(dsl::notice_id)
        .limit(limit.into())
        .select((dsl::notice_id, dsl::audience))
        .for_update()
        .skip_locked()
        .load(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The oldest notice for many people that nobody is delivering; it is the caller's until `until`.
pub async fn claim_wide(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Delivery>, DbError> {
    let row: Option<(EventId, String)> = dsl::deliveries
        .filter(dsl::wide.eq(true))
        .filter(dsl::claimed_until.is_null().or(dsl::claimed_until.lt(now.naive_utc())))
        .order(dsl::notice_id)
        .select((dsl::notice_id, dsl::audience))
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()?;
    let Some(delivery) = row.map(read).transpose()? else { return Ok(None) };
    diesel::update(dsl::deliveries.find(delivery.notice_id))
        .set(dsl::claimed_until.eq(until.naive_utc()))
        .execute(conn)
        .await?;
    Ok(Some(delivery))
}

/// How far a delivery is: everyone up to that id has it. `None` when it is complete. Nobody gets
/// on with it before the transaction ends.
pub async fn lock_reached(
    conn: &mut Conn,
    notice_id: EventId,
) -> Result<Option<Option<UserId>>, DbError> {
    let reached = dsl::deliveries.find(notice_id).select(dsl::reached);
    Ok(reached.for_update().first(conn).await.optional()?)
}

/// Everyone up to this id has it; who goes on with it does so until `until`.
pub async fn advance(
    conn: &mut Conn,
    notice_id: EventId,
    reached: UserId,
    until: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::deliveries.find(notice_id))
        .set((dsl::reached.eq(reached), dsl::claimed_until.eq(until.naive_utc())))
        .execute(conn)
        .await?;
    Ok(())
}

/// Everyone has them.
pub async fn complete(conn: &mut Conn, notice_ids: &[EventId]) -> Result<(), DbError> {
    diesel::delete(dsl::deliveries.filter(dsl::notice_id.eq_any(notice_ids))).execute(conn).await?;
    Ok(())
}

/// How many notices are on their way.
pub async fn count(conn: &mut Conn) -> Result<i64, DbError> {
    Ok(dsl::deliveries.count().get_result(conn).await?)
}

fn read((notice_id, audience): (EventId, String)) -> Result<Delivery, DbError> {
    let read = serde_json::from_str(&audience);
    let audience = read.map_err(|_| DbError::Inconsistent {
        table: "deliveries",
        column: "audience",
        value: audience,
    })?;
    Ok(Delivery { notice_id, audience })
}
