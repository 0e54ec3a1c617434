//! `GET /v1/notifications/unread-count`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};

use super::unread_view::UnreadView;
use crate::state::State;
use crate::store::inboxes;

/// Count what is unread
#[utoipa::path(
    tag = "notifications",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How much is unread", body = UnreadView),
        NotSignedIn,
        Unavailable,
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
