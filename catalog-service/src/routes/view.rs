//! What clients see.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::Category;
use crate::domain::{Coded, Item};

/// An item: one variety of goods.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemView {
    /// The public code, which parties and favourites name.
    #[schema(example = "060103", max_length = 16)]
    pub code: String,
    /// The name to show. Equal names are told apart by the category.
    #[schema(example = "사과 (후지)")]
    pub name: String,
    /// The group it belongs to.
    pub category: CodedView,
    /// The goods, of which this is one variety.
    pub item: CodedView,
    /// The variety.
    pub variety: CodedView,
}

/// A code and what it stands for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodedView {
    /// The public code.
    #[schema(example = "0601", max_length = 16)]
    pub code: String,
    /// The published name.
    #[schema(example = "사과")]
    pub name: String,
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryView {
    /// The public code.
    #[schema(example = "06", max_length = 16)]
    pub code: String,
    /// The published name.
    #[schema(example = "과실류")]
    pub name: String,
    /// How many items it has.
    pub items_count: usize,
    /// Whether marts sell its items; the others are not shown unless asked for.
    pub sold: bool,
}

impl From<&Item> for ItemView {
    fn from(item: &Item) -> Self {
        Self {
            code: item.code().to_string(),
            name: item.display_name(),
            category: (&item.category).into(),
            item: (&item.item).into(),
            variety: (&item.variety).into(),
        }
    }
}

impl From<&Coded> for CodedView {
    fn from(coded: &Coded) -> Self {
        Self { code: coded.code.to_string(), name: coded.name.to_string() }
    }
}

impl From<&Category> for CategoryView {
    fn from(category: &Category) -> Self {
        Self {
            code: category.coded.code.to_string(),
            name: category.coded.name.to_string(),
            items_count: category.count,
            sold: category.is_sold,
        }
    }
}
