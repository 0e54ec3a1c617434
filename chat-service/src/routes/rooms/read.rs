//! `GET /v1/chat-rooms/{id}`

use actix_web::{HttpResponse, get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, SignedIn};
use contracts::{Problem, RoomId};

use super::view::RoomView;
use crate::commands::Error;
use crate::state::State;
use crate::store::rooms::mine;

/// Read a chat room
///
/// For the leader and the members of its party alone.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = RoomId, Path, description = "The room")),
    responses(
        (status = 200, description = "The room", body = RoomView<'static>),
        NotSignedIn,
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/chat-rooms/{id}")]
pub(in crate::routes) async fn read_room(
    SignedIn(me): SignedIn,
    Path(id): Path<RoomId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let mut conn = state.db.conn().await?;
    let mine = mine::find(&mut conn, me.user_id, id).await?.ok_or(Error::NoSuchRoom)?;
    Ok(HttpResponse::Ok().json(RoomView::new(&mine, me.user_id)))
}
