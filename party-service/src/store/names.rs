//! What people are called.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::name::Name;
use crate::schema::users;

/// What everyone may know of somebody, who may have withdrawn.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who.
    pub id: UserId,
    /// What they are called.
    pub name: Name,
    /// Since when they are, or were, here.
    pub since: DateTime<Utc>,
}

/// The columns that a name is made of.
pub(super) type NameColumns = (Option<String>, Option<NaiveDateTime>);

pub(super) const NAME_COLUMNS: (users::nickname, users::withdrawn_at) =
    (users::nickname, users::withdrawn_at);

/// The name others see. The nickname of somebody who has withdrawn is kept for some days, so that
/// nobody else takes it, and not shown.
pub(super) fn name((nickname, withdrawn_at): NameColumns) -> Name {
    match (nickname, withdrawn_at) {
        (Some(nickname), None) => Name::Nickname(nickname),
        _ => Name::Withdrawn,
    }
}

/// Somebody, as everyone may know them.
pub async fn find(conn: &mut Conn, id: UserId) -> Result<Option<Known>, DbError> {
    let found: Option<(NameColumns, NaiveDateTime)> = users::table
        .find(id)
        .select((NAME_COLUMNS, users::created_at))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(|(columns, since)| Known { id, name: name(columns), since: since.and_utc() }))
}

/// What these people are called.
pub async fn of(conn: &mut Conn, people: Vec<UserId>) -> Result<HashMap<UserId, Name>, DbError> {
    let rows: Vec<(UserId, NameColumns)> = users::table
        .filter(users::id.eq_any(people))
        .select((users::id, NAME_COLUMNS))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, columns)| (id, name(columns))).collect())
}
