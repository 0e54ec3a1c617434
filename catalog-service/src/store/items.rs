//! The table of items.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::SingleValue;
use diesel_async::RunQueryDsl;

use crate::domain::{Code, Coded, Item, Name};
use crate::schema::items;

/// How many rows one statement writes: few round trips, and far from the 65,535 values that a
/// statement may carry.
const ROWS_PER_STATEMENT: usize = 1000;

diesel::define_sql_function! {
    /// The value that the row at fault in an `ON DUPLICATE KEY UPDATE` was to have.
    #[sql_name = "VALUES"]
    fn given<T: SingleValue>(column: T) -> T;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
struct Row {
    code: String,
    category_code: String,
    category_name: String,
    item_code: String,
    item_name: String,
    variety_name: String,
}

#[derive(Insertable)]
#[diesel(table_name = items)]
struct NewRow<'a> {
    code: &'a str,
    category_code: &'a str,
    category_name: &'a str,
    item_code: &'a str,
    item_name: &'a str,
    variety_name: &'a str,
    active: bool,
    updated_at: NaiveDateTime,
}

/// All items that are not deactivated.
pub async fn load_active(conn: &mut Conn) -> Result<Vec<Item>, DbError> {
    let rows: Vec<Row> =
        items::table.filter(items::active).select(Row::as_select()).load(conn).await?;
    rows.into_iter().map(Item::try_from).collect()
}

/// All items, each with whether it is active.
pub async fn load_all(conn: &mut Conn) -> Result<Vec<(Item, bool)>, DbError> {
    let rows: Vec<(Row, bool)> =
        items::table.select((Row::as_select(), items::active)).load(conn).await?;
    rows.into_iter().map(|(row, active)| Ok((row.try_into()?, active))).collect()
}

/// Deactivates items; says how many were active.
pub async fn deactivate(
    conn: &mut Conn,
    codes: &[Code],
    now: DateTime<Utc>,
) -> Result<u32, DbError> {
    let mut deactivated = 0;
    for batch in codes.chunks(ROWS_PER_STATEMENT) {
        let codes: Vec<&str> = batch.iter().map(Code::as_str).collect();
        let active = items::table.filter(items::code.eq_any(codes).and(items::active));
        deactivated += diesel::update(active)
            .set((items::active.eq(false), items::updated_at.eq(now.naive_utc())))
            .execute(conn)
            .await?;
    }
    Ok(u32::try_from(deactivated).unwrap_or(u32::MAX))
}

/// Writes items that are new or different; each is active from now on.
pub async fn upsert(conn: &mut Conn, changed: &[Item], now: DateTime<Utc>) -> Result<(), DbError> {
    for batch in changed.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<NewRow<'_>> = batch.iter().map(|item| NewRow::of(item, now)).collect();
        diesel::insert_into(items::table)
            .values(&rows)
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set((
                items::category_code.eq(given(items::category_code)),
                items::category_name.eq(given(items::category_name)),
                items::item_code.eq(given(items::item_code)),
                items::item_name.eq(given(items::item_name)),
                items::variety_name.eq(given(items::variety_name)),
                items::active.eq(given(items::active)),
                items::updated_at.eq(given(items::updated_at)),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

impl<'a> NewRow<'a> {
    fn of(item: &'a Item, now: DateTime<Utc>) -> Self {
        Self {
            code: item.code().as_str(),
            category_code: item.category.code.as_str(),
            category_name: item.category.name.as_str(),
            item_code: item.item.code.as_str(),
            item_name: item.item.name.as_str(),
            variety_name: item.variety.name.as_str(),
            active: true,
            updated_at: now.naive_utc(),
        }
    }
}

impl TryFrom<Row> for Item {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            category: Coded {
                code: code("category_code", row.category_code)?,
                name: name("category_name", row.category_name)?,
            },
            item: Coded {
                code: code("item_code", row.item_code)?,
                name: name("item_name", row.item_name)?,
            },
            variety: Coded {
                code: code("code", row.code)?,
                name: name("variety_name", row.variety_name)?,
            },
        })
    }
}

fn code(column: &'static str, value: String) -> Result<Code, DbError> {
    Code::parse(&value).map_err(|_| DbError::Inconsistent { table: "items", column, value })
}

fn name(column: &'static str, value: String) -> Result<Name, DbError> {
    Name::parse(&value).map_err(|_| DbError::Inconsistent { table: "items", column, value })
}
