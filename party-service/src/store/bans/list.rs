//! Lists of bans.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{BanId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Row;
use crate::domain::ban::Ban;
use crate::schema::bans::dsl;

/// Which bans.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Only those of this person.
    pub user: Option<UserId>,
    /// Only those that keep somebody from something at this time.
    pub active_at: Option<DateTime<Utc>>,
    /// Only those given before this one.
    pub before: Option<BanId>,
}

/// Up to `limit` bans, those given last first.
pub async fn page(conn: &mut Conn, wanted: Wanted, limit: u32) -> Result<Vec<Ban>, DbError> {
    let mut query =
        dsl::bans.select(Row::as_select()).order(dsl::id.desc()).limit(limit.into()).into_boxed();
    if let Some(user) = wanted.user {
        query = query.filter(dsl::user_id.eq(user));
    }
    if let Some(now) = wanted.active_at {
        let goes_on = dsl::ends_at.is_null().or(dsl::ends_at.gt(now.naive_utc()));
        query = query.filter(dsl::lifted_at.is_null()).filter(goes_on);
    }
    if let Some(before) = wanted.before {
        query = query.filter(dsl::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    rows.into_iter().map(Ban::try_from).collect()
}
