//! Those who take part in a party, asked to, or once did. The leader has no row.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::party::MembershipStatus;
use contracts::{PartyId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::name::Name;
use crate::domain::party::{Member, Message, membership_from_name, membership_name};
use crate::schema::parties;
use crate::schema::party_members as table;
use crate::schema::party_members::dsl;
use crate::schema::users;
use crate::store::names::{NAME_COLUMNS, NameColumns, name};

/// The columns of a [`Member`].
pub(super) type MemberColumns = (UserId, u32, String, Option<bool>);

pub(super) const MEMBER_COLUMNS: (table::user_id, table::shares, table::status, table::attended) =
    (table::user_id, table::shares, table::status, table::attended);

pub(super) fn member(
    (user_id, shares, status, attended): MemberColumns,
) -> Result<Member, DbError> {
    let status = membership_from_name(&status).ok_or(DbError::Inconsistent {
        table: "party_members",
        column: "status",
        value: status,
    })?;
    Ok(Member { user_id, shares, status, attended })
}

/// An application that waits for an answer.
#[derive(Clone, Debug)]
pub struct Application {
    /// Who applied, for how many shares.
    pub member: Member,
    /// The name of the applicant.
    pub name: Name,
    /// What the applicant says.
    pub message: Option<String>,
    /// When.
    pub applied_at: DateTime<Utc>,
}

/// All members and all who wait for an answer, and `about`, however that person stands.
pub(super) async fn concerned(
    conn: &mut Conn,
    party_id: PartyId,
    about: Option<UserId>,
) -> Result<Vec<Member>, DbError> {
    let alive = dsl::status
        .eq(membership_name(MembershipStatus::Accepted))
        .or(dsl::status.eq(membership_name(MembershipStatus::Applied)));
    let mut query = dsl::party_members
        .filter(dsl::party_id.eq(party_id))
        .select(MEMBER_COLUMNS)
        .order(dsl::user_id)
        .into_boxed();
    query = match about {
        Some(about) => query.filter(alive.or(dsl::user_id.eq(about))),
        None => query.filter(alive),
    };
    let rows: Vec<MemberColumns> = query.load(conn).await?;
    rows.into_iter().map(member).collect()
}

/// How somebody stands in a party.
pub async fn find(
    conn: &mut Conn,
    party_id: PartyId,
    user_id: UserId,
) -> Result<Option<Member>, DbError> {
    let row: Option<MemberColumns> = dsl::party_members
        .find((party_id, user_id))
        .select(MEMBER_COLUMNS)
        .first(conn)
        .await
        .optional()?;
    row.map(member).transpose()
}

/// The leader and the accepted members.
pub async fn taking_part(conn: &mut Conn, party_id: PartyId) -> Result<Vec<UserId>, DbError> {
    let members = dsl::party_members
        .filter(dsl::party_id.eq(party_id))
        .filter(dsl::status.eq(membership_name(MembershipStatus::Accepted)))
        .select(dsl::user_id);
    let mut people: Vec<UserId> = members.load(conn).await?;
    let leader = parties::table.find(party_id).select(parties::leader_id);
    people.extend(leader.first::<UserId>(conn).await.optional()?);
    Ok(people)
}

/// Stores an application, also of someone who applied before.
pub async fn apply(
    conn: &mut Conn,
    party_id: PartyId,
    member: Member,
    message: Option<&Message>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let application = (
        dsl::shares.eq(member.shares),
        dsl::status.eq(membership_name(member.status)),
        dsl::message.eq(message.map(Message::as_str)),
        dsl::applied_at.eq(now.naive_utc()),
        dsl::updated_at.eq(now.naive_utc()),
    );
    diesel::insert_into(dsl::party_members)
        .values((dsl::party_id.eq(party_id), dsl::user_id.eq(member.user_id), application))
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(application)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores another standing.
pub async fn update(
    conn: &mut Conn,
    party_id: PartyId,
    member: Member,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::party_members.find((party_id, member.user_id)))
        .set((
            dsl::status.eq(membership_name(member.status)),
            dsl::attended.eq(member.attended),
            dsl::updated_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores who of the members came.
pub async fn record_attendance(
    conn: &mut Conn,
    party_id: PartyId,
    members: impl Iterator<Item = &Member>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let (came, absent): (Vec<&Member>, Vec<_>) =
        members.partition(|member| member.attended == Some(true));
    for (attended, members) in [(true, came), (false, absent)] {
        let ids = members.into_iter().map(|member| member.user_id);
        let rows = dsl::party_members.filter(dsl::party_id.eq(party_id));
        diesel::update(rows.filter(dsl::user_id.eq_any(ids)))
            .set((dsl::attended.eq(attended), dsl::updated_at.eq(now.naive_utc())))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Up to `limit` of those who wait for an answer, in the order in which they applied, beginning
/// after the one who applied at `after`.
pub async fn applications(
    conn: &mut Conn,
    party_id: PartyId,
    after: Option<(DateTime<Utc>, UserId)>,
    limit: u32,
) -> Result<Vec<Application>, DbError> {
    let mut query = dsl::party_members
        .inner_join(users::table.on(users::id.eq(table::user_id)))
        .filter(dsl::party_id.eq(party_id))
        .filter(dsl::status.eq(membership_name(MembershipStatus::Applied)))
        .filter(users::withdrawn_at.is_null())
        .select((MEMBER_COLUMNS, NAME_COLUMNS, dsl::message, dsl::applied_at))
        .order((dsl::applied_at, dsl::user_id))
        .limit(limit.into())
        .into_boxed();
    if let Some((applied_at, user_id)) = after {
        let applied_at = applied_at.naive_utc();
        let beside = dsl::applied_at.eq(applied_at).and(dsl::user_id.gt(user_id));
        query = query.filter(dsl::applied_at.gt(applied_at).or(beside));
    }
    let rows: Vec<(MemberColumns, NameColumns, Option<String>, NaiveDateTime)> =
        query.load(conn).await?;
    rows.into_iter()
        .map(|(columns, named, message, applied_at)| {
            let applied_at = applied_at.and_utc();
            Ok(Application { member: member(columns)?, name: name(named), message, applied_at })
        })
        .collect()
}

/// The accepted members and their names, in the order of their ids. There are fewer than a
/// hundred, for each has a share.
pub async fn accepted(conn: &mut Conn, party_id: PartyId) -> Result<Vec<(Member, Name)>, DbError> {
    let rows: Vec<(MemberColumns, NameColumns)> = dsl::party_members
        .inner_join(users::table.on(users::id.eq(table::user_id)))
        .filter(dsl::party_id.eq(party_id))
        .filter(dsl::status.eq(membership_name(MembershipStatus::Accepted)))
        .select((MEMBER_COLUMNS, NAME_COLUMNS))
        .order(dsl::user_id)
        .load(conn)
        .await?;
    rows.into_iter().map(|(columns, named)| Ok((member(columns)?, name(named)))).collect()
}
