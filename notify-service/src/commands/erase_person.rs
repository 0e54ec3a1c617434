//! Forgets somebody who has left.

use chassis::db::{Conn, DbError};
use chassis::http::idempotency;
use contracts::UserId;

use crate::store::{
    blocks, favorite_items, favorite_markets, inboxes, muted_parties, notifications, people,
    settings,
};

/// How many answers are forgotten with one statement.
const ANSWERS: i64 = 1000;

/// Erases all there is of a person but that they have left, so that nothing old brings them back.
///
/// The row of the person is held first and that of the inbox next, in the order in which a delivery
/// takes them: what is on its way has either arrived, and is erased, or will find that they left.
pub async fn erase_person(conn: &mut Conn, user_id: UserId, version: u64) -> Result<(), DbError> {
    let known = people::hold(conn, user_id).await?;
    if known.withdrawn {
        return Ok(());
    }
    people::erase(conn, user_id, version.max(known.version)).await?;
    inboxes::lock(conn, user_id).await?;
    notifications::erase(conn, user_id).await?;
    inboxes::erase(conn, user_id).await?;
    favorite_items::erase(conn, user_id).await?;
    favorite_markets::erase(conn, user_id).await?;
    muted_parties::erase(conn, user_id).await?;
    settings::erase(conn, user_id).await?;
    blocks::erase(conn, user_id).await?;
    while idempotency::forget_of(conn, user_id, ANSWERS).await? > 0 {}
    Ok(())
}
