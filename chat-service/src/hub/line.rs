//! The order of one room: what may be handed on now, what has to wait, and what is missing.

use std::collections::BTreeMap;

use crate::wire::Stored;

/// So many messages wait for an earlier one; beyond it they are dropped, and fetched when it is
/// their turn.
const MAX_EARLY: usize = 1024;

/// Puts the messages of a room in order, wherever they come from. Each is let through once.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Up to where messages were let through, once it is known where the room stood.
    position: Option<u64>,
    /// Up to where there are messages, as far as is known.
    end: u64,
    /// What came before its turn.
    early: BTreeMap<u64, Stored>,
}

impl Line {
    /// Up to where messages were let through.
    pub(super) fn position(&self) -> u64 {
        self.position.unwrap_or_default()
    }

    /// The room is at `last_seq`, which is where the line begins unless it has begun. Says what may
    /// be handed on.
    pub(super) fn open(&mut self, last_seq: u64) -> Vec<Stored> {
        self.position.get_or_insert(last_seq);
        self.expect(last_seq);
        self.release()
    }

    /// There are messages up to here.
    pub(super) fn expect(&mut self, last_seq: u64) {
        self.end = self.end.max(last_seq);
    }

    /// Takes messages in ascending order. Says what may be handed on.
    pub(super) fn offer(&mut self, messages: &[Stored]) -> Vec<Stored> {
        let Some(last) = messages.last() else { return Vec::new() };
        self.expect(last.seq);
        let Some(position) = self.position else {
            self.keep(messages);
            return Vec::new();
        };
        let known = messages.partition_point(|message| message.seq <= position);
        let new = messages.get(known..).unwrap_or_default();
        if !is_next(new, position) {
            self.keep(new);
            return self.release();
        }
        // Nearly always nothing is missing and nothing waits.
        let mut ready = new.to_vec();
        if let Some(last) = new.last() {
            self.position = Some(last.seq);
            ready.extend(self.release());
        }
        ready
    }

    /// Whether there are messages that should have been let through.
    pub(super) fn has_gap(&self) -> bool {
        self.position.is_some_and(|position| position < self.end)
    }

    fn keep(&mut self, messages: &[Stored]) {
        for message in messages {
            if self.early.len() < MAX_EARLY {
                self.early.insert(message.seq, message.clone());
            }
        }
    }

    /// What waited and is next.
    fn release(&mut self) -> Vec<Stored> {
        let mut ready = Vec::new();
        let Some(position) = &mut self.position else { return ready };
        while let Some(first) = self.early.first_entry() {
            match first.key().checked_sub(*position) {
                // It was let through meanwhile.
                None | Some(0) => drop(first.remove()),
                Some(1) => {
                    *position = *first.key();
                    ready.push(first.remove());
                }
                Some(_) => break,
            }
        }
        ready
    }
}

/// Whether these follow on `position` and on each other.
fn is_next(messages: &[Stored], position: u64) -> bool {
    messages.iter().zip(position + 1..).all(|(message, seq)| message.seq == seq)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::message::Effect;

    fn stored(seq: u64) -> Stored {
        Stored { seq, json: Bytes::new(), effect: Effect::None }
    }

    fn seqs(messages: &[Stored]) -> Vec<u64> {
        messages.iter().map(|message| message.seq).collect()
    }

    fn batch(range: std::ops::RangeInclusive<u64>) -> Vec<Stored> {
        range.map(stored).collect()
    }

    #[test]
    fn what_is_early_waits_for_what_is_missing() {
        let mut line = Line::default();
        assert!(line.open(5).is_empty());
        assert_eq!(seqs(&line.offer(&batch(6..=7))), [6, 7]);
        assert!(line.offer(&batch(9..=9)).is_empty());
        assert!(line.has_gap());
        assert_eq!(seqs(&line.offer(&batch(7..=8))), [8, 9]);
        assert!(!line.has_gap());
    }

    #[test]
    fn what_came_before_the_beginning_is_known_waits() {
        let mut line = Line::default();
        assert!(line.offer(&batch(9..=11)).is_empty());
        assert!(!line.has_gap(), "nothing is missing while it is not known where the room stood");
        assert_eq!(seqs(&line.open(9)), [10, 11]);
        assert!(line.open(20).is_empty(), "it has begun already");
        assert!(line.has_gap());
    }

    #[test]
    fn what_does_not_fit_is_fetched_later() {
        let mut line = Line::default();
        line.open(0);
        let far: Vec<_> = batch(2..=5000);
        assert!(line.offer(&far).is_empty());
        assert_eq!(line.offer(&batch(1..=1)).last().map(|m| m.seq), Some(1025));
        assert!(line.has_gap());
        assert_eq!(line.offer(&batch(1026..=5000)).len(), 3975);
        assert!(!line.has_gap());
    }

    proptest! {
        #[test]
        fn each_message_is_let_through_once_and_in_order(
            start in 0..5_u64,
            batches in prop::collection::vec((1..60_u64, 0..12_u64), 1..40),
            opened_after in 0..10_usize,
        ) {
            let mut line = Line::default();
            let mut through = Vec::new();
            for (number, (from, more)) in batches.iter().enumerate() {
                if number == opened_after {
                    through.extend(seqs(&line.open(start)));
                }
                through.extend(seqs(&line.offer(&batch(*from..=from + more))));
            }
            through.extend(seqs(&line.open(start)));
            // A repair brings all there is.
            while line.has_gap() {
                let next = line.position() + 1;
                through.extend(seqs(&line.offer(&batch(next..=next + 3))));
            }
            let last = through.last().copied().unwrap_or(start);
            prop_assert_eq!(through, (start + 1..=last).collect::<Vec<_>>());
            prop_assert!(last >= batches.iter().map(|(from, more)| from + more).max().unwrap_or(0).min(last));
        }
    }
}
