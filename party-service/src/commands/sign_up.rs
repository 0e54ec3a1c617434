//! Someone signs up.

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chassis::identity::Role;
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::user::UserEvent;

use super::Error;
use crate::domain::account_error::AccountError;
use crate::domain::email::Email;
use crate::domain::nickname::Nickname;
use crate::domain::password::PasswordHash;
use crate::domain::user::{Home, User};
use crate::events::SOURCE;
use crate::store::users;

/// What someone says of themselves.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name to sign in with.
    pub email: Email,
    /// The name others see.
    pub nickname: Nickname,
    /// The language of texts.
    pub locale: Locale,
    /// Where the person lives.
    pub home: Option<Home>,
}

/// Opens an account. Everyone begins as a user; roles are granted on the command line.
pub async fn sign_up(
    conn: &mut Conn,
    new: &NewUser,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<User, Error> {
    let new = new.clone();
    let user = User {
        id: UserId::new(),
        email: new.email,
        nickname: new.nickname,
        role: Role::User,
        locale: new.locale,
        home: new.home,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    users::insert(conn, &user, hash).await.map_err(taken)?;
    outbox::append(conn, SOURCE, now, UserEvent::Registered(user.snapshot())).await?;
    Ok(user)
}

/// Which name the database has already.
pub(super) fn taken(error: DbError) -> Error {
    if error.is_duplicate_of(users::UNIQUE_EMAIL) {
        AccountError::EmailTaken.into()
    } else if error.is_duplicate_of(users::UNIQUE_NICKNAME) {
        AccountError::NicknameTaken.into()
    } else {
        error.into()
    }
}
