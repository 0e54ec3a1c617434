//! What has to be known of a party before somebody in it gets a penalty.

use chassis::db::{Conn, DbError};
use chrono::NaiveDateTime;
use contracts::party::ItemRef;
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::party::{Schedule, State};
use crate::domain::penalty::Meeting;
use crate::schema::parties::dsl;
use crate::store::parties::members;

type Row = (UserId, String, Option<String>, Times, NaiveDateTime, String, String);

/// When the meeting begins, when it is over, and until when one may apply.
type Times = (NaiveDateTime, NaiveDateTime, NaiveDateTime);

/// The party as far as a penalty of, or a report by, this person goes, if there is one.
pub async fn find(
    conn: &mut Conn,
    party_id: PartyId,
    member: UserId,
) -> Result<Option<Meeting>, DbError> {
    let row: Option<Row> = dsl::parties
        .find(party_id)
        .select((
            dsl::leader_id,
            dsl::status,
            dsl::cause,
            (dsl::starts_at, dsl::ends_at, dsl::join_deadline),
            dsl::updated_at,
            dsl::item_code,
            dsl::item_name,
        ))
        .first(conn)
        .await
        .optional()?;
    let Some((leader_id, status, cause, times, changed_at, code, name)) = row else {
        return Ok(None);
    };
    let (starts_at, ends_at, join_deadline) = times;
    let state = State::from_names(&status, cause.as_deref()).ok_or(DbError::Inconsistent {
        table: "parties",
        column: "status, cause",
        value: status,
    })?;
    Ok(Some(Meeting {
        party_id,
        item: ItemRef { code, name },
        leader_id,
        state,
        schedule: Schedule {
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            join_deadline: join_deadline.and_utc(),
        },
        changed_at: changed_at.and_utc(),
        member: members::find(conn, party_id, member).await?,
    }))
}
