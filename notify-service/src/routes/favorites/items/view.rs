//! A starred item, as clients see it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::favorite_items::FavoriteItem;

/// An item that was starred.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct FavoriteItemView {
    /// The public code.
    #[schema(example = "060103")]
    code: String,
    /// What it was called on the day it was starred.
    #[schema(example = "사과 (후지)")]
    name: String,
    /// When it was starred.
    created_at: DateTime<Utc>,
}

impl From<FavoriteItem> for FavoriteItemView {
    fn from(item: FavoriteItem) -> Self {
        Self { code: item.code.into(), name: item.name, created_at: item.created_at }
    }
}
