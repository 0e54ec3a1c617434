//! An administrator bans somebody, or lifts a ban.

use chassis::bus::outbox;
use chassis::db::Conn;
use chassis::identity::Role;
use chrono::{DateTime, Utc};
use contracts::ban::{BanEvent, BanScope};
use contracts::{BanId, SessionId, UserId};

use super::{Error, revoke_sessions};
use crate::domain::account_error::AccountError;
use crate::domain::admin_action::AdminAction;
use crate::domain::ban::{Ban, BanError, BanReason};
use crate::events::SOURCE;
use crate::store::{admin_log, bans, users};

/// What an administrator wants to keep somebody from.
#[derive(Clone, Debug)]
pub struct NewBan {
    /// Whom.
    pub user_id: UserId,
    /// From what.
    pub scope: BanScope,
    /// Why.
    pub reason: BanReason,
    /// Until when; for ever if it does not say.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Bans somebody, and tells and writes down so. A ban from everything ends all sessions: it says
/// which, to be announced after the commit.
///
/// Whoever signs in or does what is banned holds the row of their account, which is held here too:
/// they are either done before or refused.
pub async fn ban_user(
    conn: &mut Conn,
    new: &NewBan,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(Ban, Vec<SessionId>), Error> {
    if new.ends_at.is_some_and(|end| end <= now) {
        return Err(BanError::EndsInThePast.into());
    }
    let (user, _) = users::lock(conn, new.user_id).await?.ok_or(AccountError::NoSuchUser)?;
    if user.role == Role::Admin {
        return Err(BanError::IsAdmin.into());
    }
    if bans::keeping(conn, user.id, &[new.scope], now).await?.is_some() {
        return Err(BanError::AlreadyBanned.into());
    }
    let ban = Ban {
        id: BanId::new(),
        user_id: user.id,
        scope: new.scope,
        reason: new.reason.clone(),
        given_by: admin,
        created_at: now,
        ends_at: new.ends_at,
        lifted_at: None,
    };
    bans::insert(conn, &ban).await?;
    let ended = match ban.scope {
        BanScope::All => revoke_sessions::revoke_all(conn, user.id, None, now).await?,
        BanScope::Lead | BanScope::Join | BanScope::Chat => Vec::new(),
    };
    outbox::append(conn, SOURCE, now, BanEvent::Given(ban.snapshot())).await?;
    let Ban { user_id, scope, ends_at, .. } = ban;
    let action = AdminAction::Banned { user_id, ban_id: ban.id, scope, ends_at };
    admin_log::append(conn, Some(admin), action, now).await?;
    Ok((ban, ended))
}

/// Ends a ban before its time, and tells and writes down so. One that is over is left as it is.
pub async fn lift_ban(
    conn: &mut Conn,
    id: BanId,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<Ban, Error> {
    let ban = bans::lock(conn, id).await?.ok_or(BanError::NotFound)?;
    if !ban.is_active(now) {
        return Ok(ban);
    }
    bans::lift(conn, id, admin, now).await?;
    let ban = Ban { lifted_at: Some(now), ..ban };
    outbox::append(conn, SOURCE, now, BanEvent::Lifted(ban.snapshot())).await?;
    let action = AdminAction::BanLifted { user_id: ban.user_id, ban_id: id };
    admin_log::append(conn, Some(admin), action, now).await?;
    Ok(ban)
}
