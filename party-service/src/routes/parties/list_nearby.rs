//! `GET /v1/parties`

use std::collections::HashMap;

use actix_web::{get, web};
use chassis::db::{Conn, DbError};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, Reader, SignedIn};
use contracts::{Page, Problem, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::nearby_params::{Params, Position, Wish};
use super::view::PartyView;
use crate::domain::party::State as PartyState;
use crate::market_map::MarketMap;
use crate::routes::distance::kilometres;
use crate::routes::own_place::own_place;
use crate::state::State;
use crate::store::blocks;
use crate::store::parties::nearby::{self, After, Found};
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
/// Only parties that still take members, with the distance to their markets.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of open parties; empty if there are none", body = Page<NearbyParty>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted, or the place is missing", body = Problem, content_type = "application/problem+json"),
        Unavailable,
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
    let pages = Pages { map: &state.market_map, query, reader: me.user_id };
    let found = pages.read(&mut conn, after, limit + 1).await?;
    let page = Page::from_rows(found, limit, |(found, _)| Position::of(found, order));
    Ok(web::Json(page.map(|(found, party)| NearbyParty {
        party: PartyView::new(party, locale, now),
        distance_km: kilometres(found.distance_m),
    })))
}

/// What there is for one reader.
struct Pages<'a> {
    map: &'a MarketMap,
    query: nearby::Query<'a>,
    reader: UserId,
}

impl Pages<'_> {
    /// Up to `limit` parties, beginning after one. Those that are not for the reader's eyes leave no
    /// gap, and their ids are in no cursor.
    async fn read(
        &self,
        conn: &mut Conn,
        mut after: Option<After>,
        limit: u32,
    ) -> Result<Vec<(Found, Shown)>, DbError> {
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut shown = Vec::with_capacity(wanted);
        loop {
            let found = nearby::find(conn, self.map, self.query, after, limit).await?;
            let is_last = found.len() < wanted;
            after = found.last().map(After::from);
            shown.extend(self.show(conn, found).await?);
            if is_last || shown.len() >= wanted {
                shown.truncate(wanted);
                return Ok(shown);
            }
        }
    }

    /// Those that were found, but for those that closed while they were looked up, and those of
    /// leaders who have blocked the reader or whom the reader has blocked.
    async fn show(
        &self,
        conn: &mut Conn,
        found: Vec<Found>,
    ) -> Result<Vec<(Found, Shown)>, DbError> {
        let ids: Vec<_> = found.iter().map(|found| found.id).collect();
        let parties = parties::load(conn, &ids).await?;
        let leaders: Vec<_> = parties.iter().map(|party| party.facts.leader_id).collect();
        let hidden = blocks::among(conn, self.reader, &leaders).await?;
        let mut parties: HashMap<_, _> = parties
            .into_iter()
            .filter(|Shown { facts, .. }| {
                let is_open = facts.state_at(self.query.now) == PartyState::Open;
                is_open && !hidden.contains(&facts.leader_id)
            })
            .map(|party| (party.facts.id, party))
            .collect();
        let shown = found.into_iter().filter_map(|found| {
            let party = parties.remove(&found.id)?;
            Some((found, party))
        });
        Ok(shown.collect())
    }
}
