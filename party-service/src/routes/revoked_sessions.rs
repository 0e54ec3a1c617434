//! `GET /.well-known/revoked-sessions.json`

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use chassis::http::ApiError;
use chassis::identity::RevokedDocument;
use contracts::Problem;

use crate::state::State;

/// Read which sessions are over
///
/// Those that ended while a token of theirs may still be good. Services ask every few seconds, so that
/// such a token is refused whatever becomes of Redis. The name of a session opens nothing.
#[utoipa::path(
    tag = "sessions",
    security(()),
    responses(
        (status = 200, description = "These sessions", body = RevokedDocument),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/.well-known/revoked-sessions.json")]
pub(super) async fn read_revoked_sessions(
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let sessions = state.revocations.current(&state.db).await?;
    let document = RevokedDocument { sessions };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(document))
}
