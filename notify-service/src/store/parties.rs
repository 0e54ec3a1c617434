//! The table of parties, as the party-service last said they are.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::party::{PartySnapshot, PartyStatus};
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::parties::{self, dsl};

/// What is known of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownParty {
    /// Where it is in its life.
    pub status: PartyStatus,
    /// Who takes part, the leader first.
    pub people: Vec<UserId>,
    /// What they buy.
    pub item_name: String,
    /// Where they meet.
    pub market_name: String,
    /// When they meet.
    pub starts_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parties)]
struct Row {
    status: String,
    leader_id: UserId,
    members: String,
    item_name: String,
    market_name: String,
    starts_at: NaiveDateTime,
}

/// The version that is known of a party, which nobody changes before the transaction ends.
pub async fn lock_version(conn: &mut Conn, party_id: PartyId) -> Result<Option<u64>, DbError> {
    let version = dsl::parties.find(party_id).select(dsl::version);
    Ok(version.for_update().first(conn).await.optional()?)
}

/// Writes down a party of which nothing was known. Whoever else does it at this moment wins, and
/// the transaction is run again to see what they wrote.
pub async fn insert(conn: &mut Conn, party: &PartySnapshot) -> Result<(), DbError> {
    let inserted = diesel::insert_into(dsl::parties)
        .values((dsl::party_id.eq(party.party_id), columns(party)?))
        .execute(conn)
        .await
        .map_err(DbError::from);
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate_of("PRIMARY") => Err(DbError::Deadlock),
        Err(error) => Err(error),
    }
}

/// Writes down what became of a party.
pub async fn update(conn: &mut Conn, party: &PartySnapshot) -> Result<(), DbError> {
    let mine = dsl::parties.find(party.party_id);
    diesel::update(mine).set(columns(party)?).execute(conn).await?;
    Ok(())
}

/// What is known of a party.
pub async fn find(conn: &mut Conn, party_id: PartyId) -> Result<Option<KnownParty>, DbError> {
    let row = dsl::parties.find(party_id).select(Row::as_select()).first(conn).await.optional()?;
    row.map(KnownParty::try_from).transpose()
}

type Columns = (
    diesel::dsl::Eq<dsl::version, u64>,
    diesel::dsl::Eq<dsl::status, String>,
    diesel::dsl::Eq<dsl::leader_id, UserId>,
    diesel::dsl::Eq<dsl::members, String>,
    diesel::dsl::Eq<dsl::item_name, String>,
    diesel::dsl::Eq<dsl::market_name, String>,
    diesel::dsl::Eq<dsl::starts_at, NaiveDateTime>,
);

fn columns(party: &PartySnapshot) -> Result<Columns, DbError> {
    let members: Vec<_> = party.members.iter().map(|member| member.user_id).collect();
    let members = serde_json::to_string(&members).map_err(unwritable)?;
    Ok((
        dsl::version.eq(party.version),
        dsl::status.eq(status_name(party.status).to_owned()),
        dsl::leader_id.eq(party.leader_id),
        dsl::members.eq(members),
        dsl::item_name.eq(party.item.name.clone()),
        dsl::market_name.eq(party.market.name.clone()),
        dsl::starts_at.eq(party.starts_at.naive_utc()),
    ))
}

impl TryFrom<Row> for KnownParty {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let members: Vec<UserId> = serde_json::from_str(&row.members)
            .map_err(|_| inconsistent("members", row.members.clone()))?;
        Ok(Self {
            status: status(&row.status)
                .ok_or_else(|| inconsistent("status", row.status.clone()))?,
            people: [row.leader_id].into_iter().chain(members).collect(),
            item_name: row.item_name,
            market_name: row.market_name,
            starts_at: row.starts_at.and_utc(),
        })
    }
}

const fn status_name(status: PartyStatus) -> &'static str {
    match status {
        PartyStatus::Open => "open",
        PartyStatus::Locked => "locked",
        PartyStatus::Cancelled => "cancelled",
        PartyStatus::Done => "done",
    }
}

fn status(name: &str) -> Option<PartyStatus> {
    use PartyStatus::{Cancelled, Done, Locked, Open};
    [Open, Locked, Cancelled, Done].into_iter().find(|status| status_name(*status) == name)
}

fn unwritable(error: serde_json::Error) -> DbError {
    DbError::Other(diesel::result::Error::SerializationError(Box::new(error)))
}

const fn inconsistent(column: &'static str, value: String) -> DbError {
    DbError::Inconsistent { table: "parties", column, value }
}
