//! A place on the earth, and how far two places are apart.

/// Mean radius of the earth in metres: R₁ of the IUGG, (2a + b) / 3 of the WGS84 ellipsoid
/// (Moritz, *Geodetic Reference System 1980*, Journal of Geodesy 74, 2000).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point in WGS84 degrees that is known to lie on the earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

impl Coordinates {
    /// Accepts a latitude within ±90 and a longitude within ±180 degrees; `None` for all else,
    /// not-a-number included.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        // Adding zero turns -0.0 into 0.0, so that one place is not written in two ways.
        on_earth.then_some(Self { latitude: latitude + 0.0, longitude: longitude + 0.0 })
    }

    /// Degrees north of the equator, -90 to 90.
    #[must_use]
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich, -180 to 180.
    #[must_use]
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Great-circle distance in metres on the mean sphere; exactly 0.0 for the same point.
    ///
    /// The haversine of the angle loses all precision near the antipode, and that of its
    /// supplement near zero. Both are sums of squares here (neither is `1 - other`), so their
    /// arc tangent is good to nanometres everywhere.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (phi, phi_other) = (self.latitude.to_radians(), other.latitude.to_radians());
        let (sin_lon, cos_lon) = ((self.longitude - other.longitude).to_radians() / 2.0).sin_cos();
        let sin_difference = ((phi - phi_other) / 2.0).sin();
        let sin_mean = f64::midpoint(phi, phi_other).sin();
        let parallels = phi.cos() * phi_other.cos();

        let haversine = sin_difference * sin_difference + parallels * sin_lon * sin_lon;
        let supplement = sin_mean * sin_mean + parallels * cos_lon * cos_lon;
        2.0 * EARTH_RADIUS_M * haversine.sqrt().atan2(supplement.sqrt())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;

    pub(crate) fn at(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates::new(latitude, longitude).expect("a place on earth")
    }

    /// Anywhere, with the poles, the equator, Greenwich and the antimeridian more often than
    /// chance would give them.
    pub(crate) fn anywhere() -> impl Strategy<Value = Coordinates> {
        let latitude = prop_oneof![
            6 => -90.0..=90.0,
            1 => prop::sample::select(vec![-90.0, -89.999_999, 0.0, 89.999_999, 90.0]),
        ];
        let longitude = prop_oneof![
            6 => -180.0..=180.0,
            1 => prop::sample::select(vec![-180.0, -179.999_999, 0.0, 179.999_999, 180.0]),
        ];
        (latitude, longitude).prop_map(|(latitude, longitude)| at(latitude, longitude))
    }

    /// Vincenty's formula on a sphere: other terms, other roundings, the same distance.
    fn reference_m(from: Coordinates, to: Coordinates) -> f64 {
        let (sin1, cos1) = from.latitude().to_radians().sin_cos();
        let (sin2, cos2) = to.latitude().to_radians().sin_cos();
        let (sin_lon, cos_lon) = (to.longitude() - from.longitude()).to_radians().sin_cos();
        let across = (cos2 * sin_lon).hypot(cos1 * sin2 - sin1 * cos2 * cos_lon);
        EARTH_RADIUS_M * across.atan2(sin1 * sin2 + cos1 * cos2 * cos_lon)
    }

    #[track_caller]
    fn assert_metres(distance: f64, expected: f64) {
        assert!((distance - expected).abs() < 1e-6, "{distance} m instead of {expected} m");
    }

    #[test]
    fn only_places_on_earth_are_coordinates() {
        for (latitude, longitude) in [(90.0, 180.0), (-90.0, -180.0), (37.5663, 126.9779)] {
            assert!(Coordinates::new(latitude, longitude).is_some());
        }
        for bad in [90.000_001, -91.0, 999.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Coordinates::new(bad, 0.0), None);
        }
        for bad in [180.000_001, -181.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Coordinates::new(0.0, bad), None);
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert!(at(-0.0, -0.0).latitude().is_sign_positive());
        assert!(at(-0.0, -0.0).longitude().is_sign_positive());
    }

    #[test]
    fn known_distances() {
        let half_way = PI * EARTH_RADIUS_M;
        assert_metres(at(90.0, 12.0).distance_m(at(-90.0, -77.0)), half_way);
        assert_metres(at(0.0, 0.0).distance_m(at(0.0, 1.0)), half_way / 180.0);
        assert_metres(at(0.0, 179.5).distance_m(at(0.0, -179.5)), half_way / 180.0);
        assert_metres(at(37.5, 127.0).distance_m(at(-37.5, -53.0)), half_way);
        assert_metres(at(89.5, 0.0).distance_m(at(89.5, 180.0)), half_way / 180.0);
        // Seoul City Hall to Busan City Hall, evaluated with fifty digits.
        assert_metres(at(37.5663, 126.9779).distance_m(at(35.1798, 129.0750)), 325_049.557_452_088);
    }

    #[test]
    fn antipodes_are_as_exact_as_neighbours() {
        // A millimetre short of the antipode: a haversine alone is off by centimetres here.
        let short_by = (0.001 / EARTH_RADIUS_M).to_degrees();
        let distance = at(0.0, 0.0).distance_m(at(0.0, 180.0 - short_by));
        assert_metres(distance, PI * EARTH_RADIUS_M - 0.001);
    }

    #[test]
    fn d11_the_same_point_is_zero_away_at_every_latitude() {
        for step in 0..=180_000_u32 {
            let place = at(f64::from(step) / 1000.0 - 90.0, 126.9779);
            assert!(place.distance_m(place).abs() < f64::MIN_POSITIVE);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_reference(a in anywhere(), b in anywhere()) {
            prop_assert!((a.distance_m(b) - reference_m(a, b)).abs() < 1e-6);
        }

        #[test]
        fn the_way_back_is_as_long(a in anywhere(), b in anywhere()) {
            prop_assert!(a.distance_m(b).to_bits() == b.distance_m(a).to_bits());
        }

        #[test]
        fn a_detour_is_never_shorter(a in anywhere(), b in anywhere(), c in anywhere()) {
            prop_assert!(a.distance_m(c) <= a.distance_m(b) + b.distance_m(c) + 1e-6);
        }

        #[test]
        fn never_more_than_half_way_round(a in anywhere(), b in anywhere()) {
            let distance = a.distance_m(b);
            prop_assert!((0.0..=PI * EARTH_RADIUS_M + 1e-6).contains(&distance));
        }
    }
}
