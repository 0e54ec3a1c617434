//! Whether there is a party, for somebody who wants to do something about it.

use chassis::db::Conn;
use contracts::UserId;

use super::Error;
use crate::domain::party::{Party, PartyError};
use crate::store::parties::visible;

/// Refuses whoever is not to learn that there is such a party.
pub(super) async fn require_visible(
    conn: &mut Conn,
    party: &Party,
    actor: UserId,
) -> Result<(), Error> {
    if visible::is_there_for(conn, party, actor).await? {
        Ok(())
    } else {
        Err(PartyError::NotFound.into())
    }
}
