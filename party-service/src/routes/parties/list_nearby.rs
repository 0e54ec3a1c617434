//! `GET /v1/parties`

use std::collections::HashMap;

use actix_web::{get, web};
use chassis::db::{Conn, DbError};
use chassis::http::{ApiError, Query, Reader, SignedIn};
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::{Page, Problem, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::nearby_params::{Params, Position, Wish};
use super::view::PartyView;
use crate::domain::party::State as PartyState;
use crate::routes::distance::kilometres;
use crate::routes::own_place::own_place;
use crate::state::State;
use crate::store::blocks;
use crate::store::parties::nearby::{self, Found};
use crate::store::parties::{self, Shown};

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
/// Only parties that still take members, with the distance to their markets. A page can have fewer
/// parties than asked for although there are more: `next_cursor` tells.
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
    Reader(locale): Reader,
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
    let items = show(&mut conn, &page.items, (me.user_id, locale), now).await?;
    Ok(web::Json(Page { items, next_cursor: page.next_cursor }))
}

/// The parties that were found, but for those that closed while they were looked up, and those of
/// leaders who have blocked the reader or whom the reader has blocked.
async fn show(
    conn: &mut Conn,
    found: &[Found],
    (reader, locale): (UserId, Locale),
    now: DateTime<Utc>,
) -> Result<Vec<NearbyParty>, DbError> {
    let ids: Vec<_> = found.iter().map(|found| found.id).collect();
    let distances: HashMap<_, _> = found.iter().map(|found| (found.id, found.distance_m)).collect();
    let mut parties = parties::load(conn, &ids).await?;
    let leaders: Vec<_> = parties.iter().map(|party| party.facts.leader_id).collect();
    let hidden = blocks::among(conn, reader, &leaders).await?;
    parties.retain(|Shown { facts, .. }| {
        facts.state_at(now) == PartyState::Open && !hidden.contains(&facts.leader_id)
    });
    let near = parties.into_iter().filter_map(|party| {
        let distance_km = kilometres(*distances.get(&party.facts.id)?);
        Some(NearbyParty { party: PartyView::new(party, locale, now), distance_km })
    });
    Ok(near.collect())
}
