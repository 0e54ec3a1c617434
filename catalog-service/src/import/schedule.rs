//! When the weekly import is due: Monday, 04:00 in Seoul.

use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc};

/// Seoul is this far ahead of UTC, in summer and winter.
const SEOUL: TimeDelta = TimeDelta::hours(9);
/// How long after midnight it is due.
const DUE: TimeDelta = TimeDelta::hours(4);
/// For this long an import that nobody began is made up for; after that it waits for next week.
const PATIENCE: TimeDelta = TimeDelta::hours(6);

/// Since when an import is due, if one is.
pub(super) fn due_since(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = (now + SEOUL).naive_utc();
    let since_monday = Days::new(u64::from(local.weekday().num_days_from_monday()));
    let monday = local.date().checked_sub_days(since_monday)?;
    let since = monday.and_time(NaiveTime::MIN).and_utc() + DUE - SEOUL;
    (TimeDelta::zero()..PATIENCE).contains(&(now - since)).then_some(since)
}

#[cfg(test)]
mod tests {
    use super::due_since;

    #[test]
    fn it_is_due_on_monday_morning_in_seoul() {
        for (now, expected) in [
            ("2026-11-22T18:59:59Z", None),
            ("2026-11-22T19:00:00Z", Some("2026-11-22T19:00:00Z")),
            ("2026-11-23T00:59:59Z", Some("2026-11-22T19:00:00Z")),
            ("2026-11-23T01:00:00Z", None),
            ("2026-11-29T19:00:00Z", Some("2026-11-29T19:00:00Z")),
            ("2026-12-31T19:00:00Z", None),
            ("2027-01-03T20:30:00Z", Some("2027-01-03T19:00:00Z")),
        ] {
            let since = expected.map(|since| since.parse().unwrap());
            assert_eq!(due_since(now.parse().unwrap()), since, "{now}");
        }
    }
}
