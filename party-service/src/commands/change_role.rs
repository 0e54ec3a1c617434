//! The operator makes someone an administrator, or no longer.

use chassis::db::Conn;
use chassis::identity::Role;
use chrono::{DateTime, Utc};
use contracts::SessionId;

use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::admin_action::AdminAction;
use crate::domain::email::Email;
use crate::store::{admin_log, users};

/// Gives the account another role and ends its sessions, whose tokens say the old one. Says which
/// ended, to be announced after the commit, or nothing if the role is the same.
pub async fn change_role(
    conn: &mut Conn,
    email: &Email,
    role: Role,
    now: DateTime<Utc>,
) -> Result<Option<Vec<SessionId>>, Error> {
    let (found, _) = users::find_by_email(conn, email).await?.ok_or(AccountError::NoSuchUser)?;
    let (user, _) = users::lock(conn, found.id).await?.ok_or(AccountError::NoSuchUser)?;
    if user.role == role {
        return Ok(None);
    }
    users::set_role(conn, user.id, role, now).await?;
    let action = AdminAction::RoleChanged { user_id: user.id, role };
    admin_log::append(conn, None, action, now).await?;
    revoke_sessions::revoke_all(conn, user.id, None, now).await.map(Some)
}
