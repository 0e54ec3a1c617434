//! Rooms and people in the database of the chat-service.

use std::fmt::Write as _;
use std::iter::repeat_with;

use anyhow::Result;
use chassis::db::Conn;
use contracts::{PartyId, RoomId, UserId};
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};

/// Puts everyone into every room; gives back who and where.
pub(super) async fn fill(
    url: &str,
    rooms: usize,
    people: usize,
) -> Result<(Vec<String>, Vec<UserId>)> {
    let mut conn = Conn::establish(url).await?;
    let people: Vec<UserId> = repeat_with(UserId::new).take(people).collect();
    let rooms: Vec<RoomId> = repeat_with(RoomId::new).take(rooms).collect();
    let hex = |id: UserId| id.as_uuid().simple().to_string();
    let mut sql =
        String::from("INSERT INTO people (user_id, version, nickname, withdrawn) VALUES ");
    for (number, id) in people.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        write!(sql, "{comma}(x'{}', 1, '이웃 {number}', 0)", hex(*id))?;
    }
    conn.batch_execute(&sql).await?;
    for room in &rooms {
        let (id, party) = (room.as_uuid().simple(), PartyId::new().as_uuid().simple());
        let leader = people.first().map(|id| hex(*id)).unwrap_or_default();
        conn.batch_execute(&format!(
            "INSERT INTO rooms (id, party_id, party_version, party_status, leader_id, item_code, \
             item_name, market_name, starts_at, last_seq, active_at, opened_at) VALUES (x'{id}', \
             x'{party}', 1, 'open', x'{leader}', '060101', '사과', '시장', NOW(6), 0, NOW(6), NOW(6))"
        ))
        .await?;
        let mut sql = String::from(
            "INSERT INTO room_members (room_id, user_id, read_seq, joined_at) VALUES ",
        );
        for (number, person) in people.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(sql, "{comma}(x'{id}', x'{}', 0, NOW(6))", hex(*person))?;
        }
        conn.batch_execute(&sql).await?;
    }
    Ok((rooms.iter().map(ToString::to_string).collect(), people))
}
