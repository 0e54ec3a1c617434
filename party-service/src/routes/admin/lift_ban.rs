//! `POST /v1/admin/bans/{id}/lift`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{Admin, ApiError, Path, Write};
use contracts::{BanId, Problem};

use crate::commands::ban_user::lift_ban as lift;
use crate::routes::bans::view::AdminBanView;
use crate::state::State;

/// Lift a ban
///
/// A ban that is over stays as it is.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(
        ("id" = BanId, Path, description = "The ban"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 200, description = "The ban is over", body = AdminBanView),
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such ban", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/admin/bans/{id}/lift")]
pub(in crate::routes) async fn lift_ban(
    Admin(me): Admin,
    Path(id): Path<BanId>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            lift(conn, id, me.user_id, now).await.map(|ban| AdminBanView::new(ban, now))
        })
        .await
}
