//! Rooms.

use chassis::db::{Conn, DbError};
use chrono::NaiveDateTime;
use contracts::party::ItemRef;
use contracts::{PartyId, RoomId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::Room;
use crate::domain::room::{status_from_name, status_name};
use crate::schema::rooms::{self, dsl};

pub mod mine;

/// A row of the table.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rooms, treat_none_as_null = true)]
pub(super) struct Row {
    id: RoomId,
    party_id: PartyId,
    party_version: u64,
    party_status: String,
    leader_id: UserId,
    item_code: String,
    item_name: String,
    market_name: String,
    starts_at: NaiveDateTime,
    last_seq: u64,
    active_at: NaiveDateTime,
    opened_at: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>,
    hidden_at: Option<NaiveDateTime>,
}

impl From<&Room> for Row {
    fn from(room: &Room) -> Self {
        Self {
            id: room.id,
            party_id: room.party_id,
            party_version: room.party_version,
            party_status: status_name(room.party_status).to_owned(),
            leader_id: room.leader_id,
            item_code: room.item.code.clone(),
            item_name: room.item.name.clone(),
            market_name: room.market_name.clone(),
            starts_at: room.starts_at.naive_utc(),
            last_seq: room.last_seq,
            active_at: room.active_at.naive_utc(),
            opened_at: room.opened_at.map(|at| at.naive_utc()),
            ended_at: room.ended_at.map(|at| at.naive_utc()),
            hidden_at: room.hidden_at.map(|at| at.naive_utc()),
        }
    }
}

impl TryFrom<Row> for Room {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            party_status: status_from_name(&row.party_status).ok_or(DbError::Inconsistent {
                table: "rooms",
                column: "party_status",
                value: row.party_status,
            })?,
            id: row.id,
            party_id: row.party_id,
            party_version: row.party_version,
            leader_id: row.leader_id,
            item: ItemRef { code: row.item_code, name: row.item_name },
            market_name: row.market_name,
            starts_at: row.starts_at.and_utc(),
            last_seq: row.last_seq,
            active_at: row.active_at.and_utc(),
            opened_at: row.opened_at.map(|at| at.and_utc()),
            ended_at: row.ended_at.map(|at| at.and_utc()),
            hidden_at: row.hidden_at.map(|at| at.and_utc()),
        })
    }
}

/// Stores the room of a party that may have one already.
pub async fn ensure(conn: &mut Conn, room: &Room) -> Result<(), DbError> {
    diesel::insert_or_ignore_into(rooms::table).values(Row::from(room)).execute(conn).await?;
    Ok(())
}

/// The room of a party, locked.
pub async fn lock_of_party(conn: &mut Conn, party_id: PartyId) -> Result<Option<Room>, DbError> {
    let query = dsl::rooms.filter(dsl::party_id.eq(party_id)).select(Row::as_select());
    let row: Option<Row> = query.for_update().first(conn).await.optional()?;
    row.map(Room::try_from).transpose()
}

/// A room, locked.
pub async fn lock(conn: &mut Conn, id: RoomId) -> Result<Option<Room>, DbError> {
    let query = dsl::rooms.find(id).select(Row::as_select());
    let row: Option<Row> = query.for_update().first(conn).await.optional()?;
    row.map(Room::try_from).transpose()
}

/// These rooms, locked in the order of their ids, as everyone locks them.
pub async fn lock_all(conn: &mut Conn, ids: &[RoomId]) -> Result<Vec<Room>, DbError> {
    if let [id] = ids {
        return Ok(lock(conn, *id).await?.into_iter().collect());
    }
    let query = dsl::rooms.filter(dsl::id.eq_any(ids)).order(dsl::id).select(Row::as_select());
    let rows: Vec<Row> = query.for_update().load(conn).await?;
    rows.into_iter().map(Room::try_from).collect()
}

/// Stores a room that is locked.
pub async fn save(conn: &mut Conn, room: &Room) -> Result<(), DbError> {
    diesel::update(dsl::rooms.find(room.id)).set(Row::from(room)).execute(conn).await?;
    Ok(())
}

/// A room.
pub async fn find(conn: &mut Conn, id: RoomId) -> Result<Option<Room>, DbError> {
    let row: Option<Row> =
        dsl::rooms.find(id).select(Row::as_select()).first(conn).await.optional()?;
    row.map(Room::try_from).transpose()
}

/// How far these rooms are.
pub async fn last_seqs(conn: &mut Conn, of: &[RoomId]) -> Result<Vec<(RoomId, u64)>, DbError> {
    let query = dsl::rooms.filter(dsl::id.eq_any(of)).select((dsl::id, dsl::last_seq));
    Ok(query.load(conn).await?)
}

/// How far a room is once whoever changes it at this moment has committed.
pub async fn settled_seq(conn: &mut Conn, id: RoomId) -> Result<Option<u64>, DbError> {
    // The query builder has no shared lock that MariaDB understands.
    #[derive(QueryableByName)]
    struct Seq {
        #[diesel(sql_type = diesel::sql_types::Unsigned<diesel::sql_types::BigInt>)]
        last_seq: u64,
    }
    let row: Option<Seq> =
        diesel::sql_query("SELECT last_seq FROM rooms WHERE id = ? LOCK IN SHARE MODE")
            .bind::<diesel::sql_types::Binary, _>(id)
            .get_result(conn)
            .await
            .optional()?;
    Ok(row.map(|row| row.last_seq))
}
