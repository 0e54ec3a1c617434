//! `GET /.well-known/jwks.json`

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, get, web};

use crate::state::State;

/// How long a copy may be kept. A new key is published longer than this before it signs.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// Read the keys that access tokens are checked with
///
/// A JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).
#[utoipa::path(
    tag = "sessions",
    security(()),
    responses((status = 200, description = "The key set", body = Object))
)]
#[get("/.well-known/jwks.json")]
pub(super) async fn read_keys(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, KEPT)).json(state.tokens.keys().published())
}
