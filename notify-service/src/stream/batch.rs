//! One notice for many people, as it goes to streams and from instance to instance.

use bytes::BufMut as _;
use chassis::text::Locale;
use contracts::UserId;
use uuid::Uuid;

use super::frame::Tail;
use crate::domain::{Announcement, Receiver};

/// The format between instances. One that is not understood is left to the sweep.
const VERSION: u8 = 1;
/// The bytes of a receiver: the person, the number, the language and whether it is held back.
const RECEIVER_BYTES: usize = 16 + 8 + 1 + 1;

/// One notice, encoded, and who gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// In Korean; empty if nobody here reads it.
    ko: Tail,
    /// In English; empty if nobody here reads it.
    en: Tail,
    receivers: Vec<Receiver>,
}

impl Batch {
    /// Encodes a notice in the languages that are read.
    pub(super) fn of(announcement: &Announcement) -> serde_json::Result<Self> {
        let receivers = &announcement.receivers;
        let tail = |locale| {
            if receivers.iter().any(|receiver| receiver.locale == locale && !receiver.held) {
                Tail::of(&announcement.content, locale, None)
            } else {
                Ok(Tail::from_bytes(&[]))
            }
        };
        let (ko, en) = (tail(Locale::Ko)?, tail(Locale::En)?);
        Ok(Self { ko, en, receivers: receivers.clone() })
    }

    pub(super) fn receivers(&self) -> &[Receiver] {
        &self.receivers
    }

    /// What a reader of this language gets.
    pub(super) const fn tail(&self, locale: Locale) -> &Tail {
        match locale {
            Locale::Ko => &self.ko,
            Locale::En => &self.en,
        }
    }

    /// The same for those receivers only.
    pub(super) fn only(&self, is_meant: impl Fn(&Receiver) -> bool) -> Self {
        let receivers = self.receivers.iter().filter(|r| is_meant(r)).copied().collect();
        Self { ko: self.ko.clone(), en: self.en.clone(), receivers }
    }

    /// Writes it down for the other instances.
    pub(super) fn encode(&self, from: Uuid) -> Vec<u8> {
        let texts = self.ko.as_bytes().len() + self.en.as_bytes().len();
        let mut out = Vec::with_capacity(32 + texts + self.receivers.len() * RECEIVER_BYTES);
        out.put_u8(VERSION);
        out.put_slice(from.as_bytes());
        for tail in [&self.ko, &self.en] {
            let bytes = tail.as_bytes();
            out.put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            out.put_slice(bytes);
        }
        for receiver in &self.receivers {
            out.put_slice(receiver.user_id.as_uuid().as_bytes());
            out.put_u64(receiver.seq);
            out.put_u8(u8::from(receiver.locale == Locale::En));
            out.put_u8(receiver.held.into());
        }
        out
    }

    /// Reads what [`encode`](Self::encode) wrote, and on which instance that was.
    pub(super) fn decode(bytes: &[u8]) -> Option<(Uuid, Self)> {
        let (&[version], rest) = bytes.split_first_chunk()?;
        if version != VERSION {
            return None;
        }
        let (from, rest) = rest.split_first_chunk()?;
        let (ko, rest) = decode_tail(rest)?;
        let (en, rest) = decode_tail(rest)?;
        let (rows, []) = rest.as_chunks::<RECEIVER_BYTES>() else { return None };
        let receivers = rows.iter().map(decode_receiver).collect::<Option<_>>()?;
        Some((Uuid::from_bytes(*from), Self { ko, en, receivers }))
    }
}

fn decode_tail(bytes: &[u8]) -> Option<(Tail, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (tail, rest) = rest.split_at_checked(u32::from_be_bytes(*length).try_into().ok()?)?;
    Some((Tail::from_bytes(tail), rest))
}

fn decode_receiver(row: &[u8; RECEIVER_BYTES]) -> Option<Receiver> {
    let (user_id, rest) = row.split_first_chunk()?;
    let (seq, rest) = rest.split_first_chunk()?;
    let &[english, held] = rest else { return None };
    Some(Receiver {
        user_id: UserId::from(Uuid::from_bytes(*user_id)),
        seq: u64::from_be_bytes(*seq),
        locale: if english == 1 { Locale::En } else { Locale::Ko },
        held: held == 1,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chassis::text::Locale;
    use contracts::{PartyId, UserId};
    use uuid::Uuid;

    use super::Batch;
    use crate::domain::{About, Announcement, Content, Kind, Receiver};

    fn batch() -> Batch {
        let about = About {
            party_id: PartyId::new(),
            item: "사과".into(),
            market: None,
            starts_at: None,
            room_id: None,
            hours_before: None,
            penalty: None,
        };
        let created_at = chrono::DateTime::UNIX_EPOCH;
        let content = Arc::new(Content { kind: Kind::PartyCreated, about, created_at });
        let receiver = |seq, locale, held| Receiver { user_id: UserId::new(), seq, locale, held };
        let receivers = vec![
            receiver(1, Locale::Ko, false),
            receiver(u64::MAX, Locale::Ko, true),
            receiver(7, Locale::En, true),
        ];
        Batch::of(&Announcement { content, receivers }).unwrap()
    }

    #[test]
    fn it_survives_the_way() {
        let (batch, from) = (batch(), Uuid::new_v4());
        assert_eq!(Batch::decode(&batch.encode(from)), Some((from, batch)));
    }

    #[test]
    fn a_language_nobody_is_to_read_is_left_out() {
        let batch = batch();
        assert!(!batch.tail(Locale::Ko).as_bytes().is_empty());
        assert!(batch.tail(Locale::En).as_bytes().is_empty());
    }

    #[test]
    fn what_is_cut_short_or_unknown_is_refused() {
        let bytes = batch().encode(Uuid::new_v4());
        for length in 0..bytes.len() {
            let whole_rows =
                length >= bytes.len() - 3 * 26 && (bytes.len() - length).is_multiple_of(26);
            assert_eq!(Batch::decode(&bytes[..length]).is_some(), whole_rows, "{length}");
        }
        let mut other = bytes;
        other[0] = 2;
        assert_eq!(Batch::decode(&other), None);
    }
}
