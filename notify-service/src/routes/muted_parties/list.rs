//! `GET /v1/notifications/muted-parties`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, SignedIn};
use contracts::{Page, PartyId, Problem};

use super::view::MutedPartyView;
use crate::routes::params::PageParams;
use crate::state::State;
use crate::store::muted_parties;

/// List muted parties
#[utoipa::path(
    tag = "notifications",
    params(PageParams),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of muted parties", body = Page<MutedPartyView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/notifications/muted-parties")]
pub(in crate::routes) async fn list_muted_parties(
    SignedIn(identity): SignedIn,
    Query(params): Query<PageParams>,
    state: web::Data<State>,
) -> Result<web::Json<Page<MutedPartyView>>, ApiError> {
    let (limit, after) = params.read::<PartyId>()?;
    let mut conn = state.db.conn().await?;
    let muted = muted_parties::list(&mut conn, identity.user_id, after, limit + 1).await?;
    let page = Page::from_rows(muted, limit, |(party_id, _)| *party_id);
    Ok(web::Json(page.map(|(party_id, muted_at)| MutedPartyView { party_id, muted_at })))
}
