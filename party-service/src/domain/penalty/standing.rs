//! What the penalties of a person that count mean for them.

use chrono::{DateTime, Utc};

use super::{COUNTS_FOR, TOO_MANY};

/// How somebody stands at a moment, and when time alone will change that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many penalties count.
    pub penalties: u32,
    /// When the oldest of them counts no longer.
    pub oldest_counts_until: Option<DateTime<Utc>>,
    /// When there are few enough to lead again, if there are too many.
    pub suspended_until: Option<DateTime<Utc>>,
}

impl Standing {
    /// The standing of somebody whose penalties that count were given at these times, the oldest
    /// first.
    #[must_use]
    pub fn of(given: &[DateTime<Utc>]) -> Self {
        let until = |given_at: &DateTime<Utc>| *given_at + COUNTS_FOR;
        // As long as the third newest counts there is one too many.
        let decisive = usize::try_from(TOO_MANY)
            .ok()
            .and_then(|too_many| given.len().checked_sub(too_many))
            .and_then(|index| given.get(index));
        Self {
            penalties: u32::try_from(given.len()).unwrap_or(u32::MAX),
            oldest_counts_until: given.first().map(until),
            suspended_until: decisive.map(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn d48_who_has_too_many_leads_again_when_the_third_newest_counts_no_longer() {
        let given: Vec<_> = (0..5).map(|day| DateTime::UNIX_EPOCH + TimeDelta::days(day)).collect();
        let until = |index: usize| Some(given[index] + COUNTS_FOR);
        for (count, oldest, suspended) in [
            (0, None, None),
            (1, until(0), None),
            (2, until(0), None),
            (3, until(0), until(0)),
            (5, until(0), until(2)),
        ] {
            let standing = Standing::of(&given[..count]);
            assert_eq!(usize::try_from(standing.penalties).unwrap(), count);
            assert_eq!(standing.oldest_counts_until, oldest, "{count}");
            assert_eq!(standing.suspended_until, suspended, "{count}");
        }
    }
}
