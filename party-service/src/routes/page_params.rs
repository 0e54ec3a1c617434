//! The parameters of a list that has nothing but pages.

use chassis::http::{ApiError, FieldErrors};
use contracts::Cursor;
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::params;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

impl PageParams {
    /// How many rows, and after which.
    pub(super) fn parse<K: DeserializeOwned>(&self) -> Result<(u32, Option<K>), ApiError> {
        let mut fields = FieldErrors::default();
        let page = page(&mut fields, self.limit.as_deref(), self.cursor.as_ref());
        page.ok_or_else(|| fields.into())
    }
}

/// How many rows, and after which; `None` if either was refused.
pub(super) fn page<K: DeserializeOwned>(
    fields: &mut FieldErrors,
    limit: Option<&str>,
    cursor: Option<&Cursor>,
) -> Option<(u32, Option<K>)> {
    let limit = fields.keep("limit", params::limit(limit, DEFAULT_LIMIT, MAX_LIMIT));
    let after = fields.keep("cursor", params::cursor(cursor));
    limit.zip(after)
}
