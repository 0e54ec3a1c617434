//! `POST /v1/chat-rooms/{id}/messages`

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, FieldErrors, Path, SignedIn};
use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::{Problem, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{ClientMessageId, Content, MessageKey};
use crate::state::State;
use crate::writer::{Draft, SendError};

/// How long a request waits for its message to be stored.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest idempotency key, in bytes.
const MAX_KEY_BYTES: usize = 128;

/// Something to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// What: 1 to 2,000 characters.
    #[schema(example = "3시에 정문에서 만나요", min_length = 1)]
    content: String,
    /// What the sender calls it: 1 to 64 visible ASCII characters. Sent again under the same name it
    /// is stored once.
    #[schema(example = "019b0000-0000-7000-8000-000000000001", min_length = 1, max_length = 64)]
    client_message_id: Option<String>,
}

/// Where a message is stored.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SentView {
    /// In which room.
    room_id: RoomId,
    /// Its place there.
    #[schema(example = 42)]
    seq: u64,
    /// What its sender calls it.
    #[schema(required)]
    client_message_id: Option<String>,
    /// When it was stored.
    sent_at: DateTime<Utc>,
}

/// Say something
///
/// The answer means that the message is stored, and everybody in the room gets it. Sent again with
/// the same `client_message_id`, or else the same `Idempotency-Key`, it is stored once.
#[utoipa::path(
    tag = "chat",
    security(("bearer" = [])),
    params(
        ("id" = RoomId, Path, description = "The room"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the message if `client_message_id` does not"),
    ),
    request_body = NewMessage,
    responses(
        (status = 201, description = "It is stored", body = SentView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "This account may not write", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such room", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The room is read-only", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The message cannot be accepted, or its name stands for another one", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many at once", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/chat-rooms/{id}/messages")]
pub(in crate::routes) async fn send_message(
    SignedIn(me): SignedIn,
    Path(room): Path<RoomId>,
    request: HttpRequest,
    state: web::Data<State>,
    Body(message): Body<NewMessage>,
) -> Result<HttpResponse, ApiError> {
    let (content, client_message_id, name) = message.parse(&request)?;
    let key =
        name.map_or_else(MessageKey::unnamed, |name| MessageKey::named(room, me.user_id, &name));
    let draft = Draft { room, sender: me.user_id, client_message_id, content };
    let stored = async { state.writer.post_as(draft, key).await?.await };
    let receipt =
        tokio::time::timeout(PATIENCE, stored).await.unwrap_or(Err(SendError::Unavailable))?;
    let mut response = HttpResponse::Created();
    if receipt.repeated {
        response.insert_header(("Idempotency-Replayed", "true"));
    }
    Ok(response.json(SentView {
        room_id: room,
        seq: receipt.seq,
        client_message_id: message.client_message_id,
        sent_at: receipt.sent_at,
    }))
}

impl NewMessage {
    /// What is said, what it is called, and what tells it from others.
    fn parse(
        &self,
        request: &HttpRequest,
    ) -> Result<(Content, Option<ClientMessageId>, Option<ClientMessageId>), ApiError> {
        let mut fields = FieldErrors::default();
        let content = fields.keep("/content", Content::parse(&self.content));
        let id = self.client_message_id.as_deref().map(ClientMessageId::parse).transpose();
        let id = fields.keep("/client_message_id", id).flatten();
        let key = fields.keep("Idempotency-Key", idempotency_key(request)).flatten();
        fields.finish()?;
        let content = content.ok_or_else(|| ApiError::internal("no content"))?;
        let name = id.clone().or(key);
        Ok((content, id, name))
    }
}

/// The name that an `Idempotency-Key` gives a message, such as no client gives one.
fn idempotency_key(request: &HttpRequest) -> Result<Option<ClientMessageId>, Invalid> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        return Err(Invalid::new(
            "invalid_value",
            "1~128자의 ASCII 문자열이어야 합니다",
            "must be 1 to 128 ASCII characters",
        ));
    }
    Ok(Some(ClientMessageId::from_stored(format!("Idempotency-Key: {key}"))))
}
