//! `POST /v1/parties/{id}/applications/{user_id}/accept`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem, UserId};

use crate::commands::accept_applicant::accept_applicant;
use crate::routes::parties::standing::MembershipView;
use crate::state::State;

/// Accept an applicant
///
/// The leader says yes. The last free share locks the party.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("user_id" = UserId, Path, description = "The person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    responses(
        (status = 200, description = "How that person stands now", body = MembershipView),
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party, or no such application", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party or of the person does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        TooLarge,
        (status = 422, description = "The Idempotency-Key cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/parties/{id}/applications/{user_id}/accept")]
pub(in crate::routes) async fn accept_application(
    Path((id, user_id)): Path<(PartyId, UserId)>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            accept_applicant(conn, id, me, user_id, now).await.map(MembershipView::from)
        })
        .await
}
