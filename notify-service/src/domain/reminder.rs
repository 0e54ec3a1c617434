//! When members are reminded of a party.

use chrono::{DateTime, TimeDelta, Utc};

/// How many hours before the meeting.
const LEADS: [u8; 2] = [24, 1];

/// Something to be said at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// How many hours before the meeting.
    pub hours_before: u8,
    /// When that is.
    pub due_at: DateTime<Utc>,
}

/// The reminders of a meeting. Some may be due already.
pub fn reminders(starts_at: DateTime<Utc>) -> impl Iterator<Item = Reminder> {
    LEADS.into_iter().map(move |hours_before| Reminder {
        hours_before,
        due_at: starts_at - TimeDelta::hours(hours_before.into()),
    })
}

impl Reminder {
    /// In how many hours the meeting is: what a reminder says that comes late. `None` when there is
    /// nothing to remind of any more.
    #[must_use]
    pub fn hours_left(self, now: DateTime<Utc>) -> Option<u8> {
        let starts_at = self.due_at + TimeDelta::hours(self.hours_before.into());
        let minutes = (starts_at - now).num_minutes();
        // Rounded, and never 0: up to an hour and a half before, it is in one hour.
        let hours = u8::try_from((minutes + 30) / 60).ok()?.max(1);
        (starts_at > now).then_some(hours.min(self.hours_before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_reminder_says_how_late_it_is() {
        let starts_at: DateTime<Utc> = "2026-11-25T03:00:00Z".parse().unwrap();
        let [day, hour] = [0, 1].map(|n| reminders(starts_at).nth(n).unwrap());
        assert_eq!((day.hours_before, hour.hours_before), (24, 1));
        assert_eq!(day.due_at, starts_at - TimeDelta::days(1));
        for (minutes, says) in [
            (24 * 60, Some(24)),
            (23 * 60 + 59, Some(24)),
            (12 * 60, Some(12)),
            (90, Some(2)),
            (5, Some(1)),
            (0, None),
            (-1, None),
            (-10_000, None),
        ] {
            assert_eq!(day.hours_left(starts_at - TimeDelta::minutes(minutes)), says, "{minutes}");
        }
        assert_eq!(hour.hours_left(hour.due_at), Some(1));
    }
}
