//! `DELETE /v1/sessions`

use actix_web::{HttpResponse, delete, web};
use chassis::http::{ApiError, SignedIn};
use contracts::Problem;

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
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
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
