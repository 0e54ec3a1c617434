//! What is remembered of a person.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::UserId;

use crate::domain::profile::Profile;
use crate::store::people::Counted;

/// How long a profile is remembered at most.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// What an entry looks like, and what it means. To be raised when either changes: then those of
/// before, and of instances that still run it, are counted anew.
const FORMAT: u32 = 2;

/// What an entry says, in the order in which it does.
type Fields = (u32, [i64; 2], u32, u32, Option<String>);

/// A profile, and how long it holds unless somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The profile.
    pub(crate) profile: Profile,
    /// When it was counted.
    pub(crate) counted_at: DateTime<Utc>,
    /// Until when it may be shown: 24 hours, or until a penalty counts no longer.
    pub(crate) until: DateTime<Utc>,
}

impl Entry {
    /// What was counted at `now`.
    pub(crate) fn new(counted: Counted, now: DateTime<Utc>) -> Self {
        let latest = now + KEPT;
        let until = counted.changes_at.map_or(latest, |changes_at| changes_at.min(latest));
        Self { profile: counted.profile, counted_at: now, until }
    }

    /// The entry as a text, without whose it is, which the key says, and without `until`, which
    /// stands in front of it. Short, for fifty of them are read at once: a list without names, and
    /// times in microseconds.
    pub(crate) fn to_text(&self) -> String {
        let Profile { nickname, member_since, parties_completed, penalties, .. } = &self.profile;
        let times = [member_since.timestamp_micros(), self.counted_at.timestamp_micros()];
        let fields = (FORMAT, times, parties_completed, penalties, nickname);
        serde_json::to_string(&fields).unwrap_or_default()
    }

    /// Reads an entry; what another version of this program has written may not be one.
    pub(crate) fn from_text(id: UserId, until: DateTime<Utc>, text: &[u8]) -> Option<Self> {
        let (format, [member_since, counted_at], parties_completed, penalties, nickname): Fields =
            serde_json::from_slice(text).ok()?;
        if format != FORMAT {
            return None;
        }
        let member_since = DateTime::from_timestamp_micros(member_since)?;
        let counted_at = DateTime::from_timestamp_micros(counted_at)?;
        let profile = Profile { id, nickname, member_since, parties_completed, penalties };
        Some(Self { profile, counted_at, until })
    }

    /// How long ago it was counted.
    pub(crate) fn age(&self, now: DateTime<Utc>) -> Duration {
        (now - self.counted_at).to_std().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::UserId;

    #[test]
    fn a_profile_is_remembered_for_a_day_or_until_a_penalty_is_too_old() {
        let now = DateTime::UNIX_EPOCH;
        let profile = Profile {
            id: UserId::new(),
            nickname: Some("사과장수".into()),
            member_since: now,
            parties_completed: 3,
            penalties: 1,
        };
        let until =
            |changes_at| Entry::new(Counted { profile: profile.clone(), changes_at }, now).until;
        assert_eq!(until(None), now + KEPT);
        assert_eq!(until(Some(now + TimeDelta::days(2))), now + KEPT);
        assert_eq!(until(Some(now + TimeDelta::hours(2))), now + TimeDelta::hours(2));

        let (id, entry) = (profile.id, Entry::new(Counted { profile, changes_at: None }, now));
        assert_eq!(Entry::from_text(id, entry.until, entry.to_text().as_bytes()), Some(entry));
        for other in ["{}", r#"[[0,0],3,1,"사과장수"]"#, r#"[1,[0,0],3,1,"사과장수"]"#] {
            assert_eq!(Entry::from_text(id, now, other.as_bytes()), None, "{other}");
        }
    }
}
