//! One batch: what becomes of each draft, and the one transaction that makes it so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{RoomId, UserId};

use super::Draft;
use super::receipt::{Receipt, SendError};
use crate::domain::{Kind, MessageKey, Room};
use crate::store::members::{self, Speaker};
use crate::store::messages::{self, Earlier, NewMessage};
use crate::store::rooms;
use crate::wire::Stored;

/// A draft and what tells its message from others.
#[derive(Debug)]
pub(super) struct Keyed {
    pub(super) draft: Draft,
    pub(super) key: MessageKey,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What becomes of each draft, in the order of the batch.
    pub(super) answers: Vec<Result<Receipt, SendError>>,
    /// What there is to read now, in order.
    pub(super) news: BTreeMap<RoomId, Vec<Stored>>,
}

/// What the database knows that matters to a batch.
struct Known {
    rooms: HashMap<RoomId, Room>,
    speakers: HashMap<(RoomId, UserId), Speaker>,
    stored: HashMap<(RoomId, MessageKey), Earlier>,
    /// Which draft of the batch is stored where.
    decided: HashMap<(RoomId, MessageKey), (usize, Receipt)>,
}

/// Stores a batch, in the transaction that `conn` is in. `look` says whether some of it may be
/// stored already; if that is not looked for and is so, this fails with a duplicate key.
pub(super) async fn store(
    conn: &mut Conn,
    batch: &[Keyed],
    look: bool,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let known = Known::of(conn, batch, look, now).await?;
    let (outcome, rooms, new) = known.decide(batch, now);
    messages::append(conn, &rooms, &new, now).await?;
    Ok(outcome)
}

impl Known {
    /// Locks the rooms first: from then on nobody comes or goes.
    async fn of(
        conn: &mut Conn,
        batch: &[Keyed],
        look: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, DbError> {
        let mut wanted: BTreeMap<RoomId, BTreeSet<UserId>> = BTreeMap::new();
        for Keyed { draft, .. } in batch {
            wanted.entry(draft.room).or_default().insert(draft.sender);
        }
        let ids: Vec<RoomId> = wanted.keys().copied().collect();
        let rooms = rooms::lock_all(conn, &ids).await?;
        let speakers = members::speakers(conn, &wanted, now).await?;
        // What was stored before is answered alike, even if nothing could be added now.
        let refusing = rooms.iter().any(|room| room.is_read_only(now))
            || speakers.values().any(|speaker| speaker.banned);
        let stored = if look || refusing {
            let mut keys: BTreeMap<RoomId, Vec<MessageKey>> = BTreeMap::new();
            for Keyed { draft, key } in batch {
                keys.entry(draft.room).or_default().push(*key);
            }
            messages::repeated(conn, &keys).await?
        } else {
            HashMap::new()
        };
        let rooms = rooms.into_iter().map(|room| (room.id, room)).collect();
        Ok(Self { rooms, speakers, stored, decided: HashMap::with_capacity(batch.len()) })
    }

    /// Decides on each draft in turn; gives back the answers, the last `seq` of each room that has
    /// got anything, and what is to be stored.
    fn decide(
        mut self,
        batch: &[Keyed],
        now: DateTime<Utc>,
    ) -> (Outcome, Vec<(RoomId, u64)>, Vec<NewMessage<'_>>) {
        let mut outcome = Outcome::default();
        let mut new = Vec::with_capacity(batch.len());
        for (index, Keyed { draft, key }) in batch.iter().enumerate() {
            let answer = match self.decided.get(&(draft.room, *key)) {
                Some((first, receipt)) => again(batch.get(*first), draft, *receipt),
                None => self.decide_one(draft, *key, now),
            };
            if let Ok(receipt) = &answer
                && !receipt.repeated
                && let Some(speaker) = self.speakers.get(&(draft.room, draft.sender))
            {
                self.decided.insert((draft.room, *key), (index, *receipt));
                new.push(new_message(draft, *key, receipt.seq));
                let news = outcome.news.entry(draft.room).or_default();
                news.push(Stored::said(draft, &speaker.person, *receipt));
            }
            outcome.answers.push(answer);
        }
        let last_seq = |id: &RoomId| Some((*id, self.rooms.get(id)?.last_seq));
        let rooms = outcome.news.keys().filter_map(last_seq).collect();
        (outcome, rooms, new)
    }

    fn decide_one(
        &mut self,
        draft: &Draft,
        key: MessageKey,
        now: DateTime<Utc>,
    ) -> Result<Receipt, SendError> {
        let room = self.rooms.get_mut(&draft.room).filter(|room| room.is_there());
        let room = room.ok_or(SendError::NoSuchRoom)?;
        let speaker = self.speakers.get(&(draft.room, draft.sender));
        let speaker = speaker.ok_or(SendError::NoSuchRoom)?;
        if let Some(earlier) = self.stored.get(&(draft.room, key)) {
            // Whose words are gone cannot be compared: the key says that it is the same.
            if earlier.content.as_ref().is_some_and(|said| said != draft.content.as_str()) {
                return Err(SendError::NameTaken);
            }
            return Ok(Receipt { seq: earlier.seq, sent_at: earlier.sent_at, repeated: true });
        }
        if speaker.banned {
            return Err(SendError::Banned);
        }
        if room.is_read_only(now) {
            return Err(SendError::ReadOnly);
        }
        room.last_seq += 1;
        Ok(Receipt { seq: room.last_seq, sent_at: now, repeated: false })
    }
}

/// What becomes of a draft with the key of one that comes before it in the batch.
fn again(first: Option<&Keyed>, draft: &Draft, receipt: Receipt) -> Result<Receipt, SendError> {
    match first {
        Some(first) if first.draft.content == draft.content => {
            Ok(Receipt { repeated: true, ..receipt })
        }
        _ => Err(SendError::NameTaken),
    }
}

fn new_message(draft: &Draft, key: MessageKey, seq: u64) -> NewMessage<'_> {
    NewMessage {
        room_id: draft.room,
        seq,
        kind: Kind::Chat,
        sender_id: Some(draft.sender),
        key,
        client_message_id: draft.client_message_id.as_ref(),
        content: draft.content.as_str(),
    }
}
