//! The parties somebody leads, is in, or asked to join.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::party::PartyStatus;
use contracts::{PartyId, UserId};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::sql_types::Binary;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

use super::members::{MEMBER_COLUMNS, MemberColumns, member};
use super::{Shown, load};
use crate::domain::party::{Member, Role, membership_name, status_name};
use crate::schema::{blocks, parties, party_members};

/// A party and how its reader stands in it.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The party.
    pub party: Shown,
    /// How the reader stands in it; `None` for its leader.
    pub member: Option<Member>,
}

/// Which of them.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Only those in which the reader is this.
    pub role: Option<Role>,
    /// Only those in this state, as everyone is to see it.
    pub status: Option<PartyStatus>,
    /// Only those opened before this one.
    pub before: Option<PartyId>,
}

/// Up to `limit` of them, those opened last first: four queries, however many there are.
pub async fn list(
    conn: &mut Conn,
    reader: UserId,
    wanted: Wanted,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Mine>, DbError> {
    let page = |query: Ids| {
        let query = match wanted.before {
            Some(before) => query.filter(parties::id.lt(before)),
            None => query,
        };
        let query = in_state(query, wanted.status, now);
        query.order(parties::id.desc()).limit(limit.into())
    };
    let mut ids: Vec<PartyId> = Vec::new();
    if matches!(wanted.role, None | Some(Role::Leader)) {
        let led = parties::table.select(parties::id).filter(parties::leader_id.eq(reader));
        ids.extend(page(led.into_boxed()).load::<PartyId>(conn).await?);
    }
    let standings: Vec<_> = match wanted.role {
        None => Role::Member.standings().chain(Role::Applicant.standings()).collect(),
        Some(role) => role.standings().collect(),
    };
    if !standings.is_empty() {
        let joined = party_members::table
            .filter(party_members::user_id.eq(reader))
            .filter(party_members::status.eq_any(standings.into_iter().map(membership_name)))
            .select(party_members::party_id);
        let concerned = party_members::table
            .filter(party_members::user_id.eq(reader))
            .filter(party_members::status.eq_any(Member::CONCERNED.map(membership_name)))
            .select(party_members::party_id);
        let blocked = blocks::table.filter(blocks::blocker_id.eq(reader));
        let blocking = blocks::table.filter(blocks::blocked_id.eq(reader));
        // What is no longer one's own is seen as any other party is: see `visible`.
        let shown = parties::leader_id
            .ne_all(blocked.select(blocks::blocked_id))
            .and(parties::leader_id.ne_all(blocking.select(blocks::blocker_id)));
        let joined = parties::table
            .select(parties::id)
            .filter(parties::id.eq_any(joined))
            .filter(parties::id.eq_any(concerned).or(shown));
        ids.extend(page(joined.into_boxed()).load::<PartyId>(conn).await?);
    }
    ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));

    let mut members = standing_in(conn, reader, &ids).await?;
    let parties = load(conn, &ids).await?.into_iter();
    Ok(parties.map(|party| Mine { member: members.remove(&party.facts.id), party }).collect())
}

type Ids = parties::BoxedQuery<'static, Mysql, Binary>;

/// Only parties that show this status: time may have gone on since it was stored.
fn in_state(query: Ids, status: Option<PartyStatus>, now: DateTime<Utc>) -> Ids {
    use parties::dsl;

    let Some(status) = status else { return query };
    let now = now.naive_utc();
    let late = || dsl::status.eq(status_name(PartyStatus::Open)).and(dsl::join_deadline.le(now));
    let stored = dsl::status.eq(status_name(status));
    match status {
        PartyStatus::Open => query.filter(stored.and(dsl::join_deadline.gt(now))),
        PartyStatus::Locked => {
            query.filter(stored.or(late().and(dsl::taken_shares.ge(dsl::min_shares))))
        }
        PartyStatus::Cancelled => {
            query.filter(stored.or(late().and(dsl::taken_shares.lt(dsl::min_shares))))
        }
        PartyStatus::Done => query.filter(stored),
    }
}

async fn standing_in(
    conn: &mut Conn,
    reader: UserId,
    ids: &[PartyId],
) -> Result<HashMap<PartyId, Member>, DbError> {
    let rows: Vec<(PartyId, MemberColumns)> = party_members::table
        .filter(party_members::user_id.eq(reader))
        .filter(party_members::party_id.eq_any(ids))
        .select((party_members::party_id, MEMBER_COLUMNS))
        .load(conn)
        .await?;
    rows.into_iter().map(|(party_id, columns)| Ok((party_id, member(columns)?))).collect()
}
