//! `GET /v1/chat-rooms`

use actix_web::{HttpResponse, get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Query, SignedIn};
use contracts::{Cursor, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::RoomView;
use crate::routes::params;
use crate::state::State;
use crate::store::rooms::mine::{self, Place};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// How many rooms at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// List one's chat rooms
///
/// The rooms of the parties one leads or is a member of, those with the latest message first.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of rooms", body = Page<RoomView<'static>>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/chat-rooms")]
pub(in crate::routes) async fn list_rooms(
    SignedIn(me): SignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let (after, limit) = params.parse()?;
    let mut conn = state.db.conn().await?;
    let rooms = mine::list(&mut conn, me.user_id, after, limit + 1).await?;
    let page = Page::from_rows(rooms, limit, |mine| (mine.room.active_at, mine.room.id));
    let views = page.items.iter().map(|mine| RoomView::new(mine, me.user_id)).collect();
    Ok(HttpResponse::Ok().json(Page { items: views, next_cursor: page.next_cursor }))
}

impl Params {
    fn parse(&self) -> Result<(Option<Place>, u32), ApiError> {
        let mut fields = FieldErrors::default();
        let after = fields.keep("cursor", params::cursor(self.cursor.as_ref()));
        let limit = fields.keep("limit", params::limit(self.limit.as_deref()));
        let (Some(after), Some(limit)) = (after, limit) else { return Err(fields.into()) };
        Ok((after, limit))
    }
}
