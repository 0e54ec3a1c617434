//! Where people live and parties meet, and who is near.
//!
//! A *zone* is a field of a grid over the earth, some five kilometres wide; fields of one row have
//! consecutive numbers. So everyone who may live within a radius is found in a few ranges of an
//! index, one for each row, and only they are looked at exactly.

use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (R₁ of the IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// Fields for each degree.
const FIELDS_PER_DEGREE: f64 = 20.0;
/// Fields of one row: 360 degrees, and one for 180° itself.
const FIELDS_PER_ROW: i32 = 7201;
/// Added to a distance before fields are chosen, so that no rounding leaves one out.
const MARGIN_DEGREES: f64 = 1e-6;

/// A point in WGS84 degrees that lies on the earth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct Place {
    latitude: f64,
    longitude: f64,
}

impl Place {
    /// Accepts a latitude within ±90 and a longitude within ±180 degrees.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then_some(Self { latitude, longitude })
    }

    /// Degrees north.
    #[must_use]
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// The great-circle distance in metres (haversine: exact where neighbours live).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (phi, phi_other) = (self.latitude.to_radians(), other.latitude.to_radians());
        let sin_lat = ((phi - phi_other) / 2.0).sin();
        let sin_lon = ((self.longitude - other.longitude).to_radians() / 2.0).sin();
        let haversine = sin_lat * sin_lat + phi.cos() * phi_other.cos() * sin_lon * sin_lon;
        2.0 * EARTH_RADIUS_M * haversine.sqrt().min(1.0).asin()
    }

    /// The field of the grid it lies in.
    #[must_use]
    pub fn zone(self) -> i32 {
        zone(row(self.latitude), column(self.longitude))
    }

    /// The fields in which everything within `radius_m` lies, as inclusive ranges of zones.
    #[must_use]
    pub fn zones_within(self, radius_m: f64) -> Vec<(i32, i32)> {
        let reach = (radius_m / EARTH_RADIUS_M).to_degrees() + MARGIN_DEGREES;
        let rows = row((self.latitude - reach).max(-90.0))..=row((self.latitude + reach).min(90.0));
        let (west, east) = self.columns_within(reach);
        rows.map(|row| (zone(row, west), zone(row, east))).collect()
    }

    /// The columns that a circle touches. Around a pole, and across the date line, all of them.
    fn columns_within(self, reach: f64) -> (i32, i32) {
        let everywhere = (0, FIELDS_PER_ROW - 1);
        if self.latitude.abs() + reach >= 90.0 {
            return everywhere;
        }
        let sine = reach.to_radians().sin() / self.latitude.to_radians().cos();
        let reach = sine.asin().to_degrees() + MARGIN_DEGREES;
        let (west, east) = (self.longitude - reach, self.longitude + reach);
        if west < -180.0 || east > 180.0 { everywhere } else { (column(west), column(east)) }
    }
}

const fn zone(row: i32, column: i32) -> i32 {
    row * FIELDS_PER_ROW + column
}

fn row(latitude: f64) -> i32 {
    field(latitude + 90.0)
}

fn column(longitude: f64) -> i32 {
    field(longitude + 180.0)
}

fn field(degrees: f64) -> i32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "0 to 7200, because the place is on the earth"
    )]
    let field = (degrees * FIELDS_PER_DEGREE).floor() as i32;
    field
}

impl TryFrom<(f64, f64)> for Place {
    type Error = &'static str;

    fn try_from((latitude, longitude): (f64, f64)) -> Result<Self, Self::Error> {
        Self::new(latitude, longitude).ok_or("not a place on earth")
    }
}

impl From<Place> for (f64, f64) {
    fn from(place: Place) -> Self {
        (place.latitude, place.longitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn anywhere() -> impl Strategy<Value = Place> {
        let latitude = prop_oneof![4 => 33.0..39.0, 1 => -90.0..=90.0];
        let longitude = prop_oneof![4 => 124.0..132.0, 1 => -180.0..=180.0];
        (latitude, longitude).prop_map(|(lat, lon)| Place::new(lat, lon).unwrap())
    }

    #[test]
    fn known_distances() {
        let at = |lat, lon| Place::new(lat, lon).unwrap();
        let (seoul, busan) = (at(37.5663, 126.9779), at(35.1798, 129.0750));
        assert!((seoul.distance_m(busan) - 325_049.557).abs() < 0.01);
        assert!(seoul.distance_m(seoul).abs() < f64::MIN_POSITIVE);
        assert!((at(0.0, 179.9).distance_m(at(0.0, -179.9)) - 22_239.0).abs() < 1.0);
        assert_eq!(Place::new(90.1, 0.0), None);
        assert_eq!(Place::new(f64::NAN, 0.0), None);
    }

    proptest! {
        #[test]
        fn nobody_near_is_left_out(
            here in anywhere(), north in -0.2..0.2_f64, east in -0.3..0.3_f64,
        ) {
            let there = Place::new(
                (here.latitude + north).clamp(-90.0, 90.0),
                (here.longitude + east + 540.0).rem_euclid(360.0) - 180.0,
            ).unwrap();
            let zone = there.zone();
            let near = here.zones_within(here.distance_m(there));
            prop_assert!(near.iter().any(|(first, last)| (*first..=*last).contains(&zone)));
        }

        #[test]
        fn few_fields_are_looked_at(lat in 33.0..39.0_f64, lon in 124.0..132.0_f64) {
            let ranges = Place::new(lat, lon).unwrap().zones_within(20_000.0);
            let fields: i32 = ranges.iter().map(|(from, to)| to - from + 1).sum();
            prop_assert!(ranges.len() <= 9 && fields <= 110, "{fields} in {}", ranges.len());
        }
    }
}
