//! Heart-beats: what each side can do and wants, and what comes of it.

use std::time::Duration;

use super::Violation;

/// The header `heart-beat` of one side, in milliseconds; 0 means none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeartBeat {
    /// How often it can promise to send something.
    pub sends_ms: u32,
    /// How often it wants to hear something.
    pub wants_ms: u32,
}

impl HeartBeat {
    /// Reads the header; a client without one neither sends nor wants any.
    pub fn parse(header: Option<&str>) -> Result<Self, Violation> {
        let Some(text) = header else {
            return Ok(Self::default());
        };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            // Once in fifty days is as good as never.
            digits.then(|| text.parse().unwrap_or(u32::MAX))
        };
        text.split_once(',')
            .and_then(|(sends, wants)| {
                Some(Self { sends_ms: number(sends.trim())?, wants_ms: number(wants.trim())? })
            })
            .ok_or_else(|| Violation::new("heart-beat is not two numbers"))
    }

    /// How often we have to send something to a client that says `self`, if at all.
    #[must_use]
    pub fn to_send(self, ours: Self) -> Option<Duration> {
        agreed(ours.sends_ms, self.wants_ms)
    }

    /// How often we will hear of that client, if at all.
    #[must_use]
    pub fn to_expect(self, ours: Self) -> Option<Duration> {
        agreed(self.sends_ms, ours.wants_ms)
    }
}

/// The slower of both, unless one of them does not want to.
fn agreed(sends_ms: u32, wants_ms: u32) -> Option<Duration> {
    (sends_ms > 0 && wants_ms > 0).then(|| Duration::from_millis(sends_ms.max(wants_ms).into()))
}

#[cfg(test)]
mod tests {
    use super::HeartBeat;
    use std::time::Duration;

    const OURS: HeartBeat = HeartBeat { sends_ms: 10_000, wants_ms: 10_000 };

    #[test]
    fn the_slower_side_decides() {
        let of = |text| HeartBeat::parse(Some(text)).unwrap();
        assert_eq!(of("0,0").to_send(OURS), None);
        assert_eq!(of("0,5000").to_send(OURS), Some(Duration::from_secs(10)));
        assert_eq!(of("0,20000").to_send(OURS), Some(Duration::from_secs(20)));
        assert_eq!(of("0,20000").to_expect(OURS), None);
        assert_eq!(of("30000, 0").to_expect(OURS), Some(Duration::from_secs(30)));
        assert_eq!(HeartBeat::parse(None).unwrap(), HeartBeat::default());
        assert_eq!(of("99999999999,0").sends_ms, u32::MAX);
    }

    #[test]
    fn what_is_not_two_numbers_is_refused() {
        for text in ["", "1", "a,b", "-1,0", "1,2,3", "1;2", "+1,1"] {
            assert!(HeartBeat::parse(Some(text)).is_err(), "{text}");
        }
    }
}
