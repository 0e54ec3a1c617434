//! The time of a line. Making a date out of a number costs more than the rest of the line, so it is
//! done once a second.

use chassis::clock::Clock;
use chrono::{DateTime, Utc};

/// `2026-01-31T12:34:56.123456Z`
pub(super) type Stamp = [u8; 27];

/// The time of the last line.
#[derive(Default)]
pub(super) struct Stamps {
    second: i64,
    stamp: Stamp,
}

impl Stamps {
    /// The time now, of the machine: a log is read beside those of others.
    pub(super) fn now(&mut self) -> Stamp {
        self.at(Clock::System.now())
    }

    fn at(&mut self, now: DateTime<Utc>) -> Stamp {
        if now.timestamp() != self.second || self.stamp == Stamp::default() {
            let text = now.format("%Y-%m-%dT%H:%M:%S.000000Z").to_string();
            self.stamp = text.as_bytes().try_into().unwrap_or([b'-'; 27]);
            self.second = now.timestamp();
        }
        let mut micros = now.timestamp_subsec_micros() % 1_000_000;
        for digit in self.stamp.iter_mut().skip(20).take(6).rev() {
            *digit = b'0' + u8::try_from(micros % 10).unwrap_or_default();
            micros /= 10;
        }
        self.stamp
    }
}

#[cfg(test)]
mod tests {
    use super::Stamps;

    #[test]
    fn a_stamp_is_the_time() {
        let mut stamps = Stamps::default();
        for time in [
            "2026-01-31T12:34:56.123456Z",
            "2026-01-31T12:34:56.999999Z",
            "2026-01-31T12:34:57.000001Z",
            "2027-12-31T23:59:59.000000Z",
        ] {
            let stamp = stamps.at(time.parse().unwrap());
            assert_eq!(std::str::from_utf8(&stamp).unwrap(), time);
        }
    }
}
