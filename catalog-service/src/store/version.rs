//! How often the items have changed, so that every instance notices.

use chassis::db::{Conn, DbError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::versions::dsl;

const ITEMS: &str = "items";

/// The version of the items; 0 before the first import.
pub async fn read(conn: &mut Conn) -> Result<u64, DbError> {
    let version = dsl::versions.find(ITEMS).select(dsl::version).first(conn).await.optional()?;
    Ok(version.unwrap_or_default())
}

/// Says that the items have changed. Belongs into the transaction that changes them.
pub async fn bump(conn: &mut Conn) -> Result<(), DbError> {
    diesel::insert_into(dsl::versions)
        .values((dsl::name.eq(ITEMS), dsl::version.eq(1)))
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(dsl::version.eq(dsl::version + 1))
        .execute(conn)
        .await?;
    Ok(())
}
