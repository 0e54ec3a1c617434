//! Query parameters that several lists have. They come as text, so that each refusal names its own.

use chassis::http::{ApiError, FieldErrors};
use chassis::text::{Invalid, Text};
use contracts::Cursor;
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// How many rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub(super) limit: Option<String>,
    /// `next_cursor` of the page before.
    pub(super) cursor: Option<Cursor>,
}

impl PageParams {
    /// How many rows, and after which one of them.
    pub(super) fn read<K: DeserializeOwned>(&self) -> Result<(u32, Option<K>), ApiError> {
        let mut fields = FieldErrors::default();
        let limit = fields.keep("limit", limit(self.limit.as_deref()));
        let after = fields.keep("cursor", cursor(self.cursor.as_ref()));
        let (Some(limit), Some(after)) = (limit, after) else { return Err(fields.into()) };
        Ok((limit, after))
    }
}

/// How many rows: 1 to 100.
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
        Invalid::new("invalid_cursor", "이 목록의 커서가 아닙니다", "was not made by this list")
    })
}

/// Reads `true` or `false`; nothing is `false`.
pub(super) fn flag(text: Option<&str>) -> Result<bool, Invalid> {
    text.unwrap_or("false").parse().map_err(|_| {
        Invalid::new("invalid_value", "true 또는 false여야 합니다", "must be true or false")
    })
}
