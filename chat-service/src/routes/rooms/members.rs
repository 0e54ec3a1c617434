//! `GET /v1/chat-rooms/{id}/members`

use actix_web::{HttpResponse, get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, SignedIn};
use contracts::{Page, Problem, RoomId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::commands::Error;
use crate::domain::Role;
use crate::state::State;
use crate::store::{members, people};
use crate::wire::SenderView;

/// Somebody who is in a room.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoomMemberView<'a> {
    /// Who.
    #[serde(flatten)]
    person: SenderView<'a>,
    /// What they are here.
    role: Role,
}

/// List who is in a chat room
///
/// The leader comes first. There are at most a hundred, on one page.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = RoomId, Path, description = "The room")),
    responses(
        (status = 200, description = "All who are in the room", body = Page<RoomMemberView<'static>>),
        NotSignedIn,
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/chat-rooms/{id}/members")]
pub(in crate::routes) async fn list_room_members(
    SignedIn(me): SignedIn,
    Path(id): Path<RoomId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let mut conn = state.db.conn().await?;
    let (room, _) = members::find(&mut conn, id, me.user_id).await?.ok_or(Error::NoSuchRoom)?;
    let mut ids: Vec<_> = members::inside(&mut conn, id).await?.into_iter().collect();
    ids.sort_by_key(|user_id| *user_id != room.leader_id);
    let people = people::shown(&mut conn, &ids).await?;
    let view =
        |person| RoomMemberView { person: SenderView::new(person), role: room.role_of(person.id) };
    let items: Vec<_> = ids.iter().filter_map(|user_id| people.get(user_id)).map(view).collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
