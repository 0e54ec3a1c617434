//! Someone asks to join a party.

use chassis::db::Conn;
use chrono::{DateTime, Utc};
use contracts::{PartyId, UserId};

use super::Error;
use super::check_standing::check_standing;
use super::require_visible::require_visible;
use crate::domain::ban::Deed;
use crate::domain::party::{Member, Message, Party, PartyError};
use crate::store::{parties, penalties};

/// Asks for some shares of a party; gives back the party, and the applicant in it. Where the leader
/// or the applicant has blocked the other there is no such party.
pub async fn apply_to_party(
    conn: &mut Conn,
    id: PartyId,
    actor: UserId,
    shares: u32,
    message: Option<&Message>,
    now: DateTime<Utc>,
) -> Result<(Party, Member), Error> {
    check_standing(conn, actor, Deed::Join, now).await?;
    let mut party = parties::lock(conn, id, actor).await?.ok_or(PartyError::NotFound)?;
    require_visible(conn, &party, actor).await?;
    let applicant = party.apply(actor, shares, now)?;
    if party.facts().max_penalties.is_some() {
        party.require_reliable(penalties::count_active(conn, actor, now).await?)?;
    }
    parties::members::apply(conn, id, applicant, message, now).await?;
    parties::save(conn, &party, now).await?;
    Ok((party, applicant))
}
