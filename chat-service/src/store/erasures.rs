//! Whose words are still to be removed.

use chassis::db::{Conn, DbError};
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::erasures::{self, dsl};

/// Notes somebody; once more changes nothing.
pub async fn begin(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    let row = dsl::user_id.eq(user_id);
    diesel::insert_or_ignore_into(erasures::table).values(row).execute(conn).await?;
    Ok(())
}

/// Somebody who is noted and in nobody's hands, taken until the end of the transaction.
pub async fn take(conn: &mut Conn) -> Result<Option<UserId>, DbError> {
    let free = dsl::erasures.select(dsl::user_id).limit(1).for_update().skip_locked();
    Ok(free.first(conn).await.optional()?)
}

/// Nothing is left to remove of somebody.
pub async fn finish(conn: &mut Conn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(dsl::erasures.find(user_id)).execute(conn).await?;
    Ok(())
}
