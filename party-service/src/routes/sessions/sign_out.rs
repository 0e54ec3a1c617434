//! `DELETE /v1/sessions/current`

use actix_web::{HttpResponse, delete, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};
use contracts::Problem;

use crate::commands::revoke_sessions::revoke_one;
use crate::state::State;

/// Sign out
///
/// The tokens of this session are refused from now on, everywhere.
#[utoipa::path(
    tag = "sessions",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "Signed out"),
        NotSignedIn,
        (status = 404, description = "The session is over already", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/sessions/current")]
pub(in crate::routes) async fn sign_out(
    SignedIn(me): SignedIn,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let ended = state
        .db
        .transaction(async |conn| revoke_one(conn, me.user_id, me.session_id, now).await)
        .await?;
    state.revocations.announce(&ended).await;
    Ok(HttpResponse::NoContent().finish())
}
