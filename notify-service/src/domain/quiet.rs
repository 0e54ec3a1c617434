//! The hours in which somebody does not want to be disturbed.

use std::fmt;

use chassis::text::Invalid;
use chrono::{NaiveTime, Timelike as _};

/// A time of day in whole minutes, written `22:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Reads `HH:MM`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit() || b == b':');
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| digits);
        time.map(Self::of).ok_or_else(|| {
            Invalid::new(
                "invalid_value",
                "22:00과 같은 시각이어야 합니다",
                "must be a time such as 22:00",
            )
        })
    }

    /// The one that is this many minutes after midnight.
    #[must_use]
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes < 24 * 60).then_some(Self(minutes))
    }

    /// Minutes after midnight.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The minute in which a moment lies.
    #[must_use]
    pub fn of(time: NaiveTime) -> Self {
        Self(u16::try_from(time.hour() * 60 + time.minute()).unwrap_or_default())
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// From one time of day until another, over midnight if need be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: TimeOfDay,
    until: TimeOfDay,
}

impl QuietHours {
    /// Hours that begin and end at different times.
    pub fn new(from: TimeOfDay, until: TimeOfDay) -> Result<Self, Invalid> {
        if from == until {
            return Err(Invalid::new(
                "empty",
                "시작과 끝이 달라야 합니다",
                "must begin and end at different times",
            ));
        }
        Ok(Self { from, until })
    }

    /// When they begin.
    #[must_use]
    pub const fn from(self) -> TimeOfDay {
        self.from
    }

    /// When they are over.
    #[must_use]
    pub const fn until(self) -> TimeOfDay {
        self.until
    }

    /// Whether a time of day lies in them; their end does not.
    #[must_use]
    pub fn contain(self, time: TimeOfDay) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).unwrap()
    }

    #[test]
    fn hours_may_go_over_midnight() {
        let night = QuietHours::new(at("22:00"), at("07:00")).unwrap();
        for (time, quiet) in
            [("21:59", false), ("22:00", true), ("00:00", true), ("06:59", true), ("07:00", false)]
        {
            assert_eq!(night.contain(at(time)), quiet, "{time}");
        }
        let siesta = QuietHours::new(at("13:00"), at("14:30")).unwrap();
        for (time, quiet) in [("12:59", false), ("13:00", true), ("14:29", true), ("14:30", false)]
        {
            assert_eq!(siesta.contain(at(time)), quiet, "{time}");
        }
        assert!(QuietHours::new(at("07:00"), at("07:00")).is_err());
    }

    #[test]
    fn only_times_of_day_are_read() {
        for text in ["", "24:00", "7:00", "07:60", "07:00:00", "-7:00", "+7:00", "aa:bb", "٠٧:٠٠"]
        {
            assert!(TimeOfDay::parse(text).is_err(), "{text}");
        }
        assert_eq!(at("07:05").to_string(), "07:05");
    }
}
