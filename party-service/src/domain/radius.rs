//! How far around a place to look.

use chassis::text::Invalid;

/// A radius of 0.1 to 20 km.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radius {
    metres: f64,
}

impl Radius {
    /// Accepts 0.1 to 20 kilometres.
    pub fn from_km(km: f64) -> Result<Self, Invalid> {
        if (0.1..=20.0).contains(&km) {
            return Ok(Self { metres: km * 1000.0 });
        }
        Err(Invalid::new("out_of_range", "0.1~20km여야 합니다", "must be 0.1 to 20 km"))
    }

    /// The radius in metres.
    #[must_use]
    pub const fn metres(self) -> f64 {
        self.metres
    }
}

impl Default for Radius {
    /// 10 km: as far as one goes for half a box of apples.
    fn default() -> Self {
        Self { metres: 10_000.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Radius;

    #[test]
    fn a_radius_has_bounds() {
        for km in [0.1, 10.0, 20.0] {
            assert!(Radius::from_km(km).is_ok());
        }
        for km in [0.0, -1.0, 0.099, 20.001, f64::NAN, f64::INFINITY] {
            assert_eq!(Radius::from_km(km).unwrap_err().code, "out_of_range");
        }
    }
}
