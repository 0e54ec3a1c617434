//! `GET /v1/penalties/{id}`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, Reader, SignedIn};
use contracts::{PenaltyId, Problem};

use super::view::{PenaltyView, ReadBy};
use crate::state::State;

/// Read a penalty
///
/// For whoever got it or gave it, and for administrators.
#[utoipa::path(
    tag = "penalties",
    security(("bearer" = [])),
    params(("id" = PenaltyId, Path, description = "The penalty")),
    responses(
        (status = 200, description = "The penalty", body = PenaltyView),
        NotSignedIn,
        (status = 404, description = "There is no such penalty, or it is nobody's business who asks", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/penalties/{id}")]
pub(in crate::routes) async fn read_penalty(
    SignedIn(identity): SignedIn,
    Path(id): Path<PenaltyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<PenaltyView>, ApiError> {
    let mut conn = state.db.conn().await?;
    Ok(web::Json(PenaltyView::read(&mut conn, id, ReadBy { identity, locale }).await?))
}
