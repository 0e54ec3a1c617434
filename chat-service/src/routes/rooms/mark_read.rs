//! `PUT /v1/chat-rooms/{id}/read-marker`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, put, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, FieldErrors, Path, Write};
use chassis::text::Invalid;
use contracts::{Problem, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::commands::Error;
use crate::state::State;
use crate::store::members;
use crate::store::rooms::mine;

/// How far one has read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadMarker {
    /// The place of the last message that was read.
    #[schema(example = 42)]
    seq: u64,
}

/// Where the marker is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadMarkerView {
    /// How far one has read.
    #[schema(example = 42)]
    read_seq: u64,
    /// How many messages others have said since.
    #[schema(example = 0)]
    unread: u64,
}

/// Say how far one has read
///
/// The marker only moves forward: a smaller number than before changes nothing.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(
        ("id" = RoomId, Path, description = "The room"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = ReadMarker,
    responses(
        (status = 200, description = "Where the marker is", body = ReadMarkerView),
        NotJson,
        NotSignedIn,
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "There is no message at that place, or the Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[put("/v1/chat-rooms/{id}/read-marker")]
pub(in crate::routes) async fn mark_read(
    Path(id): Path<RoomId>,
    state: web::Data<State>,
    write: Write<Body<ReadMarker>>,
) -> Result<HttpResponse, ApiError> {
    let (me, Body(ReadMarker { seq })) = (write.identity.user_id, &write.body);
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| -> Result<_, ApiError> {
            let (room, _) = members::find(conn, id, me).await?.ok_or(Error::NoSuchRoom)?;
            if *seq > room.last_seq {
                return Err(FieldErrors::one("/seq", BEYOND));
            }
            members::mark_read(conn, id, me, *seq).await?;
            let mine = mine::find(conn, me, id).await?.ok_or(Error::NoSuchRoom)?;
            Ok(ReadMarkerView { read_seq: mine.read_seq, unread: mine.unread })
        })
        .await
}

const BEYOND: Invalid = Invalid::new(
    "out_of_range",
    "아직 그만큼 메시지가 오지 않았습니다",
    "there is no message at that place yet",
);
