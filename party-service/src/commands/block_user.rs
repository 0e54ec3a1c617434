//! Someone does not want to see somebody, or does again.

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::block::{BlockChange, BlockEvent};

use super::Error;
use super::change_standing::change_standing;
use crate::domain::account_error::AccountError;
use crate::domain::party::{Member, Party};
use crate::events::SOURCE;
use crate::store::parties::led;
use crate::store::{blocks, names, people};

/// How many people one person may block.
pub const MAX_BLOCKED: usize = 1_000;

/// Blocks somebody. Who is blocked already stays so. What one of the two has asked of the other is
/// over: the leader of a party has rejected, or the applicant has withdrawn, as it may be.
///
/// Whoever applies or is accepted has their row held, as those of both are here: they are either
/// done before and found, or refused.
pub async fn block_user(
    conn: &mut Conn,
    who: UserId,
    whom: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if who == whom {
        return Err(AccountError::BlocksSelf.into());
    }
    people::hold(conn, &[who, whom]).await?;
    names::find(conn, whom).await?.ok_or(AccountError::NoSuchUser)?;
    if blocks::is_blocked(conn, who, whom).await? {
        return Ok(());
    }
    if blocks::count(conn, who).await? >= MAX_BLOCKED {
        return Err(AccountError::TooManyBlocked.into());
    }
    blocks::insert(conn, who, whom, now).await?;
    tell(conn, BlockChange::Blocked, who, whom, now).await?;
    for id in led::awaited(conn, who, whom).await? {
        let reject = |party: &mut Party| party.reject(who, whom, now);
        over(change_standing(conn, id, (who, whom), now, reject).await)?;
    }
    for id in led::awaited(conn, whom, who).await? {
        let withdraw = |party: &mut Party| party.withdraw(who, now);
        over(change_standing(conn, id, (who, who), now, withdraw).await)?;
    }
    Ok(())
}

/// Blocks somebody no longer. Who is not blocked stays so.
pub async fn unblock_user(
    conn: &mut Conn,
    who: UserId,
    whom: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    people::hold(conn, &[who]).await?;
    if blocks::delete(conn, who, whom).await? {
        tell(conn, BlockChange::Unblocked, who, whom, now).await?;
    }
    Ok(())
}

async fn tell(
    conn: &mut Conn,
    change: BlockChange,
    user_id: UserId,
    blocked_id: UserId,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    outbox::append(conn, SOURCE, at, BlockEvent { change, user_id, blocked_id, at }).await
}

/// What has come to its end in another way needs none.
fn over(ended: Result<(Party, Member), Error>) -> Result<(), Error> {
    match ended {
        Ok(_) | Err(Error::Party(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
