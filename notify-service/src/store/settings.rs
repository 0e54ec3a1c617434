//! The table of wishes. Whoever never said any has no row.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::given::given;
use crate::domain::{Kind, QuietHours, Radius, Settings, TimeOfDay};
use crate::schema::settings::{self, dsl};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = settings)]
struct Row {
    user_id: UserId,
    radius_m: u32,
    silenced: String,
    quiet_from: Option<u16>,
    quiet_until: Option<u16>,
    time_zone: String,
}

/// The wishes of a person.
pub async fn find(conn: &mut Conn, user_id: UserId) -> Result<Settings, DbError> {
    let row = dsl::settings.find(user_id).select(Row::as_select()).first(conn).await.optional()?;
    Ok(row.map(Settings::try_from).transpose()?.unwrap_or_default())
}

/// The wishes of those among some people who have said any.
pub async fn of_many(
    conn: &mut Conn,
    user_ids: &[UserId],
) -> Result<HashMap<UserId, Settings>, DbError> {
    let rows: Vec<Row> = dsl::settings
        .filter(dsl::user_id.eq_any(user_ids))
        .select(Row::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(|row| Ok((row.user_id, row.try_into()?))).collect()
}

/// Writes the wishes of a person down.
pub async fn put(conn: &mut Conn, user_id: UserId, wishes: &Settings) -> Result<(), DbError> {
    let silenced: Vec<_> = wishes.silenced.iter().map(|kind| kind.name()).collect();
    let row = Row {
        user_id,
        radius_m: wishes.radius.metres(),
        silenced: silenced.join(","),
        quiet_from: wishes.quiet_hours.map(|hours| hours.from().minutes()),
        quiet_until: wishes.quiet_hours.map(|hours| hours.until().minutes()),
        time_zone: wishes.time_zone.name().to_owned(),
    };
    diesel::insert_into(dsl::settings)
        .values(&row)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set((
            dsl::radius_m.eq(given(dsl::radius_m)),
            dsl::silenced.eq(given(dsl::silenced)),
            dsl::quiet_from.eq(given(dsl::quiet_from)),
            dsl::quiet_until.eq(given(dsl::quiet_until)),
            dsl::time_zone.eq(given(dsl::time_zone)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the wishes of a person.
pub async fn erase(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::settings.find(user_id)).execute(conn).await?;
    Ok(())
}

impl TryFrom<Row> for Settings {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let kinds = row.silenced.split(',').filter(|name| !name.is_empty());
        let silenced: Option<_> = kinds.map(Kind::from_name).collect();
        let time = |minutes: Option<u16>| minutes.and_then(TimeOfDay::from_minutes);
        let quiet_hours = match (time(row.quiet_from), time(row.quiet_until)) {
            (Some(from), Some(until)) => QuietHours::new(from, until).ok(),
            _ => None,
        };
        Ok(Self {
            radius: Radius::from_metres(row.radius_m)
                .ok_or_else(|| inconsistent("radius_m", row.radius_m.to_string()))?,
            silenced: silenced.ok_or_else(|| inconsistent("silenced", row.silenced.clone()))?,
            quiet_hours,
            time_zone: row
                .time_zone
                .parse()
                .map_err(|_| inconsistent("time_zone", row.time_zone.clone()))?,
        })
    }
}

const fn inconsistent(column: &'static str, value: String) -> DbError {
    DbError::Inconsistent { table: "settings", column, value }
}
