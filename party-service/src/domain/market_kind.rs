//! What kind of place a market is, as far as a shopper cares.

use serde::Serialize;
use utoipa::ToSchema;

/// The kind of a market, told from what public data says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarketKind {
    /// A large self-service store: 대형마트, warehouse clubs included.
    Mart,
    /// A chain's neighbourhood store: 기업형 슈퍼마켓.
    Supermarket,
    /// 백화점.
    DepartmentStore,
    /// Many shops under one roof: 쇼핑센터, 복합쇼핑몰, 전문점.
    ShoppingMall,
    /// 전통시장 and other markets of stalls.
    TraditionalMarket,
    /// Whatever else is registered as a large store.
    Other,
}

impl MarketKind {
    /// Every kind, in the order people look for them.
    pub const ALL: [Self; 6] = [
        Self::Mart,
        Self::Supermarket,
        Self::TraditionalMarket,
        Self::DepartmentStore,
        Self::ShoppingMall,
        Self::Other,
    ];

    /// The name under which the kind is stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mart => "mart",
            Self::Supermarket => "supermarket",
            Self::DepartmentStore => "department_store",
            Self::ShoppingMall => "shopping_mall",
            Self::TraditionalMarket => "traditional_market",
            Self::Other => "other",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::MarketKind;

    #[test]
    fn codes_lead_back_to_their_kinds() {
        for kind in MarketKind::ALL {
            assert_eq!(MarketKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(MarketKind::from_code("대형마트"), None);
    }
}
