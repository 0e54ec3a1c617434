//! The table of reminders that are still to be sent.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::PartyId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::Reminder;
use crate::schema::reminders::dsl;

/// The reminders of a party, which nobody sends before the transaction ends.
pub async fn lock_of(conn: &mut Conn, party_id: PartyId) -> Result<Vec<Reminder>, DbError> {
    let rows: Vec<(u8, NaiveDateTime)> = dsl::reminders
        .filter(dsl::party_id.eq(party_id))
        .select((dsl::hours_before, dsl::due_at))
        .for_update()
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(hours_before, due_at)| read(hours_before, due_at)).collect())
}

/// Some reminders that are due and that nobody else is sending, the longest due first.
pub async fn lock_due(
    conn: &mut Conn,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<(PartyId, Reminder)>, DbError> {
    let rows: Vec<(PartyId, u8, NaiveDateTime)> = dsl::reminders
        .filter(dsl::due_at.le(now.naive_utc()))
        .order(dsl::due_at)
        .limit(limit.into())
        .select((dsl::party_id, dsl::hours_before, dsl::due_at))
        .for_update()
        .skip_locked()
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, hours, due_at)| (id, read(hours, due_at))).collect())
}

/// Sees to it that somebody will be reminded.
pub async fn insert(conn: &mut Conn, party_id: PartyId, reminder: Reminder) -> Result<(), DbError> {
    diesel::insert_into(dsl::reminders)
        .values((
            dsl::party_id.eq(party_id),
            dsl::hours_before.eq(reminder.hours_before),
            dsl::due_at.eq(reminder.due_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes a reminder away: it is sent, or no longer wanted.
pub async fn delete(conn: &mut Conn, party_id: PartyId, reminder: Reminder) -> Result<(), DbError> {
    diesel::delete(dsl::reminders.find((party_id, reminder.hours_before))).execute(conn).await?;
    Ok(())
}

const fn read(hours_before: u8, due_at: NaiveDateTime) -> Reminder {
    Reminder { hours_before, due_at: due_at.and_utc() }
}
