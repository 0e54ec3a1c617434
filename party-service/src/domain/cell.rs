//! Cell codes: every place as one integer, so that "near" becomes a few ranges of an index.
//!
//! Latitude and longitude are cut into 2²⁶ steps each (0.3 m, and 0.6 m at the equator) and the
//! bits of the two step numbers interleaved: a Morton code of 52 bits. A cell 2ⁿ steps wide and
//! high holds all codes that agree but for their low 2n bits, that is one contiguous range.

use std::f64::consts::FRAC_PI_2;
use std::ops::RangeInclusive;

use super::geo::{Coordinates, EARTH_RADIUS_M};

/// Bits of either step number in a cell code.
const BITS: u32 = 26;

/// The greatest step number.
const LAST: u32 = (1 << BITS) - 1;

/// Steps from pole to pole and round the equator.
const STEPS: f64 = 67_108_864.0;

/// The most cells from one side of a circle to the other. With fewer, larger ones more rows are
/// read that are too far away; more only pay if there may be more ranges.
const CELLS_ACROSS: u32 = 16;

/// The most ranges a circle is covered with: each costs a descent into the index. Ten of them read
/// 1.5 times the area of the circle (mean of 4,000 circles in Korea; the worst was 1.8).
const MAX_RANGES: usize = 10;

/// Added to every radius, in metres: far more than rounding can lose, far less than a walk.
const MARGIN_M: f64 = 0.001;

/// The cell code of a place, less than 2⁵².
#[must_use]
pub fn cell(place: Coordinates) -> u64 {
    interleave(row(place.latitude()), column(place.longitude()))
}

/// One to ten ascending, disjoint ranges of cell codes that hold every place within `radius_m`
/// metres of `center`, and some places a little farther away.
///
/// A radius that is negative or not a number counts as zero.
#[must_use]
pub fn ranges(center: Coordinates, radius_m: f64) -> Vec<RangeInclusive<u64>> {
    let circle = Circle::new(center, radius_m.max(0.0));
    if circle.angle >= FRAC_PI_2 {
        return vec![0..=(1 << (2 * BITS)) - 1];
    }
    let (south, north) = circle.rows();
    let widest = circle.columns((-90.0, 90.0));
    let few = |level: &u32| {
        let across = |(first, last): (u32, u32)| (last >> level) - (first >> level) + 1;
        across((south, north)) <= CELLS_ACROSS
            && widest.into_iter().flatten().map(across).sum::<u32>() <= CELLS_ACROSS
    };
    let level = (0..BITS).find(few).unwrap_or(BITS);

    let mut ranges = Vec::with_capacity(256);
    for row in (south >> level)..=(north >> level) {
        let band = (latitude(row << level), latitude((row + 1) << level));
        for (west, east) in circle.columns(band).into_iter().flatten() {
            for column in (west >> level)..=(east >> level) {
                let first = interleave(row, column) << (2 * level);
                ranges.push(first..=first + ((1 << (2 * level)) - 1));
            }
        }
    }
    ranges.sort_unstable_by_key(|range| *range.start());
    join_neighbours(&mut ranges);
    while ranges.len() > MAX_RANGES {
        join_closest(&mut ranges);
    }
    ranges
}

/// A circle on the sphere that is smaller than a hemisphere.
struct Circle {
    /// Latitude of the centre in radians.
    latitude: f64,
    /// Longitude of the centre in degrees.
    longitude: f64,
    /// Radius in radians.
    angle: f64,
}

impl Circle {
    fn new(center: Coordinates, radius_m: f64) -> Self {
        Self {
            latitude: center.latitude().to_radians(),
            longitude: center.longitude(),
            angle: (radius_m + MARGIN_M) / EARTH_RADIUS_M,
        }
    }

    /// The southernmost and the northernmost row.
    fn rows(&self) -> (u32, u32) {
        let south = (self.latitude - self.angle).to_degrees().max(-90.0);
        let north = (self.latitude + self.angle).to_degrees().min(90.0);
        (row(south), row(north))
    }

