//! Someone changes their profile.

use chassis::bus::outbox;
use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::user::UserEvent;

use super::Error;
use super::sign_up::taken;
use crate::domain::account_error::AccountError;
use crate::domain::user::{ProfileChange, User};
use crate::events::SOURCE;
use crate::profiles::Profiles;
use crate::store::users;

/// Changes what is to be changed; a change that changes nothing leaves no trace.
pub async fn update_profile(
    conn: &mut Conn,
    profiles: &Profiles,
    id: UserId,
    change: ProfileChange,
    now: DateTime<Utc>,
) -> Result<User, Error> {
    let (mut user, _) = users::lock(conn, id).await?.ok_or(AccountError::NoSuchUser)?;
    if user.change(change, now) {
        users::update_profile(conn, &user).await.map_err(taken)?;
        profiles.forget(conn, &[id]).await?;
        outbox::append(conn, SOURCE, now, UserEvent::Updated(user.snapshot())).await?;
    }
    Ok(user)
}
