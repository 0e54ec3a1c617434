//! What is looked for among the open parties, as a query string.

use chassis::http::{ApiError, FieldErrors};
use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, MarketId, PartyId};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::domain::geo::Coordinates;
use crate::domain::party_search::{CatalogCode, PartyOrder, PartySearch};
use crate::routes::params;
use crate::store::parties::nearby::{After, Found};

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Degrees north of a place to look around; one's own place if neither `lat` nor `lon` is
    /// given.
    #[param(value_type = Option<f64>, minimum = -90, maximum = 90, example = 37.5663)]
    lat: Option<String>,
    /// Degrees east of it.
    #[param(value_type = Option<f64>, minimum = -180, maximum = 180, example = 126.9779)]
    lon: Option<String>,
    /// How far around the place to look, 10 if not given.
    #[param(value_type = Option<f64>, minimum = 0.1, maximum = 20)]
    radius_km: Option<String>,
    /// Only parties for the item with this code.
    #[param(min_length = 1, max_length = 16, pattern = "^[0-9A-Za-z]+$", example = "060103")]
    item: Option<String>,
    /// Only parties for items of the category with this code.
    #[param(min_length = 1, max_length = 16, pattern = "^[0-9A-Za-z]+$", example = "06")]
    category: Option<String>,
    /// Only parties at this market.
    #[param(value_type = Option<MarketId>)]
    market: Option<String>,
    /// Only parties that meet at this time or later.
    #[param(value_type = Option<DateTime<Utc>>)]
    starts_after: Option<String>,
    /// Only parties that meet before this time.
    #[param(value_type = Option<DateTime<Utc>>)]
    starts_before: Option<String>,
    /// In which order; nearest first if not given.
    sort: Option<PartyOrder>,
    /// How many parties at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// Where a page ended, and in which order it was.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    order: PartyOrder,
    party: PartyId,
    market: MarketId,
    join_deadline: DateTime<Utc>,
}

/// What is looked for.
pub(super) struct Wish {
    /// Around where; around one's own place if nothing was said.
    pub(super) center: Option<Coordinates>,
    /// What.
    pub(super) search: PartySearch,
    /// In which order.
    pub(super) order: PartyOrder,
    /// Where the page before ended.
    pub(super) after: Option<After>,
    /// How many.
    pub(super) limit: u32,
}

impl Params {
    pub(super) fn parse(&self) -> Result<Wish, ApiError> {
        let mut fields = FieldErrors::default();
        let order = self.sort.unwrap_or_default();
        let center = params::place(&mut fields, self.lat.as_deref(), self.lon.as_deref());
        let radius = fields.keep("radius_km", params::radius(self.radius_km.as_deref()));
        let code = |text: &Option<String>| text.as_deref().map(CatalogCode::parse).transpose();
        let item = fields.keep("item", code(&self.item));
        let category = fields.keep("category", code(&self.category));
        let market = fields.keep("market", market(self.market.as_deref()));
        let starts_after = fields.keep("starts_after", time(self.starts_after.as_deref()));
        let starts_before = fields.keep("starts_before", time(self.starts_before.as_deref()));
        let after = fields.keep("cursor", self.after(order));
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        let (Some(after), Some(limit)) = (after, limit) else {
            return Err(fields.into());
        };
        fields.finish()?;
        let search = PartySearch {
            radius: radius.flatten().unwrap_or_default(),
            item: item.flatten(),
            category: category.flatten(),
            market: market.flatten(),
            starts_after: starts_after.flatten(),
            starts_before: starts_before.flatten(),
        };
        Ok(Wish { center, search, order, after, limit })
    }

    /// Where the page before ended, if that was a page in this order.
    fn after(&self, order: PartyOrder) -> Result<Option<After>, Invalid> {
        let position: Option<Position> = params::cursor(self.cursor.as_ref())?;
        match position {
            Some(position) if position.order != order => Err(Invalid::new(
                "invalid_value",
                "다른 정렬의 커서입니다",
                "is a cursor of another order",
            )),
            position => Ok(position.map(After::from)),
        }
    }
}

fn market(text: Option<&str>) -> Result<Option<MarketId>, Invalid> {
    text.map(str::parse).transpose().map_err(|_| {
        Invalid::new("invalid_value", "시장의 id가 아닙니다", "is not the id of a market")
    })
}

fn time(text: Option<&str>) -> Result<Option<DateTime<Utc>>, Invalid> {
    let time = text.map(DateTime::parse_from_rfc3339).transpose().map_err(|_| {
        Invalid::new(
            "invalid_value",
            "시간대가 있는 시각이어야 합니다",
            "must be a time with its offset (RFC 3339)",
        )
    });
    time.map(|time| time.map(|time| time.to_utc()))
}

impl Position {
    pub(super) const fn of(found: &Found, order: PartyOrder) -> Self {
        let Found { id, market_id, join_deadline, .. } = *found;
        Self { order, party: id, market: market_id, join_deadline }
    }
}

impl From<Position> for After {
    fn from(position: Position) -> Self {
        let Position { party, market, join_deadline, .. } = position;
        Self { id: party, market_id: market, join_deadline }
    }
}
