//! `GET /v1/notifications/unread-count`

use actix_web::{get, web};
use chassis::http::{ApiError, SignedIn};
use contracts::Problem;

use super::unread_view::UnreadView;
use crate::state::State;
use crate::store::inboxes;

/// Count what is unread
#[utoipa::path(
    tag = "notifications",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How much is unread", body = UnreadView),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not available for the moment", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/notifications/unread-count")]
pub(in crate::routes) async fn count_unread(
    SignedIn(identity): SignedIn,
    state: web::Data<State>,
) -> Result<web::Json<UnreadView>, ApiError> {
    let mut conn = state.db.conn().await?;
    let inbox = inboxes::find(&mut conn, identity.user_id).await?;
    Ok(web::Json(inbox.into()))
}
