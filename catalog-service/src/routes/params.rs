//! Parameters of queries, read into what the domain knows.

use chassis::text::{Invalid, Text};
use contracts::Cursor;
use serde::de::DeserializeOwned;

use crate::search::Pattern;

/// The longest text to look for, in characters.
const MAX_QUERY_CHARS: usize = 100;

/// Reads what is looked for; a blank text looks for nothing.
pub(super) fn query(text: Option<&str>) -> Result<Option<Pattern>, Invalid> {
    let text = text.unwrap_or_default();
    if text.chars().count() > MAX_QUERY_CHARS {
        return Err(Invalid::new(
            "too_long",
            "100자 이하여야 합니다",
            "must have at most 100 characters",
        ));
    }
    Ok(Pattern::parse(text))
}

/// Reads a number of rows from 1 to `most`.
pub(super) fn limit(text: Option<&str>, default: u32, most: u32) -> Result<u32, Invalid> {
    let Some(text) = text else { return Ok(default) };
    text.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
        Invalid::with(
            "out_of_range",
            Text::with(format!("1~{most} 사이의 정수여야 합니다"), format!("must be 1 to {most}")),
        )
    })
}

/// Reads a cursor of a list whose places are of the type `K`.
pub(super) fn cursor<K: DeserializeOwned>(cursor: Option<&Cursor>) -> Result<Option<K>, Invalid> {
    cursor.map(Cursor::decode).transpose().map_err(|_| {
        Invalid::new("invalid_cursor", "이 목록의 커서가 아닙니다", "was not made by this list")
    })
}

/// Reads `true` or `false`; nothing is `false`.
pub(super) fn flag(text: Option<&str>) -> Result<bool, Invalid> {
    text.unwrap_or("false").parse().map_err(|_| {
        Invalid::new("invalid_value", "true 또는 false여야 합니다", "must be true or false")
    })
}
