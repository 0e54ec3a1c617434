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

/// The place that `lat` and `lon` name; both or neither. `None` if there is none, be it that it was
/// refused: [`FieldErrors::finish`] tells.
pub(super) fn place(
    fields: &mut FieldErrors,
    lat: Option<&str>,
    lon: Option<&str>,
) -> Option<Coordinates> {
    const MISSING: Invalid = Invalid::new(
        "required",
        "lat와 lon은 함께 보내야 합니다",
        "lat and lon must be given together",
    );
    if lat.is_some() != lon.is_some() {
        fields.add(if lat.is_none() { "lat" } else { "lon" }, MISSING);
    }
    let lat = lat.and_then(|text| fields.keep("lat", degrees(text, 90)));
    let lon = lon.and_then(|text| fields.keep("lon", degrees(text, 180)));
    Coordinates::new(lat?, lon?)
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
