//! How far one stream has come: the rule by which every notification goes out once and in order.

use super::place::Since;

/// How far a stream has come.
///
/// Notifications are announced by several instances over Redis, which may lose, repeat and reorder
/// them; the database has them all. So an announcement is sent on only if it is the very next one.
/// Anything else is read from the database, and while that is under way nothing is sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// All up to this number has been sent.
    Live(u64),
    /// The database is asked what comes after this place.
    Reading {
        /// The place.
        since: Since,
        /// The highest number heard of meanwhile.
        heard: u64,
    },
}

/// What to do about an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Send it.
    Send,
    /// It was sent, or will be with what is being read.
    Skip,
    /// Something before it is missing: read from the database.
    Read(Since),
}

impl Cursor {
    /// Where a stream begins: the database is asked first.
    pub(super) const fn new(since: Since) -> Self {
        Self::Reading { since, heard: 0 }
    }

    /// A notification is announced.
    pub(super) fn announced(&mut self, seq: u64) -> Step {
        if let Self::Live(sent) = self
            && seq == *sent + 1
        {
            *sent = seq;
            return Step::Send;
        }
        self.reached(seq)
    }

    /// The inbox has come to this number, whatever is in between.
    pub(super) fn reached(&mut self, seq: u64) -> Step {
        match self {
            Self::Live(sent) if seq <= *sent => Step::Skip,
            Self::Live(sent) => {
                let since = Since::After(*sent);
                *self = Self::Reading { since, heard: seq };
                Step::Read(since)
            }
            Self::Reading { heard, .. } => {
                *heard = seq.max(*heard);
                Step::Skip
            }
        }
    }

    /// The database has been read up to this number. Says from where to read on, if there is more:
    /// some that did not fit, or some heard of meanwhile.
    pub(super) fn read(&mut self, up_to: u64, is_all: bool) -> Option<Since> {
        let heard = match *self {
            Self::Reading { heard, .. } => heard,
            Self::Live(_) => return None,
        };
        if is_all && heard <= up_to {
            *self = Self::Live(up_to);
            return None;
        }
        let since = Since::After(up_to);
        *self = Self::Reading { since, heard };
        Some(since)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cursor, Step};
    use crate::stream::place::Since;

    #[test]
    fn the_next_one_is_sent() {
        let mut cursor = Cursor::Live(5);
        assert_eq!(cursor.announced(6), Step::Send);
        assert_eq!(cursor.announced(6), Step::Skip);
        assert_eq!(cursor.announced(3), Step::Skip);
        assert_eq!(cursor, Cursor::Live(6));
    }

    #[test]
    fn a_gap_is_read() {
        let mut cursor = Cursor::Live(5);
        assert_eq!(cursor.announced(8), Step::Read(Since::After(5)));
        assert_eq!(cursor.announced(6), Step::Skip);
        assert_eq!(cursor.announced(9), Step::Skip);
        assert_eq!(cursor.read(8, true), Some(Since::After(8)));
        assert_eq!(cursor.read(9, true), None);
        assert_eq!(cursor, Cursor::Live(9));
    }

    /// What may happen to a stream.
    #[derive(Clone, Debug)]
    enum Event {
        /// A notification is committed.
        Commit,
        /// The announcement of one of the committed ones arrives: late, again, or never.
        Announce(prop::sample::Index),
        /// The sweep tells how far the inbox has come.
        Sweep,
        /// The answer of the database arrives, which was asked at an earlier moment; pages are
        /// small.
        Answer,
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            3 => Just(Event::Commit),
            4 => any::<prop::sample::Index>().prop_map(Event::Announce),
            1 => Just(Event::Sweep),
            3 => Just(Event::Answer),
        ]
    }

    proptest! {
        #[test]
        fn each_is_sent_once_and_in_order(
            start in 0_u64..5,
            events in prop::collection::vec(event(), 0..200),
        ) {
            const PAGE: u64 = 3;
            let mut committed = start;
            let mut cursor = Cursor::new(Since::After(start));
            // What was asked, and how far the inbox had come at that moment.
            let mut asked = Some((start, committed));
            let mut sent = Vec::new();
            let mut act = |event: Event, committed: &mut u64| {
                let step = match event {
                    Event::Commit => { *committed += 1; return; }
                    Event::Announce(which) => {
                        if *committed == start { return; }
                        let offset = which.index(usize::try_from(*committed - start).unwrap());
                        let seq = start + 1 + u64::try_from(offset).unwrap();
                        let step = cursor.announced(seq);
                        if step == Step::Send { sent.push(seq); }
                        step
                    }
                    Event::Sweep => cursor.reached(*committed),
                    Event::Answer => {
                        let Some((after, last)) = asked.take() else { return };
                        let up_to = last.min(after + PAGE);
                        sent.extend(after + 1..=up_to);
                        match cursor.read(up_to, up_to == last) {
                            Some(since) => Step::Read(since),
                            None => Step::Skip,
                        }
                    }
                };
                if let Step::Read(Since::After(after)) = step {
                    assert!(asked.is_none(), "one reading at a time");
                    asked = Some((after, *committed));
                }
            };
            for event in events { act(event, &mut committed); }
            // In the end the sweep comes by, and the database answers.
            for _ in 0..200 { act(Event::Answer, &mut committed); act(Event::Sweep, &mut committed); }
            let all: Vec<u64> = (start + 1..=committed).collect();
            prop_assert_eq!(sent, all);
        }
    }
}
