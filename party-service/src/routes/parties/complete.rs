//! `POST /v1/parties/{id}/complete`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, Path, Write};
use contracts::{PartyId, Problem, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::standing::PartyForMe;
use crate::commands::complete_party::complete_party as complete;
use crate::state::State;

/// Who came to the meeting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompleteParty {
    /// Each accepted member exactly once; the leader not among them.
    #[schema(max_items = 99)]
    attendance: Vec<Attendance>,
}

/// Whether a member came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Attendance {
    /// Which member.
    user_id: UserId,
    /// Whether they came.
    attended: bool,
}

/// Complete a party
///
/// Its leader says who came, once the meeting has begun.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = CompleteParty,
    responses(
        (status = 200, description = "The party as it is now", body = PartyForMe),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/parties/{id}/complete")]
pub(in crate::routes) async fn complete_party(
    Path(id): Path<PartyId>,
    state: web::Data<State>,
    write: Write<Body<CompleteParty>>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    let Body(body) = &write.body;
    let attendance: Vec<_> =
        body.attendance.iter().map(|member| (member.user_id, member.attended)).collect();
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            complete(conn, &state.profiles, id, me, &attendance, now).await?;
            PartyForMe::read_as_leader(conn, id, me, now).await
        })
        .await
}
