//! `GET /v1/parties/{id}`

use actix_web::{get, web};
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
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
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
