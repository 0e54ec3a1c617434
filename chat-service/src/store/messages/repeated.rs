//! Messages that are stored already.

use std::collections::{BTreeMap, HashMap};

use chassis::db::{Conn, DbError};
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::RoomId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::MessageKey;
use crate::schema::messages::{self, dsl};

/// A message that was stored before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its place in its room.
    pub seq: u64,
    /// What was said, unless the words were removed.
    pub content: Option<String>,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
}

/// The columns of an [`Earlier`] that say which message it is, where and when.
type Place = (RoomId, Vec<u8>, u64, NaiveDateTime);

/// Those of these messages that are stored already.
pub async fn repeated(
    conn: &mut Conn,
    wanted: &BTreeMap<RoomId, Vec<MessageKey>>,
) -> Result<HashMap<(RoomId, MessageKey), Earlier>, DbError> {
    let place = (dsl::room_id, dsl::message_key, dsl::seq, dsl::sent_at);
    let columns = (place, dsl::content, dsl::removed);
    let mut query = messages::table.select(columns).into_boxed();
    for (room_id, keys) in wanted {
        let keys = keys.iter().map(|key| key.as_bytes().to_vec());
        query = query.or_filter(dsl::room_id.eq(*room_id).and(dsl::message_key.eq_any(keys)));
    }
    let rows: Vec<(Place, String, bool)> = query.load(conn).await?;
    rows.into_iter()
        .map(|((room_id, key, seq, sent_at), content, removed)| {
            let key =
                MessageKey::from_bytes(key.try_into().map_err(|key| DbError::Inconsistent {
                    table: "messages",
                    column: "message_key",
                    value: format!("{key:?}"),
                })?);
            let content = (!removed).then_some(content);
            Ok(((room_id, key), Earlier { seq, content, sent_at: sent_at.and_utc() }))
        })
        .collect()
}
