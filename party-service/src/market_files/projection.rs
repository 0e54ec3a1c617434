//! The coordinates of LOCALDATA: EPSG:5174, Korea 1985 / Modified Central Belt, to WGS84.
//!
//! A transverse Mercator projection on Bessel's ellipsoid of 1841, "modified" by 10.405″ of
//! longitude, and seven parameters (position vector) from there to WGS84. Definition and
//! parameters are those of the EPSG registry as PROJ has them.

use std::sync::LazyLock;

use proj4rs::proj::Proj;
use proj4rs::transform::transform;

use crate::domain::geo::Coordinates;

const KOREA_MODIFIED_CENTRAL_BELT: &str = "+proj=tmerc +lat_0=38 +lon_0=127.0028902777778 +k=1 \
    +x_0=200000 +y_0=500000 +ellps=bessel +units=m +no_defs \
    +towgs84=-115.80,474.99,674.11,1.16,-2.31,-1.63,6.43";

const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// Both ends of the way; the tests show that the definitions are understood.
static FROM_AND_TO: LazyLock<Option<(Proj, Proj)>> = LazyLock::new(|| {
    let from = Proj::from_proj_string(KOREA_MODIFIED_CENTRAL_BELT).ok()?;
    Some((from, Proj::from_proj_string(WGS84).ok()?))
});

/// Where a point `x` metres east and `y` metres north on the grid is; `None` if nowhere.
pub(super) fn to_wgs84(x: f64, y: f64) -> Option<Coordinates> {
    let (from, to) = FROM_AND_TO.as_ref()?;
    let mut point = (x, y, 0.0);
    transform(from, to, &mut point).ok()?;
    Coordinates::new(point.1.to_degrees(), point.0.to_degrees())
}
