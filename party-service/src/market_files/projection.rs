//! The coordinates of LOCALDATA: EPSG:5174, Korea 1985 / Modified Central Belt, to WGS84.
//!
//! A transverse Mercator projection on Bessel's ellipsoid of 1841, "modified" by 10.405″ of
//! longitude, and seven parameters (position vector) from there to WGS84. Definition and
//! parameters are those of the EPSG registry as PROJ has them.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use proj4rs::proj::Proj;
use proj4rs::transform::transform;

use crate::domain::geo::Coordinates;

const KOREA_MODIFIED_CENTRAL_BELT: &str = "+proj=tmerc +lat_0=38 +lon_0=127.0028902777778 +k=1 \
    +x_0=200000 +y_0=500000 +ellps=bessel +units=m +no_defs \
    +towgs84=-115.80,474.99,674.11,1.16,-2.31,-1.63,6.43";

const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// The part of the grid that is used, with a wide margin.
const EAST_M: RangeInclusive<f64> = -200_000.0..=800_000.0;
const NORTH_M: RangeInclusive<f64> = -200_000.0..=800_000.0;

/// Both ends of the way; the tests show that the definitions are understood.
static FROM_AND_TO: LazyLock<Option<(Proj, Proj)>> = LazyLock::new(|| {
    let from = Proj::from_proj_string(KOREA_MODIFIED_CENTRAL_BELT).ok()?;
    Some((from, Proj::from_proj_string(WGS84).ok()?))
});

/// Where a point `x` metres east and `y` metres north on the grid is; `None` far outside of Korea,
/// where the projection means nothing and repeats itself.
pub(super) fn to_wgs84(x: f64, y: f64) -> Option<Coordinates> {
    if !EAST_M.contains(&x) || !NORTH_M.contains(&y) {
        return None;
    }
    let (from, to) = FROM_AND_TO.as_ref()?;
    let mut point = (x, y, 0.0);
    transform(from, to, &mut point).ok()?;
    Coordinates::new(point.1.to_degrees(), point.0.to_degrees())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Points on the grid, and where PROJ 9.5.1 puts them: with the parameters above, and with the
    /// operation it prefers by itself (EPSG "Korean 1985 to WGS 84 (1)", Molodensky-Badekas).
    const KNOWN: [[(f64, f64); 3]; 6] = [
        // Seoul, City Hall
        [
            (197_975.0, 451_550.0),
            (37.566_230_592_1, 126.977_867_383_2),
            (37.566_230_977_3, 126.977_867_170_5),
        ],
        // Busan, Seomyeon
        [
            (386_900.0, 186_300.0),
            (35.158_520_141_2, 129.051_975_626_2),
            (35.158_520_731_0, 129.051_975_223_1),
        ],
        // Seogwipo: south of the false origin
        [
            (157_500.0, -26_800.0),
            (33.253_953_048_9, 126.544_741_829_1),
            (33.253_953_834_4, 126.544_741_585_5),
        ],
        // Baengnyeongdo: west of it
        [
            (-4_900.0, 499_200.0),
            (37.972_405_446_2, 124.668_985_655_8),
            (37.972_405_801_2, 124.668_985_663_5),
        ],
        // Dokdo
        [
            (633_000.0, 434_300.0),
            (37.309_944_025_3, 131.883_604_173_1),
            (37.309_944_438_9, 131.883_603_562_1),
        ],
        // Goseong
        [
            (338_500.0, 566_000.0),
            (38.586_538_978_0, 128.590_327_927_5),
            (38.586_539_268_4, 128.590_327_571_4),
        ],
    ];

    fn at((latitude, longitude): (f64, f64)) -> Coordinates {
        Coordinates::new(latitude, longitude).expect("a place on earth")
    }

    #[test]
    fn agrees_with_proj_to_the_millimetre() {
        for [(x, y), expected, _] in KNOWN {
            let place = to_wgs84(x, y).expect("a place in Korea");
            assert!(place.distance_m(at(expected)) < 0.001, "{place:?} for ({x}, {y})");
        }
    }

    #[test]
    fn agrees_with_the_other_operation_to_centimetres() {
        for [(x, y), _, expected] in KNOWN {
            let place = to_wgs84(x, y).expect("a place in Korea");
            assert!(place.distance_m(at(expected)) < 0.15, "{place:?} for ({x}, {y})");
        }
    }

    #[test]
    fn nonsense_is_nowhere() {
        for bad in [f64::NAN, f64::INFINITY, f64::MAX, 1e12, -1e7] {
            assert_eq!(to_wgs84(bad, 450_000.0), None);
            assert_eq!(to_wgs84(200_000.0, bad), None);
        }
    }

    proptest! {
        #[test]
        fn east_is_east_and_north_is_north(
            x in -30_000.0..650_000.0,
            y in -60_000.0..580_000.0,
            step in 1.0..10_000.0,
        ) {
            let place = to_wgs84(x, y).expect("a place in Korea");
            prop_assert!(to_wgs84(x + step, y).unwrap().longitude() > place.longitude());
            prop_assert!(to_wgs84(x, y + step).unwrap().latitude() > place.latitude());
            prop_assert!((32.0..40.0).contains(&place.latitude()));
            prop_assert!((124.0..133.0).contains(&place.longitude()));
        }

        #[test]
        fn a_metre_stays_a_metre(x in 0.0..600_000.0, y in -50_000.0..570_000.0) {
            let place = to_wgs84(x, y).expect("a place in Korea");
            let north = to_wgs84(x, y + 1_000.0).expect("a place in Korea");
            // The ellipsoid against the mean sphere, and the growth away from the meridian.
            prop_assert!((990.0..1_005.0).contains(&place.distance_m(north)));
        }
    }
}
