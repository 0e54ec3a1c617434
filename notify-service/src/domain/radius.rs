//! How far somebody goes for a party.

use chassis::text::Invalid;

/// A radius of 0.1 to 20 km, in whole metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Radius(u32);

impl Radius {
    /// The largest.
    pub const MAX: Self = Self(20_000);
    const MIN: Self = Self(100);

    /// Accepts 0.1 to 20 kilometres.
    pub fn from_km(km: f64) -> Result<Self, Invalid> {
        if !(0.1..=20.0).contains(&km) {
            return Err(Invalid::new(
                "out_of_range",
                "0.1~20km여야 합니다",
                "must be 0.1 to 20 km",
            ));
        }
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "100 to 20,000"
        )]
        let metres = (km * 1000.0).round() as u32;
        Ok(Self(metres))
    }

    /// The radius with this many metres, if it is one.
    #[must_use]
    pub fn from_metres(metres: u32) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&metres).then_some(Self(metres))
    }

    /// In metres.
    #[must_use]
    pub const fn metres(self) -> u32 {
        self.0
    }

    /// In kilometres.
    #[must_use]
    pub fn km(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl Default for Radius {
    /// 10 km: as far as one goes for half a box of apples.
    fn default() -> Self {
        Self(10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::Radius;

    #[test]
    fn a_radius_has_bounds() {
        for (km, metres) in [(0.1, 100), (3.25, 3250), (20.0, 20_000)] {
            assert_eq!(Radius::from_km(km).unwrap().metres(), metres);
        }
        for km in [0.0, -1.0, 0.099, 20.001, f64::NAN, f64::INFINITY] {
            assert_eq!(Radius::from_km(km).unwrap_err().code, "out_of_range");
        }
        assert_eq!(Radius::from_metres(99), None);
    }
}
