//! Whether a party is there at all, for somebody.
//!
//! Whoever has blocked its leader, or was blocked by its leader, is told of no party in which they
//! have no part: whatever they ask about it is answered as if it did not exist.

use chassis::db::{Conn, DbError};
use contracts::{PartyId, UserId};

use super::{Shown, find as find_any, members};
use crate::domain::party::{Member, Party};
use crate::store::blocks;

/// The party and how the reader stands in it, if it is there for the reader.
pub async fn find(
    conn: &mut Conn,
    id: PartyId,
    reader: UserId,
) -> Result<Option<(Shown, Option<Member>)>, DbError> {
    let Some(party) = find_any(conn, id).await? else { return Ok(None) };
    let member = members::find(conn, id, reader).await?;
    let leader = party.facts.leader_id;
    let is_there = is_visible(conn, leader, member.as_ref(), reader).await?;
    Ok(is_there.then_some((party, member)))
}

/// Whether a party that is held is there for somebody.
pub async fn is_there_for(conn: &mut Conn, party: &Party, actor: UserId) -> Result<bool, DbError> {
    is_visible(conn, party.facts().leader_id, party.person(actor), actor).await
}

async fn is_visible(
    conn: &mut Conn,
    leader: UserId,
    member: Option<&Member>,
    reader: UserId,
) -> Result<bool, DbError> {
    let is_concerned = leader == reader || member.is_some_and(Member::is_concerned);
    Ok(is_concerned || !blocks::between(conn, reader, leader).await?)
}
