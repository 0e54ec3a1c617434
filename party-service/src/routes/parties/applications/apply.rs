//! `POST /v1/parties/{id}/applications`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, FieldErrors, Path, Write};
use contracts::{PartyId, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::commands::apply_to_party::apply_to_party as apply;
use crate::domain::party::Message;
use crate::routes::parties::standing::MembershipView;
use crate::state::State;

/// What someone asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Apply {
    /// How many shares; at most as many as are free.
    #[schema(minimum = 1, maximum = 99, example = 1)]
    shares: u32,
    /// What the leader is to read.
    #[schema(max_length = 200, example = "근처에 살아요")]
    message: Option<String>,
}

/// Ask to join a party
///
/// The leader answers. Who was rejected, withdrew or left may ask again.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = Apply,
    responses(
        (status = 201, description = "The application waits for an answer", body = MembershipView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Banned from joining parties; `detail` says until when", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party or of the person does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/parties/{id}/applications")]
pub(in crate::routes) async fn apply_to_party(
    Path(id): Path<PartyId>,
    state: web::Data<State>,
    write: Write<Body<Apply>>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    let Body(body) = &write.body;
    let message = body.message.as_deref().map_or(Ok(None), Message::parse);
    let message = message.map_err(|reason| FieldErrors::one("/message", reason))?;
    write
        .run(&state.db, &state.clock, StatusCode::CREATED, async |conn| {
            let applied = apply(conn, id, me, body.shares, message.as_ref(), now).await;
            applied.map(MembershipView::from)
        })
        .await
}
