//! What someone looks for among the open parties.

use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::MarketId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::radius::Radius;

/// What someone looks for among the open parties.
#[derive(Clone, Debug, Default)]
pub struct PartySearch {
    /// How far around.
    pub radius: Radius,
    /// Only parties for this item.
    pub item: Option<CatalogCode>,
    /// Only parties for items of this category.
    pub category: Option<CatalogCode>,
    /// Only parties at this market.
    pub market: Option<MarketId>,
    /// Only parties that meet at this time or later.
    pub starts_after: Option<DateTime<Utc>>,
    /// Only parties that meet before this time.
    pub starts_before: Option<DateTime<Utc>>,
}

/// In which order parties are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyOrder {
    /// Nearest market first; of those at one market, the one opened first.
    #[default]
    Distance,
    /// Those that close soonest first.
    Closing,
    /// Those opened last first.
    Newest,
}

/// The code of an item or a category as the catalogue writes it: 1 to 16 ASCII letters or digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CatalogCode(String);

impl CatalogCode {
    /// Reads a code. Whether the catalogue has it is another question.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_code =
            (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_code {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(
            "invalid_code",
            "1~16자의 영문자와 숫자여야 합니다",
            "must be 1 to 16 letters or digits",
        ))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::CatalogCode;

    #[test]
    fn a_code_is_letters_and_digits() {
        for good in ["0", "060101", "A1b2", &"9".repeat(16)] {
            assert_eq!(CatalogCode::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "06 01", "06-01", "사과", "../x", "%", &"9".repeat(17)] {
            assert_eq!(CatalogCode::parse(bad).unwrap_err().code, "invalid_code", "{bad}");
        }
    }
}
