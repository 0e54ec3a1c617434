//! Query parameters that several lists have. They come as text, so that each refusal names its own.

use chassis::text::{Invalid, Text};
use contracts::Cursor;
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use serde::de::DeserializeOwned;

/// How many rows a page has at most.
pub(super) fn limit(text: Option<&str>) -> Result<u32, Invalid> {
    let Some(text) = text else { return Ok(DEFAULT_LIMIT) };
    text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
        Invalid::with(
            "out_of_range",
            Text::with(
                format!("1~{MAX_LIMIT} 사이의 정수여야 합니다"),
                format!("must be a whole number from 1 to {MAX_LIMIT}"),
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

/// A place in a room. No room gets as far as the greatest number that JavaScript can tell from the
/// next one.
pub(super) fn seq(text: Option<&str>) -> Result<Option<u64>, Invalid> {
    const MAX: u64 = (1 << 53) - 1;
    let Some(text) = text else { return Ok(None) };
    text.parse().ok().filter(|seq| *seq <= MAX).map(Some).ok_or(Invalid::new(
        "out_of_range",
        "0 이상의 정수여야 합니다",
        "must be a whole number from 0",
    ))
}
