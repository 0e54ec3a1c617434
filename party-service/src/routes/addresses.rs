//! `GET /v1/addresses`

use actix_web::{get, web};
use chassis::http::{ApiError, FieldErrors, Query, SignedIn};
use contracts::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::params;
use crate::addresses::{MAX_PLACES, Place};
use crate::domain::address::AddressQuery;
use crate::state::State;

/// How many addresses are given when the client does not say.
const DEFAULT_PLACES: u32 = 10;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// An address, or part of one.
    #[param(value_type = String, example = "서울 마포구 포은로8길 14", min_length = 2, max_length = 100)]
    query: Option<String>,
    /// How many addresses at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 30, default = 10)]
    limit: Option<String>,
}

/// The addresses that were found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressesView {
    /// The likeliest first; empty if there is none.
    items: Vec<AddressView>,
}

/// An address and where it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressView {
    /// 도로명주소; the lot number or the neighbourhood where there is no road address.
    #[schema(example = "서울 마포구 포은로8길 14")]
    road_address: String,
    /// Degrees north (WGS84).
    #[schema(example = 37.556)]
    latitude: f64,
    /// Degrees east (WGS84).
    #[schema(example = 126.906)]
    longitude: f64,
}

/// Find an address
///
/// A person may search some thirty times a minute.
#[utoipa::path(
    tag = "addresses",
    params(Params),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The addresses, none if nothing was found", body = AddressesView),
        (status = 401, description = "The token is missing or not good", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many searches; `Retry-After` says when to go on", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Whoever knows addresses is away; `Retry-After` says when to ask again", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/addresses")]
pub(super) async fn search_addresses(
    SignedIn(identity): SignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<AddressesView>, ApiError> {
    let (query, limit) = params.parse()?;
    state.address_searches.admit(identity.user_id).await?;
    let places = state.addresses.search(&query, limit).await?;
    let items = places.into_iter().map(AddressView::from).collect();
    Ok(web::Json(AddressesView { items }))
}

impl Params {
    fn parse(&self) -> Result<(AddressQuery, u32), ApiError> {
        let mut fields = FieldErrors::default();
        let query = AddressQuery::parse(self.query.as_deref().unwrap_or_default());
        let query = fields.keep("query", query);
        let limit = params::limit(self.limit.as_deref(), DEFAULT_PLACES, MAX_PLACES);
        let limit = fields.keep("limit", limit);
        let (Some(query), Some(limit)) = (query, limit) else { return Err(fields.into()) };
        Ok((query, limit))
    }
}

impl From<Place> for AddressView {
    fn from(place: Place) -> Self {
        Self {
            road_address: place.road_address,
            latitude: place.coordinates.latitude(),
            longitude: place.coordinates.longitude(),
        }
    }
}
