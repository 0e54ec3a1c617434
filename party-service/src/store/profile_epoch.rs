//! Which entries of the cache of profiles may be relied on, as all instances see it: one row.

use chassis::db::{Conn, DbError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::profiles::epoch::{Epoch, EpochState};
use crate::schema::profile_epoch::dsl;

/// The number of the one row.
const ROW: u8 = 1;

/// The epoch; `None` if there never was one.
pub async fn find(conn: &mut Conn) -> Result<Option<EpochState>, DbError> {
    let row: Option<(String, bool)> = dsl::profile_epoch
        .find(ROW)
        .select((dsl::epoch, dsl::is_open))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(name, is_open)| EpochState { epoch: Epoch::named(&name), is_open }))
}

/// Puts another epoch in the place of `old`, unless somebody else has done so; says whether it did.
pub async fn replace(
    conn: &mut Conn,
    old: Option<&Epoch>,
    new: &EpochState,
) -> Result<bool, DbError> {
    let values = (dsl::epoch.eq(new.epoch.name()), dsl::is_open.eq(new.is_open));
    let Some(old) = old else { return insert(conn, new).await };
    let row = dsl::profile_epoch.find(ROW).filter(dsl::epoch.eq(old.name()));
    Ok(diesel::update(row).set(values).execute(conn).await? == 1)
}

async fn insert(conn: &mut Conn, new: &EpochState) -> Result<bool, DbError> {
    let row = (dsl::id.eq(ROW), dsl::epoch.eq(new.epoch.name()), dsl::is_open.eq(new.is_open));
    let inserted = diesel::insert_into(dsl::profile_epoch)
        .values(row)
        .execute(conn)
        .await
        .map_err(DbError::from);
    match inserted {
        Ok(_) => Ok(true),
        Err(error) if error.is_duplicate_of("PRIMARY") => Ok(false),
        Err(error) => Err(error),
    }
}
