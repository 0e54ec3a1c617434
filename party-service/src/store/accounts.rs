//! Accounts, as administrators look for them.

use chassis::db::{Conn, DbError};
use chassis::identity::Role;
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::like;
use super::names::{NAME_COLUMNS, NameColumns, name};
use super::users;
use crate::domain::name::Name;
use crate::schema::users::dsl;

/// An account, without anything that tells who or where somebody is.
#[derive(Clone, Debug)]
pub struct Account {
    /// Which.
    pub id: UserId,
    /// What the person is called.
    pub name: Name,
    /// What the person may do.
    pub role: Role,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When the person left.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Up to `limit` accounts, the newest first, before one; only of people who are here and whose
/// nickname has this text in it, if it is given.
pub async fn list(
    conn: &mut Conn,
    nickname: Option<&str>,
    before: Option<UserId>,
    limit: u32,
) -> Result<Vec<Account>, DbError> {
    type Row = (UserId, NameColumns, String, NaiveDateTime, Option<NaiveDateTime>);
    let mut query = dsl::users
        .select((dsl::id, NAME_COLUMNS, dsl::role, dsl::created_at, dsl::withdrawn_at))
        .order(dsl::id.desc())
        .limit(limit.into())
        .into_boxed();
    if let Some(nickname) = nickname {
        let like = dsl::nickname.like(like::containing(nickname));
        query = query.filter(dsl::withdrawn_at.is_null()).filter(like);
    }
    if let Some(before) = before {
        query = query.filter(dsl::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    rows.into_iter()
        .map(|(id, columns, role, created_at, withdrawn_at)| {
            Ok(Account {
                id,
                name: name(columns),
                role: users::role(&role)?,
                created_at: created_at.and_utc(),
                withdrawn_at: withdrawn_at.map(|at| at.and_utc()),
            })
        })
        .collect()
}
