//! Query parameters that several lists have. They come as text, so that each refusal names its own.

use chassis::http::FieldErrors;
use chassis::text::{Invalid, Text};
use contracts::Cursor;
use serde::de::DeserializeOwned;

use crate::domain::geo::Coordinates;
use crate::domain::radius::Radius;

/// How many rows: 1 to `max`.
pub(super) fn limit(text: Option<&str>, default: u32, max: u32) -> Result<u32, Invalid> {
    let Some(text) = text else { return Ok(default) };
    text.parse().ok().filter(|limit| (1..=max).contains(limit)).ok_or_else(|| {
        Invalid::with(
            "out_of_range",
            Text::with(
                format!("1~{max} 사이의 정수여야 합니다"),
                format!("must be a whole number from 1 to {max}"),
            ),
        )
    })
}

/// Where the page begins, in the terms of its list.
pub(super) fn cursor<K: DeserializeOwned>(cursor: Option<&Cursor>) -> Result<Option<K>, Invalid> {
    cursor.map(Cursor::decode).transpose().map_err(|_| {
        Invalid::new("invalid_value", "이 목록의 커서가 아닙니다", "is not a cursor of this list")
    })
}

/// A place, if `lat` and `lon` name one; both or neither. `None` if they were refused.
pub(super) fn place(
    fields: &mut FieldErrors,
    lat: Option<&str>,
    lon: Option<&str>,
) -> Option<Option<Coordinates>> {
    const MISSING: Invalid = Invalid::new(
        "required",
        "lat와 lon은 함께 보내야 합니다",
        "lat and lon must be given together",
    );
    let lat = lat.map(|text| fields.keep("lat", degrees(text, 90)));
    let lon = lon.map(|text| fields.keep("lon", degrees(text, 180)));
    match (lat, lon) {
        (None, None) => Some(None),
        (Some(lat), Some(lon)) => Coordinates::new(lat?, lon?).map(Some),
        (Some(_), None) => {
            fields.add("lon", MISSING);
            None
        }
        (None, Some(_)) => {
            fields.add("lat", MISSING);
            None
        }
    }
}

/// A radius in kilometres.
pub(super) fn radius(text: Option<&str>) -> Result<Option<Radius>, Invalid> {
    // What is no number is in no range.
    text.map(|text| Radius::from_km(text.parse().unwrap_or(f64::NAN))).transpose()
}

fn degrees(text: &str, max: u8) -> Result<f64, Invalid> {
    let number =
        text.parse().ok().filter(|number| (-f64::from(max)..=f64::from(max)).contains(number));
    number.ok_or_else(|| {
        Invalid::with(
            "out_of_range",
            Text::with(
                format!("-{max}~{max} 사이의 숫자여야 합니다"),
                format!("must be a number from -{max} to {max}"),
            ),
        )
    })
}
