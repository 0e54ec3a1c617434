//! A party is another than it was, and its room follows.

use std::collections::BTreeSet;

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::chat::RoomOpened;
use contracts::party::PartySnapshot;
use contracts::{RoomId, UserId};

use super::tell::tell;
use crate::domain::Room;
use crate::events::SOURCE;
use crate::herald::Herald;
use crate::store::{members, people, rooms};

/// Takes over a party as it was at some moment, unless something newer is known.
pub async fn follow_party(
    conn: &mut Conn,
    party: &PartySnapshot,
    at: DateTime<Utc>,
    herald: &Herald,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    // Whoever leaves the platform at this moment has left before, or is found in the room after.
    let gone = people::hold(conn, &named(party)).await?;
    let mut room = room_of(conn, party, now).await?;
    let inside = members::inside(conn, room.id).await?;
    let Some(changes) = room.follow(party, &inside, &gone, at) else { return Ok(()) };
    members::add(conn, &room, &changes.joined, now).await?;
    members::remove(conn, room.id, &changes.left).await?;
    tell(conn, &mut room, &changes.notices, herald, now).await?;
    rooms::save(conn, &room).await?;
    if changes.opened {
        outbox::append(conn, SOURCE, now, opened(&room, party)).await?;
    }
    Ok(())
}

/// The room of a party, locked; made if there was none.
async fn room_of(
    conn: &mut Conn,
    party: &PartySnapshot,
    now: DateTime<Utc>,
) -> Result<Room, DbError> {
    if let Some(room) = rooms::lock_of_party(conn, party.party_id).await? {
        return Ok(room);
    }
    rooms::ensure(conn, &Room::of(party, RoomId::new(), now)).await?;
    rooms::lock_of_party(conn, party.party_id).await?.ok_or(DbError::NotFound)
}

/// The leader and the members.
fn named(party: &PartySnapshot) -> BTreeSet<UserId> {
    let members = party.members.iter().map(|member| member.user_id);
    std::iter::once(party.leader_id).chain(members).collect()
}

fn opened(room: &Room, party: &PartySnapshot) -> RoomOpened {
    RoomOpened {
        room_id: room.id,
        party_id: room.party_id,
        item: room.item.clone(),
        leader_id: room.leader_id,
        member_ids: party.members.iter().map(|member| member.user_id).collect(),
    }
}
