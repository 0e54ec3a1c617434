//! How reliable an applicant must be.

use chassis::text::Invalid;

use super::shares::out_of_range;

/// How many active penalties an applicant may have at most: 0 to 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxPenalties(u8);

impl MaxPenalties {
    /// Accepts 0 to 9.
    pub fn new(number: u8) -> Result<Self, Invalid> {
        if number <= 9 { Ok(Self(number)) } else { Err(out_of_range(0, 9)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}
