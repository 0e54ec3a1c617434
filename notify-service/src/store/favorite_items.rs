//! The table of starred items. Where the person lives stands in each row, so that those near a
//! party are found without looking at all who starred its item.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::ItemCode;
use crate::schema::favorite_items::dsl;

/// An item that somebody has starred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FavoriteItem {
    /// Which item.
    pub code: ItemCode,
    /// Its name on the day it was starred.
    pub name: String,
    /// When that was.
    pub created_at: DateTime<Utc>,
}

/// Stars an item for a person who lives in `zone`.
pub async fn insert(
    conn: &mut Conn,
    user_id: UserId,
    item: &FavoriteItem,
    zone: Option<i32>,
) -> Result<(), DbError> {
    diesel::insert_into(dsl::favorite_items)
        .values((
            dsl::user_id.eq(user_id),
            dsl::item_code.eq(item.code.as_str()),
            dsl::name.eq(&item.name),
            dsl::zone.eq(zone),
            dsl::created_at.eq(item.created_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The star of a person on an item, if there is one.
pub async fn find(
    conn: &mut Conn,
    user_id: UserId,
    code: &ItemCode,
) -> Result<Option<FavoriteItem>, DbError> {
    let row: Option<(String, String, NaiveDateTime)> = dsl::favorite_items
        .find((user_id, code.as_str()))
        .select((dsl::item_code, dsl::name, dsl::created_at))
        .first(conn)
        .await
        .optional()?;
    row.map(read).transpose()
}

/// The stars of a person on items, by code after `after`, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    user_id: UserId,
    after: Option<&ItemCode>,
    limit: u32,
) -> Result<Vec<FavoriteItem>, DbError> {
    let mut query = dsl::favorite_items.filter(dsl::user_id.eq(user_id)).into_boxed();
    if let Some(after) = after {
        query = query.filter(dsl::item_code.gt(after.as_str().to_owned()));
    }
    let rows: Vec<(String, String, NaiveDateTime)> = query
        .order(dsl::item_code)
        .limit(limit.into())
        .select((dsl::item_code, dsl::name, dsl::created_at))
        .load(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many items a person has starred.
pub async fn count(conn: &mut Conn, user_id: UserId) -> Result<i64, DbError> {
    Ok(dsl::favorite_items.filter(dsl::user_id.eq(user_id)).count().get_result(conn).await?)
}

/// Takes the star of a person off an item.
pub async fn delete(conn: &mut Conn, user_id: UserId, code: &ItemCode) -> Result<(), DbError> {
    diesel::delete(dsl::favorite_items.find((user_id, code.as_str()))).execute(conn).await?;
    Ok(())
}

/// A person has moved.
pub async fn move_to(conn: &mut Conn, user_id: UserId, zone: Option<i32>) -> Result<(), DbError> {
    diesel::update(dsl::favorite_items.filter(dsl::user_id.eq(user_id)))
        .set(dsl::zone.eq(zone))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes all stars of a person off items.
pub async fn erase(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::favorite_items.filter(dsl::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}

fn read(
    (code, name, created_at): (String, String, NaiveDateTime),
) -> Result<FavoriteItem, DbError> {
    let parsed = ItemCode::parse(&code);
    let code = parsed.ok_or(DbError::Inconsistent {
        table: "favorite_items",
        column: "item_code",
        value: code,
    })?;
    Ok(FavoriteItem { code, name, created_at: created_at.and_utc() })
}
