//! `DELETE /v1/sessions`

use actix_web::{HttpResponse, delete, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};

use crate::commands::revoke_sessions::revoke_all;
use crate::state::State;

/// Sign out everywhere
///
/// All sessions of the account end, this one included.
#[utoipa::path(
    tag = "sessions",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "Signed out everywhere"),
        NotSignedIn,
        Unavailable,
    )
)]
#[delete("/v1/sessions")]
pub(in crate::routes) async fn sign_out_everywhere(
    SignedIn(me): SignedIn,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let ended =
        state.db.transaction(async |conn| revoke_all(conn, me.user_id, None, now).await).await?;
    state.revocations.announce(&ended).await;
    Ok(HttpResponse::NoContent().finish())
}
