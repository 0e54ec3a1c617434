//! `GET /v1/markets`

use actix_web::{get, web};
use chassis::http::refusals::Unavailable;
use chassis::http::{ApiError, FieldErrors, MaybeSignedIn, Query};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, MarketId, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::MarketView;
use crate::domain::geo::Coordinates;
use crate::domain::market_search::{Around, SearchText};
use crate::domain::radius::Radius;
use crate::routes::own_place::own_place;
use crate::routes::params;
use crate::state::State;
use crate::store::markets::search;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Part of a name or an address; spaces and case make no difference.
    #[param(example = "망원", max_length = 100)]
    query: Option<String>,
    /// Degrees north of a place to look around.
    #[param(value_type = Option<f64>, minimum = -90, maximum = 90, example = 37.5663)]
    lat: Option<String>,
    /// Degrees east of it.
    #[param(value_type = Option<f64>, minimum = -180, maximum = 180, example = 126.9779)]
    lon: Option<String>,
    /// How far around the place to look, 10 if not given. Without `lat` and `lon` the place is
    /// one's own, so one has to be signed in.
    #[param(value_type = Option<f64>, minimum = 0.1, maximum = 20)]
    radius_km: Option<String>,
    /// How many markets at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

struct Search {
    text: Option<SearchText>,
    center: Option<Coordinates>,
    radius: Option<Radius>,
    after: Option<MarketId>,
    limit: u32,
}

/// Find markets
///
/// Around a place, nearest first; without a place, all over the country and sorted by name.
#[utoipa::path(
    tag = "markets",
    params(Params),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page of markets; empty if nothing was found", body = Page<MarketView>),
        (status = 401, description = "The token is not good", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/markets")]
pub(in crate::routes) async fn list_markets(
    MaybeSignedIn(identity): MaybeSignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<MarketView>>, ApiError> {
    let Search { text, center, radius, after, limit } = params.parse()?;
    let mut conn = state.db.conn().await?;
    let center = match (center, radius) {
        (None, Some(_)) => Some(own_place(&mut conn, identity).await?),
        (center, _) => center,
    };
    // One more than asked for tells whether there is another page.
    let (text, rows) = (text.as_ref(), limit + 1);
    let page = if let Some(center) = center {
        let around = Around { center, radius: radius.unwrap_or_default() };
        let found = search::near(&mut conn, around, text, after, rows).await?;
        let page = Page::from_rows(found, limit, |near| near.market.id);
        page.map(|near| MarketView::from(near.market).at_distance(near.distance_m))
    } else {
        let found = search::by_name(&mut conn, text, after, rows).await?;
        Page::from_rows(found, limit, |market| market.id).map(MarketView::from)
    };
    Ok(web::Json(page))
}

impl Params {
    fn parse(&self) -> Result<Search, ApiError> {
        let mut fields = FieldErrors::default();
        let text = self.query.as_deref().map_or(Ok(None), SearchText::parse);
        let text = fields.keep("query", text);
        let center = params::place(&mut fields, self.lat.as_deref(), self.lon.as_deref());
        let radius = fields.keep("radius_km", params::radius(self.radius_km.as_deref()));
        let after = fields.keep("cursor", params::cursor(self.cursor.as_ref()));
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        let (Some(text), Some(radius), Some(after), Some(limit)) = (text, radius, after, limit)
        else {
            return Err(fields.into());
        };
        fields.finish()?;
        Ok(Search { text, center, radius, after, limit })
    }
}
