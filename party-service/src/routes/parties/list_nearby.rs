//! `GET /v1/parties`

use std::collections::HashMap;

use actix_web::{get, web};
use chassis::db::{Conn, DbError};
use chassis::http::{ApiError, Query, SignedIn};
use chrono::{DateTime, Utc};
use contracts::{Page, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::nearby_params::{Params, Position, Wish};
use super::view::PartyView;
use crate::domain::party::State as PartyState;
use crate::routes::distance::kilometres;
use crate::routes::own_place::own_place;
use crate::state::State;
use crate::store::parties;
use crate::store::parties::nearby::{self, Found};

/// An open party, and how far away it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NearbyParty {
    #[serde(flatten)]
    party: PartyView,
    /// How far away its market is in kilometres, to 0.01.
    #[schema(example = 0.42)]
    distance_km: f64,
}

/// Find open parties nearby
///
/// Only parties that still take members, with the distance to their markets.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of open parties; empty if there are none", body = Page<NearbyParty>),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted, or the place is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/parties")]
pub(in crate::routes) async fn list_nearby_parties(
    SignedIn(me): SignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<NearbyParty>>, ApiError> {
    let Wish { center, search, order, after, limit } = params.parse()?;
    let now = state.clock.now();
    let mut conn = state.db.conn().await?;
    let center = match center {
        Some(center) => center,
        None => own_place(&mut conn, Some(me)).await?,
    };
    let query = nearby::Query { center, search: &search, order, now };
    let found = nearby::find(&mut conn, &state.market_map, query, after, limit + 1).await?;
    let page = Page::from_rows(found, limit, |found| Position::of(found, order));
    let items = show(&mut conn, &page.items, now).await?;
    Ok(web::Json(Page { items, next_cursor: page.next_cursor }))
}

/// The parties that were found, but for those that closed while they were looked up.
async fn show(
    conn: &mut Conn,
    found: &[Found],
    now: DateTime<Utc>,
) -> Result<Vec<NearbyParty>, DbError> {
    let ids: Vec<_> = found.iter().map(|found| found.id).collect();
    let distances: HashMap<_, _> = found.iter().map(|found| (found.id, found.distance_m)).collect();
    let parties = parties::load(conn, &ids).await?.into_iter();
    let still_open = parties.filter(|party| party.facts.state_at(now) == PartyState::Open);
    let near = still_open.filter_map(|party| {
        let distance_km = kilometres(*distances.get(&party.facts.id)?);
        Some(NearbyParty { party: PartyView::new(party, now), distance_km })
    });
    Ok(near.collect())
}
