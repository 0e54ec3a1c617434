//! Storing many messages of many rooms with one statement each way.
//!
//! The statements are text, because a prepared one is another one for each number of rows and costs
//! a round trip more. Nothing in the text comes from anybody: ids and contents are written as
//! hexadecimal numbers.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{RoomId, UserId};
use diesel_async::SimpleAsyncConnection as _;

use crate::domain::{ClientMessageId, Kind, MessageKey};

/// A message that is to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// In which room; its row is locked.
    pub room_id: RoomId,
    /// Its place there: one after the one before it.
    pub seq: u64,
    /// What it is.
    pub kind: Kind,
    /// Who said it, or to whom it happened.
    pub sender_id: Option<UserId>,
    /// What tells it from others.
    pub key: MessageKey,
    /// What its sender calls it.
    pub client_message_id: Option<&'a ClientMessageId>,
    /// What was said.
    pub content: &'a str,
}

/// Stores messages, and how far their rooms are now; `rooms` has the last `seq` of each.
pub async fn append(
    conn: &mut Conn,
    rooms: &[(RoomId, u64)],
    messages: &[NewMessage<'_>],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if messages.is_empty() {
        return Ok(());
    }
    let now = now.format("'%Y-%m-%d %H:%M:%S%.6f'").to_string();
    let contents: usize = messages.iter().map(|message| message.content.len()).sum();
    let mut sql =
        String::with_capacity(400 + 100 * rooms.len() + 260 * messages.len() + 2 * contents);
    advance(&mut sql, rooms, &now);
    sql.push(';');
    insert(&mut sql, messages, &now);
    Ok(conn.batch_execute(&sql).await?)
}

fn advance(sql: &mut String, rooms: &[(RoomId, u64)], now: &str) {
    sql.push_str("UPDATE rooms SET active_at = ");
    sql.push_str(now);
    sql.push_str(", last_seq = CASE id");
    for (id, last_seq) in rooms {
        sql.push_str(" WHEN ");
        hex(sql, id.as_uuid().as_bytes());
        sql.push_str(" THEN ");
        number(sql, *last_seq);
    }
    sql.push_str(" END WHERE id IN (");
    for (index, (id, _)) in rooms.iter().enumerate() {
        sql.push_str(if index == 0 { "" } else { "," });
        hex(sql, id.as_uuid().as_bytes());
    }
    sql.push(')');
}

fn insert(sql: &mut String, messages: &[NewMessage<'_>], now: &str) {
    sql.push_str(
        "INSERT INTO messages (room_id, seq, kind, sender_id, message_key, client_message_id, \
         content, sent_at) VALUES ",
    );
    for (index, message) in messages.iter().enumerate() {
        sql.push_str(if index == 0 { "(" } else { ",(" });
        hex(sql, message.room_id.as_uuid().as_bytes());
        sql.push(',');
        number(sql, message.seq);
        sql.push_str(",'");
        sql.push_str(message.kind.name());
        sql.push_str("',");
        match message.sender_id {
            Some(id) => hex(sql, id.as_uuid().as_bytes()),
            None => sql.push_str("NULL"),
        }
        sql.push(',');
        hex(sql, message.key.as_bytes());
        sql.push(',');
        match message.client_message_id {
            Some(name) => hex(sql, name.as_str().as_bytes()),
            None => sql.push_str("NULL"),
        }
        sql.push_str(",_utf8mb4 ");
        hex(sql, message.content.as_bytes());
        sql.push(',');
        sql.push_str(now);
        sql.push(')');
    }
}

fn number(sql: &mut String, number: u64) {
    sql.push_str(&number.to_string());
}

fn hex(sql: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().map_or('0', char::from);
    sql.push_str("x'");
    for byte in bytes {
        sql.push(digit(byte >> 4));
        sql.push(digit(byte & 15));
    }
    sql.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d28_no_content_is_ever_a_statement() {
        let content = "'); DROP TABLE messages; -- \\' \" 사과";
        let message = NewMessage {
            room_id: RoomId::new(),
            seq: 7,
            kind: Kind::Chat,
            sender_id: Some(UserId::new()),
            key: MessageKey::unnamed(),
            client_message_id: None,
            content,
        };
        let mut sql = String::new();
        insert(&mut sql, &[message], "'2026-11-23 03:00:00.000000'");
        assert!(!sql.contains("DROP"));
        assert!(sql.contains("_utf8mb4 x'27293b2044524f50"));
    }
}
