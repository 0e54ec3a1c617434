//! `GET /.well-known/revoked-sessions.json`

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use chassis::http::ApiError;
use chassis::http::refusals::Unavailable;
use chassis::identity::RevokedDocument;

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
        Unavailable,
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
