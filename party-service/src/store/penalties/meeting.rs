//! What has to be known of a party before somebody in it gets a penalty.

use chassis::db::{Conn, DbError};
use chrono::NaiveDateTime;
use contracts::party::ItemRef;
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::party::State;
use crate::domain::penalty::Meeting;
use crate::schema::parties::dsl;
use crate::store::parties::members;

type Row = (UserId, String, Option<String>, NaiveDateTime, String, String);

/// The party as far as a penalty of this person goes, if there is one.
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
            dsl::updated_at,
            dsl::item_code,
            dsl::item_name,
        ))
        .first(conn)
        .await
        .optional()?;
    let Some((leader_id, status, cause, changed_at, code, name)) = row else { return Ok(None) };
    let state = State::from_names(&status, cause.as_deref()).ok_or(DbError::Inconsistent {
        table: "parties",
        column: "status, cause",
        value: status,
    })?;
    Ok(Some(Meeting {
        party_id,
        item: ItemRef { code, name },
        leader_id,
        status: state.status(),
        changed_at: changed_at.and_utc(),
        member: members::find(conn, party_id, member).await?,
    }))
}
