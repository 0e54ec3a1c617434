//! Penalties in the database.
//!
//! Whoever changes how many of a person count holds that person's row in `users`.

pub mod meeting;
pub mod shown;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::party::ItemRef;
use contracts::{PartyId, PenaltyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::penalty::{
    AppealText, COUNTS_FOR, Comment, DecisionNote, Penalty, PenaltyStatus, reason_from_name,
    reason_name,
};
use crate::schema::parties;
use crate::schema::penalties as table;
use crate::schema::penalties::dsl;

/// The unique key that lets a member have one penalty of a party.
pub const UNIQUE_MEMBER: &str = "uq_penalties_member";

/// The columns of a [`Penalty`], of a query that joins the party.
type PenaltyColumns =
    (PenaltyId, PartyId, String, String, UserId, UserId, UserId, String, NaiveDateTime, String);

const PENALTY_COLUMNS: (
    table::id,
    table::party_id,
    parties::item_code,
    parties::item_name,
    parties::leader_id,
    table::member_id,
    table::given_by,
    table::reason,
    table::given_at,
    table::status,
) = (
    table::id,
    table::party_id,
    parties::item_code,
    parties::item_name,
    parties::leader_id,
    table::member_id,
    table::given_by,
    table::reason,
    table::given_at,
    table::status,
);

fn penalty(
    (id, party_id, code, name, leader_id, member_id, given_by, reason, given_at, status): PenaltyColumns,
) -> Result<Penalty, DbError> {
    Ok(Penalty {
        id,
        party_id,
        item: ItemRef { code, name },
        leader_id,
        member_id,
        given_by,
        reason: reason_from_name(&reason).ok_or_else(|| inconsistent("reason", &reason))?,
        given_at: given_at.and_utc(),
        status: status_named(&status)?,
    })
}

/// Inserts a penalty. The unique key [`UNIQUE_MEMBER`] may refuse it.
pub async fn insert(
    conn: &mut Conn,
    penalty: &Penalty,
    comment: Option<&Comment>,
) -> Result<(), DbError> {
    diesel::insert_into(dsl::penalties)
        .values((
            dsl::id.eq(penalty.id),
            dsl::party_id.eq(penalty.party_id),
            dsl::member_id.eq(penalty.member_id),
            dsl::given_by.eq(penalty.given_by),
            dsl::reason.eq(reason_name(penalty.reason)),
            dsl::comment.eq(comment.map(Comment::as_str)),
            dsl::given_at.eq(penalty.given_at.naive_utc()),
            dsl::status.eq(penalty.status.name()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The penalty, if there is one.
pub async fn find(conn: &mut Conn, id: PenaltyId) -> Result<Option<Penalty>, DbError> {
    let row = dsl::penalties
        .inner_join(parties::table.on(parties::id.eq(table::party_id)))
        .filter(dsl::id.eq(id))
        .select(PENALTY_COLUMNS)
        .first(conn)
        .await
        .optional()?;
    row.map(penalty).transpose()
}

/// What became of the penalty that somebody has of a party, if there is one.
pub async fn of_member(
    conn: &mut Conn,
    party_id: PartyId,
    member: UserId,
) -> Result<Option<PenaltyStatus>, DbError> {
    let status: Option<String> = dsl::penalties
        .filter(dsl::party_id.eq(party_id))
        .filter(dsl::member_id.eq(member))
        .select(dsl::status)
        .first(conn)
        .await
        .optional()?;
    status.map(|name| status_named(&name)).transpose()
}

fn status_named(name: &str) -> Result<PenaltyStatus, DbError> {
    PenaltyStatus::from_name(name).ok_or_else(|| inconsistent("status", name))
}

fn inconsistent(column: &'static str, value: &str) -> DbError {
    DbError::Inconsistent { table: "penalties", column, value: value.into() }
}

/// The penalty, held until the end of the transaction.
pub async fn lock(conn: &mut Conn, id: PenaltyId) -> Result<Option<Penalty>, DbError> {
    let held: Option<PenaltyId> =
        dsl::penalties.find(id).select(dsl::id).for_update().first(conn).await.optional()?;
    match held {
        Some(id) => find(conn, id).await,
        None => Ok(None),
    }
}

/// Stores an appeal.
pub async fn record_appeal(
    conn: &mut Conn,
    penalty: &Penalty,
    text: &AppealText,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::penalties.find(penalty.id))
        .set((
            dsl::status.eq(penalty.status.name()),
            dsl::appeal.eq(text.as_str()),
            dsl::appealed_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what an administrator decided, and says about it, instead of what was decided before.
pub async fn record_decision(
    conn: &mut Conn,
    penalty: &Penalty,
    admin: UserId,
    note: Option<&DecisionNote>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::penalties.find(penalty.id))
        .set((
            dsl::status.eq(penalty.status.name()),
            dsl::decided_by.eq(admin),
            dsl::decided_at.eq(now.naive_utc()),
            dsl::decision_note.eq(note.map(DecisionNote::as_str)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// How many penalties of a person count at this moment.
pub async fn count_active(
    conn: &mut Conn,
    member: UserId,
    now: DateTime<Utc>,
) -> Result<u32, DbError> {
    let count: i64 = dsl::penalties
        .filter(dsl::member_id.eq(member))
        .filter(dsl::given_at.gt((now - COUNTS_FOR).naive_utc()))
        .filter(dsl::status.ne(PenaltyStatus::Revoked.name()))
        .count()
        .get_result(conn)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// When those penalties of a person were given that count at this moment, the oldest first.
pub async fn active(
    conn: &mut Conn,
    member: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbError> {
    let given: Vec<NaiveDateTime> = dsl::penalties
        .filter(dsl::member_id.eq(member))
        .filter(dsl::given_at.gt((now - COUNTS_FOR).naive_utc()))
        .filter(dsl::status.ne(PenaltyStatus::Revoked.name()))
        .order(dsl::given_at)
        .select(dsl::given_at)
        .load(conn)
        .await?;
    Ok(given.into_iter().map(|at| at.and_utc()).collect())
}

/// Erases what somebody wrote about penalties, got and given, and what was written about somebody
/// who got one. The penalties stay; an appeal that waits for an answer is over with its words, for
/// there is nobody left to be answered.
pub async fn erase_texts(conn: &mut Conn, person: UserId) -> Result<(), DbError> {
    let open = PenaltyStatus::Appealed.name();
    diesel::update(dsl::penalties.filter(dsl::member_id.eq(person)).filter(dsl::status.eq(open)))
        .set((
            dsl::status.eq(PenaltyStatus::Given.name()),
            dsl::appealed_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)
        .await?;
    diesel::update(dsl::penalties.filter(dsl::member_id.eq(person)))
        .set((
            dsl::comment.eq(None::<String>),
            dsl::appeal.eq(None::<String>),
            dsl::decision_note.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    diesel::update(dsl::penalties.filter(dsl::given_by.eq(person)))
        .set(dsl::comment.eq(None::<String>))
        .execute(conn)
        .await?;
    Ok(())
}
