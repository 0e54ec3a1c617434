//! Someone does not want to see somebody.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::UserId;

use super::Error;
use crate::domain::account_error::AccountError;
use crate::store::{blocks, names};

/// How many people one person may block.
pub const MAX_BLOCKED: usize = 1_000;

/// Blocks somebody. Who is blocked already stays so.
pub async fn block_user(
    conn: &mut Conn,
    who: UserId,
    whom: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if who == whom {
        return Err(AccountError::BlocksSelf.into());
    }
    names::find(conn, whom).await?.ok_or(AccountError::NoSuchUser)?;
    if blocks::is_blocked(conn, who, whom).await? {
        return Ok(());
    }
    if blocks::count(conn, who).await? >= MAX_BLOCKED {
        return Err(AccountError::TooManyBlocked.into());
    }
    Ok(blocks::insert(conn, who, whom, now).await?)
}