    /// The columns the circle touches between two latitudes in degrees: two spans of them if it
    /// crosses the antimeridian.
    fn columns(&self, band: (f64, f64)) -> [Option<(u32, u32)>; 2] {
        let half_width = self.half_width(band);
        let (west, east) = (self.longitude - half_width, self.longitude + half_width);
        if half_width >= 180.0 {
            [Some((0, LAST)), None]
        } else if west < -180.0 {
            [Some((column(west + 360.0), LAST)), Some((0, column(east)))]
        } else if east > 180.0 {
            [Some((column(west), LAST)), Some((0, column(east - 360.0)))]
        } else {
            [Some((column(west), column(east))), None]
        }
    }

    /// How far east and west of its centre the circle reaches between two latitudes; all in
    /// degrees, 180 if it goes all the way round a pole.
    fn half_width(&self, (south, north): (f64, f64)) -> f64 {
        let widest = self.touched().clamp(south.to_radians(), north.to_radians());
        let up = ((widest - self.latitude) / 2.0).sin().powi(2);
        let left = (self.haversine() - up).max(0.0);
        let across = left / (self.latitude.cos() * widest.cos());
        // Not a number where both the centre and the band are at the pole.
        if across < 1.0 { 2.0 * across.sqrt().asin().to_degrees() } else { 180.0 }
    }

    /// The latitude in radians where meridians touch the circle, poleward of its centre: there it
    /// is widest. The pole, if that lies inside.
    fn touched(&self) -> f64 {
        // Reckoned from the pole, and in haversines: cosines say nothing within metres of it.
        let from_pole = ((FRAC_PI_2 - self.latitude.abs()) / 2.0).sin().powi(2);
        let touched = ((from_pole - self.haversine()) / self.angle.cos()).max(0.0);
        (FRAC_PI_2 - 2.0 * touched.sqrt().asin()).copysign(self.latitude)
    }

    /// The haversine of the radius.
    fn haversine(&self) -> f64 {
        (self.angle / 2.0).sin().powi(2)
    }
}

/// Makes one of ranges between which nothing is left out.
fn join_neighbours(ranges: &mut Vec<RangeInclusive<u64>>) {
    ranges.dedup_by(|next, range| {
        let touching = *next.start() <= *range.end() + 1;
        if touching {
            *range = *range.start()..=*next.end();
        }
        touching
    });
}

/// Makes one of the two neighbours that have the least between them.
fn join_closest(ranges: &mut Vec<RangeInclusive<u64>>) {
    let gaps = ranges.iter().zip(ranges.iter().skip(1)).map(|(a, b)| b.start() - a.end());
    let Some((first, _)) = gaps.enumerate().min_by_key(|&(_, gap)| gap) else {
        return;
    };
    let second = ranges.remove(first + 1);
    if let Some(range) = ranges.get_mut(first) {
        *range = *range.start()..=*second.end();
    }
}

fn row(latitude: f64) -> u32 {
    step((latitude + 90.0) / 180.0)
}

fn column(longitude: f64) -> u32 {
    step((longitude + 180.0) / 360.0)
}

/// The southern edge of a row in degrees.
fn latitude(row: u32) -> f64 {
    f64::from(row) / STEPS * 180.0 - 90.0
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounding down is meant, and a float beyond the integer's range saturates"
)]
fn step(fraction: f64) -> u32 {
    ((fraction * STEPS) as u32).min(LAST)
}

/// The bits of both numbers in turn, the column's first of each pair counted from the lowest.
fn interleave(row: u32, column: u32) -> u64 {
    (spread(row) << 1) | spread(column)
}

