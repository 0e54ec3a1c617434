//! `GET /v1/parties/{id}`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, Reader, SignedIn};
use contracts::{PartyId, Problem};

use super::standing::PartyForMe;
use crate::state::State;

/// Read a party
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(("id" = PartyId, Path, description = "The party")),
    responses(
        (status = 200, description = "The party", body = PartyForMe),
        NotSignedIn,
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/parties/{id}")]
pub(in crate::routes) async fn read_party(
    SignedIn(me): SignedIn,
    Path(id): Path<PartyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<PartyForMe>, ApiError> {
    let mut conn = state.db.conn().await?;
    let reader = (me.user_id, locale);
    let party = PartyForMe::read(&mut conn, id, reader, state.clock.now()).await?;
    Ok(web::Json(party))
}
