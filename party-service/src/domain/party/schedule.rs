//! When a party meets, and until when one may apply.

use chassis::text::Invalid;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Refusal, Refusals};

/// How long a meeting may take.
const LONGEST_MEETING: TimeDelta = TimeDelta::hours(24);

/// How far ahead a meeting may be.
const FARTHEST_AHEAD: TimeDelta = TimeDelta::days(90);

/// How long after the meeting its leader may still say who came.
pub const COMPLETED_WITHIN: TimeDelta = TimeDelta::hours(72);

/// The times of a party: `join_deadline ≤ starts_at < ends_at`, in whole microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// When the meeting begins.
    pub starts_at: DateTime<Utc>,
    /// When it is over.
    pub ends_at: DateTime<Utc>,
    /// Until when one may apply.
    pub join_deadline: DateTime<Utc>,
}

impl Schedule {
    /// When it is too late to say that the meeting took place.
    #[must_use]
    pub fn overdue_at(&self) -> DateTime<Utc> {
        self.ends_at + COMPLETED_WITHIN
    }

    /// A schedule for a new party. Without a deadline one may apply until the meeting begins.
    pub fn new(
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        join_deadline: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusals> {
        let schedule = Self {
            starts_at: whole_micros(starts_at),
            ends_at: whole_micros(ends_at),
            join_deadline: whole_micros(join_deadline.unwrap_or(starts_at)),
        };
        let mut refusals = schedule.check_meeting(now);
        refusals.extend(schedule.check_deadline(now));
        if refusals.is_empty() { Ok(schedule) } else { Err(refusals) }
    }

    /// The schedule with some of its times changed.
    ///
    /// A deadline that was the beginning of the meeting moves with it, and one that would come
    /// after it is drawn in; a deadline that is set is checked as for a new party.
    pub fn moved(
        self,
        starts_at: Option<DateTime<Utc>>,
        ends_at: Option<DateTime<Utc>>,
        join_deadline: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusals> {
        let starts_at = starts_at.map_or(self.starts_at, whole_micros);
        let follows = self.join_deadline == self.starts_at;
        let kept = if follows { starts_at } else { self.join_deadline.min(starts_at) };
        let moved = Self {
            starts_at,
            ends_at: ends_at.map_or(self.ends_at, whole_micros),
            join_deadline: join_deadline.map_or(kept, whole_micros),
        };
        let mut refusals = Refusals::new();
        if (moved.starts_at, moved.ends_at) != (self.starts_at, self.ends_at) {
            refusals.extend(moved.check_meeting(now));
        }
        let is_set = join_deadline.is_some() && moved.join_deadline != self.join_deadline;
        if is_set || moved.join_deadline > moved.starts_at {
            refusals.extend(moved.check_deadline(now));
        }
        if refusals.is_empty() { Ok(moved) } else { Err(refusals) }
    }

    fn check_meeting(&self, now: DateTime<Utc>) -> Refusals {
        let mut refusals = Refusals::new();
        if self.starts_at <= now {
            refusals.push(Refusal { field: "starts_at", reason: IN_THE_PAST });
        } else if self.starts_at > now + FARTHEST_AHEAD {
            refusals.push(Refusal { field: "starts_at", reason: TOO_FAR_AHEAD });
        }
        if self.ends_at <= self.starts_at {
            refusals.push(Refusal { field: "ends_at", reason: ENDS_BEFORE_IT_STARTS });
        } else if self.ends_at - self.starts_at > LONGEST_MEETING {
            refusals.push(Refusal { field: "ends_at", reason: TOO_LONG });
        }
        refusals
    }

    fn check_deadline(&self, now: DateTime<Utc>) -> Option<Refusal> {
        let reason = if self.join_deadline > self.starts_at {
            AFTER_THE_START
        } else if self.join_deadline <= now && self.starts_at > now {
            IN_THE_PAST
        } else {
            return None;
        };
        Some(Refusal { field: "join_deadline", reason })
    }
}

const IN_THE_PAST: Invalid =
    Invalid::new("in_the_past", "지금보다 나중이어야 합니다", "must be in the future");
const TOO_FAR_AHEAD: Invalid =
    Invalid::new("too_far_ahead", "90일 이내여야 합니다", "must be within 90 days");
const ENDS_BEFORE_IT_STARTS: Invalid =
    Invalid::new("ends_before_it_starts", "시작보다 나중이어야 합니다", "must be after the start");
const TOO_LONG: Invalid = Invalid::new(
    "too_long",
    "시작부터 24시간 이내여야 합니다",
    "must be within 24 hours of the start",
);
const AFTER_THE_START: Invalid = Invalid::new(
    "after_the_start",
    "만남이 시작된 뒤일 수 없습니다",
    "must not be after the meeting starts",
);

/// The time as the database can keep it: in microseconds, a leap second moved to the next one.
fn whole_micros(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        time("2026-12-31T14:00:00Z")
    }

    fn plan(
        starts: &str,
        ends: &str,
        deadline: Option<&str>,
    ) -> Result<Schedule, Vec<(&'static str, &'static str)>> {
        Schedule::new(time(starts), time(ends), deadline.map(time), now())
            .map_err(|refusals| refusals.into_iter().map(|r| (r.field, r.reason.code)).collect())
    }

    #[test]
    fn d23_a_party_on_new_years_eve_is_the_next_morning() {
        let schedule =
            plan("2027-01-01T00:30:00+09:00", "2027-01-01T01:30:00+09:00", None).unwrap();
        assert_eq!(schedule.starts_at, time("2026-12-31T15:30:00Z"));
        assert_eq!(schedule.join_deadline, schedule.starts_at);
    }

    #[test]
    fn d23_times_that_cannot_be_are_refused() {
        let (start, end) = ("2026-12-31T15:00:00Z", "2026-12-31T16:00:00Z");
        for (starts, ends, deadline, expected) in [
            ("2026-12-31T14:00:00Z", end, None, ("starts_at", "in_the_past")),
            ("2025-12-31T15:00:00Z", "2025-12-31T16:00:00Z", None, ("starts_at", "in_the_past")),
            ("2027-04-01T00:00:00Z", "2027-04-01T01:00:00Z", None, ("starts_at", "too_far_ahead")),
            (start, start, None, ("ends_at", "ends_before_it_starts")),
            (start, "2027-01-01T15:00:00.000001Z", None, ("ends_at", "too_long")),
            (start, end, Some("2026-12-31T15:00:00.000001Z"), ("join_deadline", "after_the_start")),
            (start, end, Some("2026-12-31T14:00:00Z"), ("join_deadline", "in_the_past")),
        ] {
            assert_eq!(plan(starts, ends, deadline), Err(vec![expected]));
        }
        assert!(plan(start, "2027-01-01T15:00:00Z", Some("2026-12-31T14:00:00.000001Z")).is_ok());
    }

    #[test]
    fn a_deadline_at_the_start_moves_with_it() {
        let schedule = plan("2026-12-31T18:00:00Z", "2026-12-31T19:00:00Z", None).unwrap();
        for hour in ["2026-12-31T17:00:00Z", "2026-12-31T18:30:00Z"] {
            let moved = schedule.moved(Some(time(hour)), None, None, now()).unwrap();
            assert_eq!(moved.join_deadline, time(hour));
        }
    }

    #[test]
    fn an_earlier_deadline_stays_unless_the_meeting_overtakes_it() {
        let deadline = "2026-12-31T17:00:00Z";
        let schedule =
            plan("2026-12-31T18:00:00Z", "2026-12-31T19:00:00Z", Some(deadline)).unwrap();
        let later = schedule.moved(Some(time("2026-12-31T18:30:00Z")), None, None, now()).unwrap();
        assert_eq!(later.join_deadline, time(deadline));
        let earlier =
            schedule.moved(Some(time("2026-12-31T16:00:00Z")), None, None, now()).unwrap();
        assert_eq!(earlier.join_deadline, earlier.starts_at);
    }

    #[test]
    fn a_deadline_that_stays_must_still_fit() {
        let deadline = "2026-12-31T17:00:00Z";
        let schedule =
            plan("2026-12-31T18:00:00Z", "2026-12-31T19:00:00Z", Some(deadline)).unwrap();
        let earlier = Some(time("2026-12-31T16:00:00Z"));
        let refusals = schedule.moved(earlier, None, Some(time(deadline)), now()).unwrap_err();
        assert_eq!(refusals[0].field, "join_deadline");
    }

    #[test]
    fn a_leap_second_is_a_time_the_database_can_keep() {
        let schedule =
            plan("2026-12-31T23:59:60.5Z", "2027-01-01T01:00:00.123456789Z", None).unwrap();
        assert_eq!(schedule.starts_at, time("2027-01-01T00:00:00.5Z"));
        assert_eq!(schedule.ends_at, time("2027-01-01T01:00:00.123456Z"));
    }
}
