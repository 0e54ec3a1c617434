//! What somebody wants to hear, and when.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Kind, QuietHours, Radius, TimeOfDay};

/// The wishes of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How near a party must be to be told of.
    pub radius: Radius,
    /// The types of notification that are not wanted at all.
    pub silenced: BTreeSet<Kind>,
    /// When nothing goes to the stream; it is in the inbox all the same.
    pub quiet_hours: Option<QuietHours>,
    /// Where the clock hangs that the quiet hours are read from.
    pub time_zone: Tz,
}

impl Settings {
    /// Whether a type of notification is wanted, or comes anyway.
    #[must_use]
    pub fn want(&self, kind: Kind) -> bool {
        kind.always_comes() || !self.silenced.contains(&kind)
    }

    /// Whether a moment lies in the quiet hours.
    #[must_use]
    pub fn are_quiet_at(&self, moment: DateTime<Utc>) -> bool {
        let time = TimeOfDay::of(moment.with_timezone(&self.time_zone).time());
        self.quiet_hours.is_some_and(|hours| hours.contain(time))
    }
}

impl Default for Settings {
    /// Everything, at any time, from 10 km around.
    fn default() -> Self {
        Self {
            radius: Radius::default(),
            silenced: BTreeSet::new(),
            quiet_hours: None,
            time_zone: chrono_tz::Asia::Seoul,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_those_of_a_place() {
        let at = |text| TimeOfDay::parse(text).unwrap();
        let hours = QuietHours::new(at("22:00"), at("07:00")).ok();
        let seoul = Settings { quiet_hours: hours, ..Settings::default() };
        let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert!(seoul.are_quiet_at(moment("2026-11-23T13:00:00Z")));
        assert!(seoul.are_quiet_at(moment("2026-11-23T21:59:59Z")));
        assert!(!seoul.are_quiet_at(moment("2026-11-23T22:00:00Z")));
        // The same clock shows another moment in summer.
        let berlin = Settings { time_zone: chrono_tz::Europe::Berlin, ..seoul };
        assert!(berlin.are_quiet_at(moment("2026-01-15T05:59:00Z")));
        assert!(!berlin.are_quiet_at(moment("2026-07-15T05:59:00Z")));
    }
}
