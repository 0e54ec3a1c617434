//! `POST /v1/parties/{id}/applications/{user_id}/reject`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::idempotency::Nothing;
use chassis::http::refusals::{NotSignedIn, TooLarge, Unavailable};
use chassis::http::{ApiError, Path, Write};
use contracts::{PartyId, Problem, UserId};

use crate::commands::change_standing::change_standing;
use crate::routes::parties::standing::MembershipView;
use crate::state::State;

/// Reject an applicant
///
/// The leader says no. The person may ask again.
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
#[post("/v1/parties/{id}/applications/{user_id}/reject")]
pub(in crate::routes) async fn reject_application(
    Path((id, user_id)): Path<(PartyId, UserId)>,
    state: web::Data<State>,
    write: Write<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            let changed = change_standing(conn, id, (me, user_id), now, |party| {
                party.reject(me, user_id, now)
            })
            .await;
            changed.map(MembershipView::from)
        })
        .await
}
