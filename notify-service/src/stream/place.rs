//! Where a stream is to go on, and whether it can.

use crate::store::inboxes::Inbox;

/// Where a client says it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It says nothing: from now on.
    Now,
    /// After this number.
    After(u64),
    /// It says something that never was a number of ours.
    Unknown,
}

/// Why what was missed cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The number was never given, to this person.
    Unknown,
    /// What came after it is forgotten, or it is too much.
    TooOld,
}

impl Lost {
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::TooOld => "too_old",
        }
    }
}

impl Since {
    /// Reads a `Last-Event-ID`. Browsers send the id of the last event as it came; an empty one is
    /// none.
    #[must_use]
    pub fn parse(id: &str) -> Self {
        if id.is_empty() {
            return Self::Now;
        }
        let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
        id.parse().ok().filter(|_| is_number).map_or(Self::Unknown, Self::After)
    }

    /// The number after which an inbox is to be read, if anything is to be read and can be.
    pub(super) const fn in_inbox(self, inbox: &Inbox, at_most: u64) -> Result<Option<u64>, Lost> {
        match self {
            Self::Now => Ok(None),
            Self::Unknown => Err(Lost::Unknown),
            Self::After(seq) if seq > inbox.last_seq => Err(Lost::Unknown),
            Self::After(seq) if seq < inbox.forgotten_seq => Err(Lost::TooOld),
            Self::After(seq) if inbox.last_seq - seq > at_most => Err(Lost::TooOld),
            Self::After(seq) if seq == inbox.last_seq => Ok(None),
            Self::After(seq) => Ok(Some(seq)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lost, Since};
    use crate::store::inboxes::Inbox;

    #[test]
    fn an_id_is_a_number_or_unknown() {
        assert_eq!(Since::parse(""), Since::Now);
        assert_eq!(Since::parse("0"), Since::After(0));
        assert_eq!(Since::parse("18446744073709551615"), Since::After(u64::MAX));
        for garbage in ["+5", " 5", "5 ", "-1", "18446744073709551616", "1e3", "a", "１", "5\u{0}"]
        {
            assert_eq!(Since::parse(garbage), Since::Unknown, "{garbage:?}");
        }
    }

    #[test]
    fn p09_what_is_too_old_or_unknown_is_neither_awaited_nor_poured_out() {
        let inbox = Inbox { last_seq: 100, unread: 0, forgotten_seq: 10 };
        let place = |since: Since| since.in_inbox(&inbox, 50);
        assert_eq!(place(Since::Now), Ok(None));
        assert_eq!(place(Since::Unknown), Err(Lost::Unknown));
        assert_eq!(place(Since::After(101)), Err(Lost::Unknown));
        assert_eq!(place(Since::After(100)), Ok(None));
        assert_eq!(place(Since::After(50)), Ok(Some(50)));
        assert_eq!(place(Since::After(49)), Err(Lost::TooOld));
        assert_eq!(Since::After(10).in_inbox(&inbox, 1000), Ok(Some(10)));
        assert_eq!(Since::After(9).in_inbox(&inbox, 1000), Err(Lost::TooOld));
        assert_eq!(Since::After(0).in_inbox(&Inbox::default(), 50), Ok(None));
    }
}
