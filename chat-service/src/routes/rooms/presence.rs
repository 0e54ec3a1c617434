//! `GET /v1/chat-rooms/{id}/presence`

use actix_web::{HttpResponse, get, web};
use chassis::http::refusals::NotSignedIn;
use chassis::http::{ApiError, Path, SignedIn};
use contracts::{Page, Problem, RoomId};

use crate::commands::Error;
use crate::state::State;
use crate::store::{members, people};
use crate::wire::SenderView;

/// List who is connected to a chat room
///
/// Those of its people who read along at this moment. Whoever lost the connection without a word is
/// listed for another minute at most.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = RoomId, Path, description = "The room")),
    responses(
        (status = 200, description = "All who are connected", body = Page<SenderView<'static>>),
        NotSignedIn,
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database or the cache is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/chat-rooms/{id}/presence")]
pub(in crate::routes) async fn list_present(
    SignedIn(me): SignedIn,
    Path(id): Path<RoomId>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let mut conn = state.db.conn().await?;
    members::find(&mut conn, id, me.user_id).await?.ok_or(Error::NoSuchRoom)?;
    let present = state.presence.of(id).await.map_err(ApiError::unavailable)?;
    let mut ids: Vec<_> = members::inside(&mut conn, id).await?.into_iter().collect();
    ids.retain(|user_id| present.contains(user_id));
    let people = people::shown(&mut conn, &ids).await?;
    let people = ids.iter().filter_map(|user_id| people.get(user_id));
    let items: Vec<_> = people.map(SenderView::new).collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
