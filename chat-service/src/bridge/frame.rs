//! What one instance says to the others: bytes, because each instance would otherwise read as JSON
//! what it only passes on.
//!
//! ```text
//! version u8 │ instance 8 bytes │ part, part, …
//! part: kind u8 │ seq u64 │ person 16 bytes, if the kind says so │ length u32 │ JSON
//! ```

use bytes::{Buf as _, BufMut as _, Bytes};
use contracts::UserId;
use uuid::Uuid;

use crate::domain::message::Effect;
use crate::wire::Stored;

/// Frames of another version are left alone; what they say is found in the database.
const VERSION: u8 = 1;
const HEAD: usize = 1 + 8;

const MESSAGE: u8 = 0;
const CUT: u8 = 1;
const CLOSE: u8 = 2;
const NEWS: u8 = 3;
const REMINDER: u8 = 4;

/// Which instance says it.
pub(super) type Instance = u64;

/// What was said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// There are messages.
    Messages(Vec<Stored>),
    /// Something has happened that is not stored.
    News(Vec<Bytes>),
    /// There are messages up to this one, and some may not have been told.
    UpTo(u64),
}

/// Writes messages.
pub(super) fn messages(own: Instance, messages: &[Stored]) -> Vec<u8> {
    let length: usize = messages.iter().map(|message| 29 + message.json.len()).sum();
    let mut frame = head(own, length);
    for message in messages {
        match message.effect {
            Effect::None => part(&mut frame, MESSAGE, message.seq, None, &message.json),
            Effect::Cut(user) => part(&mut frame, CUT, message.seq, Some(user), &message.json),
            Effect::Close => part(&mut frame, CLOSE, message.seq, None, &message.json),
        }
    }
    frame
}

/// Writes news that is not stored.
pub(super) fn news(own: Instance, json: &[u8]) -> Vec<u8> {
    let mut frame = head(own, 13 + json.len());
    part(&mut frame, NEWS, 0, None, json);
    frame
}

/// Writes that there are messages up to `seq`.
pub(super) fn reminder(own: Instance, seq: u64) -> Vec<u8> {
    let mut frame = head(own, 13);
    part(&mut frame, REMINDER, seq, None, b"");
    frame
}

fn head(own: Instance, length: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(HEAD + length);
    frame.put_u8(VERSION);
    frame.put_u64(own);
    frame
}

fn part(frame: &mut Vec<u8>, kind: u8, seq: u64, person: Option<UserId>, json: &[u8]) {
    frame.put_u8(kind);
    frame.put_u64(seq);
    if let Some(person) = person {
        frame.put_slice(person.as_uuid().as_bytes());
    }
    // A message is some kilobytes at most.
    frame.put_u32(u32::try_from(json.len()).unwrap_or(u32::MAX));
    frame.put_slice(json);
}

/// Reads what another instance said; nothing if it was this one, or cannot be understood.
pub(super) fn read(own: Instance, frame: Vec<u8>) -> Option<Said> {
    let mut frame = Bytes::from(frame);
    if frame.try_get_u8().ok()? != VERSION || frame.try_get_u64().ok()? == own {
        return None;
    }
    let (mut messages, mut news) = (Vec::new(), Vec::new());
    while frame.has_remaining() {
        let kind = frame.try_get_u8().ok()?;
        let seq = frame.try_get_u64().ok()?;
        let effect = match kind {
            MESSAGE | NEWS => Effect::None,
            CUT => Effect::Cut(UserId::from(Uuid::from_u128(frame.try_get_u128().ok()?))),
            CLOSE => Effect::Close,
            REMINDER => return Some(Said::UpTo(seq)),
            _ => return None,
        };
        let length = usize::try_from(frame.try_get_u32().ok()?).ok()?;
        if length > frame.len() {
            return None;
        }
        let json = frame.split_to(length);
        match kind {
            NEWS => news.push(json),
            _ => messages.push(Stored { seq, json, effect }),
        }
    }
    Some(if messages.is_empty() { Said::News(news) } else { Said::Messages(messages) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stored() -> impl Strategy<Value = Stored> {
        let effect = prop_oneof![
            Just(Effect::None),
            Just(Effect::Close),
            any::<u128>().prop_map(|id| Effect::Cut(UserId::from(Uuid::from_u128(id)))),
        ];
        (any::<u64>(), proptest::collection::vec(any::<u8>(), 0..50), effect)
            .prop_map(|(seq, json, effect)| Stored { seq, json: json.into(), effect })
    }

    proptest! {
        #[test]
        fn messages_survive(sent in proptest::collection::vec(stored(), 1..5)) {
            let frame = messages(1, &sent);
            prop_assert_eq!(read(2, frame.clone()), Some(Said::Messages(sent)));
            prop_assert_eq!(read(1, frame), None);
        }

        #[test]
        fn no_bytes_are_misunderstood_badly(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
            drop(read(0, bytes.clone()));
            let mut frame = head(1, 0);
            frame.extend(bytes);
            drop(read(2, frame));
        }

        #[test]
        fn what_is_cut_short_is_not_read(sent in stored(), cut in 1_usize..12) {
            let mut frame = messages(1, &[sent]);
            frame.truncate(frame.len() - cut);
            prop_assert_eq!(read(2, frame), None);
        }
    }

    #[test]
    fn news_survives() {
        assert_eq!(read(2, news(1, b"{}")), Some(Said::News(vec![Bytes::from_static(b"{}")])));
    }

    #[test]
    fn a_reminder_survives() {
        assert_eq!(read(2, reminder(1, 7)), Some(Said::UpTo(7)));
        assert_eq!(read(1, reminder(1, 7)), None);
    }
}
