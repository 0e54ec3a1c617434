//! Who may not write.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::ban::BanSnapshot;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::bans::{self, dsl};

/// Takes over a ban. Once it is lifted it stays so, whichever news of it comes last.
pub async fn store(conn: &mut Conn, ban: &BanSnapshot, lifted: bool) -> Result<(), DbError> {
    let ends_at = ban.ends_at.map(|at| at.naive_utc());
    diesel::insert_or_ignore_into(bans::table)
        .values((
            dsl::ban_id.eq(ban.ban_id),
            dsl::user_id.eq(ban.user_id),
            dsl::ends_at.eq(ends_at),
            dsl::lifted.eq(lifted),
        ))
        .execute(conn)
        .await?;
    if lifted {
        diesel::update(dsl::bans.find(ban.ban_id)).set(dsl::lifted.eq(true)).execute(conn).await?;
    }
    Ok(())
}

/// The bans that count now.
pub(super) fn in_force(now: DateTime<Utc>) -> bans::BoxedQuery<'static, Mysql> {
    let lasting = dsl::ends_at.is_null().or(dsl::ends_at.gt(now.naive_utc()));
    dsl::bans.filter(dsl::lifted.eq(false)).filter(lasting).into_boxed()
}