/// Moves the bits of a number apart, so that a zero stands between any two.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | (bits << shift)) & mask;
    }
    bits
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, TAU};

    use proptest::prelude::*;

    use super::super::geo::tests::{anywhere, at};
    use super::*;

    /// From centimetres to half the earth, small and large ones alike often.
    fn any_radius_m() -> impl Strategy<Value = f64> {
        prop_oneof![
            Just(0.0),
            Just(10_000.0),
            (-2.0..7.4_f64).prop_map(|exponent| 10_f64.powf(exponent))
        ]
    }

    /// The place `distance_m` from `start` in the direction `bearing` (radians).
    fn travel(start: Coordinates, bearing: f64, distance_m: f64) -> Coordinates {
        let angle = distance_m / EARTH_RADIUS_M;
        let (sin_lat, cos_lat) = start.latitude().to_radians().sin_cos();
        let sin_end = sin_lat * angle.cos() + cos_lat * angle.sin() * bearing.cos();
        let east = bearing.sin() * angle.sin() * cos_lat;
        let turn = east.atan2(angle.cos() - sin_lat * sin_end).to_degrees();
        let longitude = (start.longitude() + turn + 540.0).rem_euclid(360.0) - 180.0;
        at(sin_end.clamp(-1.0, 1.0).asin().to_degrees(), longitude)
    }

    fn covered(ranges: &[RangeInclusive<u64>], place: Coordinates) -> bool {
        ranges.iter().any(|range| range.contains(&cell(place)))
    }

    #[test]
    fn codes_run_from_corner_to_corner() {
        assert_eq!(cell(at(-90.0, -180.0)), 0);
        assert_eq!(cell(at(90.0, 180.0)), (1 << 52) - 1);
        assert_eq!(cell(at(0.0, 0.0)), 0b11 << 50);
        assert_eq!(cell(at(-90.0, 180.0)), 0x5_5555_5555_5555);
        assert_eq!(cell(at(90.0, -180.0)), 0xA_AAAA_AAAA_AAAA);
    }

    #[test]
    fn the_whole_earth_is_one_range() {
        assert_eq!(ranges(at(37.5, 127.0), f64::INFINITY), [0..=(1 << 52) - 1]);
    }

    #[test]
    fn a_circle_of_no_size_is_its_cell() {
        for radius_m in [0.0, -5.0, f64::NAN] {
            let ranges = ranges(at(37.5663, 126.9779), radius_m);
            assert!(covered(&ranges, at(37.5663, 126.9779)));
            assert!(!covered(&ranges, at(37.5664, 126.9779)));
        }
    }

    #[test]
    fn the_antimeridian_has_two_sides() {
        let ranges = ranges(at(-17.0, 179.99), 5_000.0);
        assert!(covered(&ranges, at(-17.0, 179.96)));
        assert!(covered(&ranges, at(-17.0, -179.98)));
        assert!(!covered(&ranges, at(-17.0, 0.0)));
    }

    #[test]
    fn every_meridian_is_near_a_pole() {
        let ranges = ranges(at(89.99, 0.0), 5_000.0);
        assert!(covered(&ranges, at(89.99, 180.0)));
        assert!(covered(&ranges, at(90.0, -90.0)));
        assert!(!covered(&ranges, at(60.0, 180.0)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_place_within_the_radius_is_covered(
            center in anywhere(),
            radius_m in any_radius_m(),
            bearing in 0.0..TAU,
            fraction in prop_oneof![Just(1.0), 0.0..=1.0],
        ) {
            let place = travel(center, bearing, radius_m * fraction);
            let ranges = ranges(center, radius_m);
            prop_assert!(covered(&ranges, center));
            prop_assert!(covered(&ranges, place) || center.distance_m(place) > radius_m);
        }

        #[test]
        fn ranges_are_few_ascending_and_apart(center in anywhere(), radius_m in any_radius_m()) {
            let ranges = ranges(center, radius_m);
            prop_assert!((1..=MAX_RANGES).contains(&ranges.len()));
            prop_assert!(ranges.iter().all(|range| range.start() <= range.end()));
            let apart = |pair: &[RangeInclusive<u64>]| pair[0].end() + 1 < *pair[1].start();
            prop_assert!(ranges.windows(2).all(apart));
        }

        #[test]
        fn little_more_than_the_circle_is_read(
            latitude in -70.0..=70.0,
            longitude in -180.0..=180.0,
            radius_m in 100.0..=20_000.0,
        ) {
            let ranges = ranges(at(latitude, longitude), radius_m);
            let codes: u64 = ranges.iter().map(|range| range.end() - range.start() + 1).sum();
            let blocks_of_64 = u32::try_from(codes / 64).expect("a small part of the earth");
            let step_m = PI * EARTH_RADIUS_M / STEPS;
            let code_m2 = 2.0 * step_m * step_m * latitude.to_radians().cos();
            let area_m2 = f64::from(blocks_of_64) * 64.0 * code_m2;
            let times = area_m2 / (PI * radius_m * radius_m);
            prop_assert!((1.0..2.5).contains(&times), "{} times the circle", times);
        }
    }
}
