//! `GET /v1/exports/chat`

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;
use crate::store::export::{self, BanKept, MessageKept, RoomKept, RoomLeft};

/// All that this service holds about a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Export {
    /// What the person is called.
    #[schema(required)]
    nickname: Option<String>,
    /// The rooms the person is in.
    rooms: Vec<RoomKept>,
    /// The rooms the person has left.
    rooms_left: Vec<RoomLeft>,
    /// What the person said, also in rooms they have left.
    messages: Vec<MessageKept>,
    /// From when until when the person is, or was, not to write.
    bans: Vec<BanKept>,
}

/// Export what the chat holds about oneself
///
/// Part of the export of all services at `/v1/users/me/export`.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "All of it", body = Export),
        NotSignedIn,
        Unavailable,
    )
)]
#[get("/v1/exports/chat")]
pub(super) async fn export_chat(
    SignedIn(me): SignedIn,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let messages = export::messages(&state.db, me.user_id).await?;
    let mut conn = state.db.conn().await?;
    let export = Export {
        nickname: export::nickname(&mut conn, me.user_id).await?,
        rooms: export::rooms(&mut conn, me.user_id).await?,
        rooms_left: export::rooms_left(&mut conn, me.user_id).await?,
        messages,
        bans: export::bans(&mut conn, me.user_id).await?,
    };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(export))
}
