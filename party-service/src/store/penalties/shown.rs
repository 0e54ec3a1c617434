//! Penalties with what there is to read about them.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{PenaltyId, UserId};
use diesel::dsl::{Eq, InnerJoinOn, IntoBoxed};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{PENALTY_COLUMNS, PenaltyColumns, penalty};
use crate::domain::name::Name;
use crate::domain::penalty::{Penalty, PenaltyStatus};
use crate::schema::penalties::dsl;
use crate::schema::{parties, penalties};
use crate::store::names;

/// A penalty with what there is to read about it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The penalty.
    pub penalty: Penalty,
    /// What the person is called who got it.
    pub member: Name,
    /// What the leader is called who gave it.
    pub giver: Name,
    /// What the leader says.
    pub comment: Option<String>,
    /// What the member says, and when.
    pub appeal: Option<String>,
    /// When the member said so.
    pub appealed_at: Option<DateTime<Utc>>,
    /// When an administrator decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// What the administrator says about it.
    pub decision_note: Option<String>,
}

type OfParty = Eq<parties::id, penalties::party_id>;
type Query = IntoBoxed<'static, InnerJoinOn<penalties::table, parties::table, OfParty>, Mysql>;

type Words =
    (Option<String>, Option<String>, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<String>);

/// Which side of a penalty somebody is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Got it.
    Received,
    /// Gave it.
    Given,
}

/// The penalty, if there is one.
pub async fn find(conn: &mut Conn, id: PenaltyId) -> Result<Option<Shown>, DbError> {
    Ok(load(conn, |query| query.filter(dsl::id.eq(id))).await?.pop())
}

/// Up to `limit` of the penalties that somebody got or gave, the newest first, before one.
pub async fn of_person(
    conn: &mut Conn,
    person: UserId,
    side: Side,
    before: Option<PenaltyId>,
    limit: u32,
) -> Result<Vec<Shown>, DbError> {
    load(conn, |query| {
        let query = match side {
            Side::Received => query.filter(dsl::member_id.eq(person)),
            Side::Given => query.filter(dsl::given_by.eq(person)),
        };
        let query = match before {
            Some(before) => query.filter(dsl::id.lt(before)),
            None => query,
        };
        query.order(dsl::id.desc()).limit(limit.into())
    })
    .await
}

/// Up to `limit` of the appeals that wait for an answer, the oldest first, after one.
pub async fn open_appeals(
    conn: &mut Conn,
    after: Option<(DateTime<Utc>, PenaltyId)>,
    limit: u32,
) -> Result<Vec<Shown>, DbError> {
    load(conn, |query| {
        let query = query.filter(dsl::status.eq(PenaltyStatus::Appealed.name()));
        let query = match after {
            Some((at, id)) => {
                let at = at.naive_utc();
                let beside = dsl::appealed_at.eq(at).and(dsl::id.gt(id));
                query.filter(dsl::appealed_at.gt(at).or(beside).assume_not_null())
            }
            None => query,
        };
        query.order((dsl::appealed_at, dsl::id)).limit(limit.into())
    })
    .await
}

async fn load(conn: &mut Conn, which: impl FnOnce(Query) -> Query) -> Result<Vec<Shown>, DbError> {
    let of_party: OfParty = parties::id.eq(penalties::party_id);
    let all: Query = dsl::penalties.inner_join(parties::table.on(of_party)).into_boxed();
    let words = (dsl::comment, dsl::appeal, dsl::appealed_at, dsl::decided_at, dsl::decision_note);
    let rows: Vec<(PenaltyColumns, Words)> =
        which(all).select((PENALTY_COLUMNS, words)).load(conn).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (columns, words) in rows {
        found.push((penalty(columns)?, words));
    }
    let people = found.iter().flat_map(|(penalty, _)| [penalty.member_id, penalty.given_by]);
    let names = names::of(conn, people.collect()).await?;
    let called = |id| names.get(&id).cloned().unwrap_or(Name::Withdrawn);
    let shown = found.into_iter().map(|(penalty, words)| {
        let (comment, appeal, appealed_at, decided_at, decision_note) = words;
        Shown {
            member: called(penalty.member_id),
            giver: called(penalty.given_by),
            penalty,
            comment,
            appeal,
            appealed_at: appealed_at.map(|at| at.and_utc()),
            decided_at: decided_at.map(|at| at.and_utc()),
            decision_note,
        }
    });
    Ok(shown.collect())
}
