//! `DELETE /v1/sessions/{id}`

use actix_web::{HttpResponse, delete, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, SignedIn};
use contracts::{Problem, SessionId};

use crate::commands::revoke_sessions::revoke_one;
use crate::state::State;

/// End one of one's sessions
#[utoipa::path(
    tag = "sessions",
    params(("id" = SessionId, Path, description = "The session")),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "The session is over"),
        NotSignedIn,
        (status = 404, description = "One has no such session", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[delete("/v1/sessions/{id}")]
pub(in crate::routes) async fn revoke_session(
    SignedIn(me): SignedIn,
    Path(id): Path<SessionId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let ended =
        state.db.transaction(async |conn| revoke_one(conn, me.user_id, id, now).await).await?;
    state.revocations.announce(&ended).await;
    Ok(HttpResponse::NoContent().finish())
}
