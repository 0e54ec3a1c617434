//! The leader accepts an applicant.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use super::change_standing::change_standing;
use super::check_standing::check_standing;
use crate::domain::account_error::AccountError;
use crate::domain::ban::Deed;
use crate::domain::party::{Member, Party, PartyError};

/// Accepts an applicant; gives back the party, and the new member in it. Whoever has left the
/// platform or is banned from joining has no application any more, though it may still be there for
/// a moment.
pub async fn accept_applicant(
    conn: &mut Conn,
    id: PartyId,
    leader: UserId,
    applicant: UserId,
    now: DateTime<Utc>,
) -> Result<(Party, Member), Error> {
    let is_gone = match check_standing(conn, applicant, Deed::Join, now).await {
        Ok(()) => false,
        Err(Error::Account(AccountError::NoSuchUser | AccountError::Banned { .. })) => true,
        Err(error) => return Err(error),
    };
    change_standing(conn, id, (leader, applicant), now, |party| {
        party.require_leader(leader)?;
        if is_gone {
            return Err(PartyError::NoSuchApplication);
        }
        party.accept(leader, applicant, now)
    })
    .await
}
