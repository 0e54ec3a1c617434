//! Changes what somebody wants to hear.

use chassis::db::Conn;
use contracts::UserId;

use super::Error;
use crate::domain::Settings;
use crate::store::{people, settings};

/// Replaces the wishes of a person.
pub async fn put_settings(
    conn: &mut Conn,
    user_id: UserId,
    wishes: &Settings,
) -> Result<(), Error> {
    if people::hold(conn, user_id).await?.withdrawn {
        return Err(Error::Withdrawn);
    }
    settings::put(conn, user_id, wishes).await?;
    Ok(())
}
