//! `GET /v1/chat-rooms/{id}/messages`

use actix_web::{HttpResponse, get, web};
use chassis::db::{Conn, DbError};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Path, Query, SignedIn};
use chassis::text::Invalid;
use contracts::{Cursor, Page, Problem, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::commands::Error;
use crate::domain::Message;
use crate::routes::params;
use crate::state::State;
use crate::store::{members, messages};
use crate::wire::MessageView;

/// Which part of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Only messages before this place, the nearest to it. Without a place: the last ones.
    #[param(value_type = Option<u64>)]
    before: Option<String>,
    /// Only messages after this place, the nearest to it.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// How many messages at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before, instead of a place; it goes on in the same direction.
    cursor: Option<Cursor>,
}

/// Where a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Before(u64),
    After(u64),
}

/// Read the history of a chat room
///
/// Each page is in order. Without a place it is the last one, and its `next_cursor` leads further
/// back; with `after`, it leads forward.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(("id" = RoomId, Path, description = "The room"), Params),
    responses(
        (status = 200, description = "A page of messages", body = Page<MessageView<'static>>),
        NotSignedIn,
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/chat-rooms/{id}/messages")]
pub(in crate::routes) async fn list_messages(
    SignedIn(me): SignedIn,
    Path(id): Path<RoomId>,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let (place, limit) = params.parse()?;
    let mut conn = state.db.conn().await?;
    members::find(&mut conn, id, me.user_id).await?.ok_or(Error::NoSuchRoom)?;
    let (messages, next) = place.page(&mut conn, id, limit).await?;
    let next_cursor = next.and_then(|next| Cursor::encode(&next).ok());
    let items: Vec<_> = messages.iter().map(MessageView::new).collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}

impl Place {
    /// The messages there, in order, and the place of the next page in the same direction.
    async fn page(
        self,
        conn: &mut Conn,
        id: RoomId,
        limit: u32,
    ) -> Result<(Vec<Message>, Option<Self>), DbError> {
        let mut messages = match self {
            Self::Before(seq) => messages::page_before(conn, id, seq, limit + 1).await?,
            Self::After(seq) => messages::page_after(conn, id, seq, limit + 1).await?,
        };
        // The one too many only tells that more follow.
        let more = u32::try_from(messages.len()).is_ok_and(|found| found > limit);
        if !more {
            return Ok((messages, None));
        }
        let next = match self {
            Self::Before(_) => {
                messages.remove(0);
                messages.first().map(|message| Self::Before(message.seq))
            }
            Self::After(_) => {
                messages.pop();
                messages.last().map(|message| Self::After(message.seq))
            }
        };
        Ok((messages, next))
    }
}

impl Params {
    fn parse(&self) -> Result<(Place, u32), ApiError> {
        const LAST: Place = Place::Before(i64::MAX.unsigned_abs());
        const ONE_PLACE: Invalid = Invalid::new(
            "invalid_value",
            "before, after, cursor 중 하나만 쓸 수 있습니다",
            "only one of before, after and cursor can be given",
        );
        let mut fields = FieldErrors::default();
        let before = fields.keep("before", params::seq(self.before.as_deref())).flatten();
        let after = fields.keep("after", params::seq(self.after.as_deref())).flatten();
        let cursor = fields.keep("cursor", params::cursor(self.cursor.as_ref())).flatten();
        let limit = fields.keep("limit", params::limit(self.limit.as_deref()));
        let place = match (before, after, cursor) {
            (None, None, None) => LAST,
            (Some(seq), None, None) => Place::Before(seq),
            (None, Some(seq), None) => Place::After(seq),
            (None, None, Some(place)) => place,
            _ => {
                fields.add("query", ONE_PLACE);
                LAST
            }
        };
        fields.finish()?;
        limit.map(|limit| (place, limit)).ok_or_else(|| ApiError::internal("no limit"))
    }
}
