//! `POST /v1/admin/penalties/{id}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::idempotency::Nothing;
use chassis::http::{Admin, ApiError, Path, Reader, Write};
use contracts::{PenaltyId, Problem};

use super::view::{PenaltyView, ReadBy};
use crate::commands::revoke_penalty::revoke_penalty as revoke;
use crate::state::State;

/// Revoke a penalty
///
/// An administrator may at any time, after an appeal or without one: it counts no longer. Everyone
/// sees that at once.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(
        ("id" = PenaltyId, Path, description = "The penalty"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 200, description = "The penalty as it is now", body = PenaltyView),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Only administrators may, and not on their own penalties", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such penalty", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The penalty was revoked before, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/v1/admin/penalties/{id}/revoke")]
pub(in crate::routes) async fn revoke_penalty(
    Admin(identity): Admin,
    Path(id): Path<PenaltyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            revoke(conn, &state.profiles, id, identity.user_id, now).await?;
            PenaltyView::read(conn, id, ReadBy { identity, locale }).await
        })
        .await
}
