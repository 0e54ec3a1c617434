//! `POST /v1/parties/{id}/members/{user_id}/penalty`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, FieldErrors, Path, Reader, Write};
use contracts::penalty::PenaltyReason;
use contracts::{PartyId, Problem, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{PenaltyView, ReadBy};
use crate::commands::give_penalty::give_penalty as give;
use crate::domain::penalty::{Comment, Reproach};
use crate::state::State;

/// Why somebody gets a penalty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivePenalty {
    /// The reason.
    reason: PenaltyReason,
    /// What there is to say about it; needed for the reason `other`.
    #[schema(max_length = 300, example = "연락도 없이 오지 않았어요")]
    comment: Option<String>,
}

impl GivePenalty {
    fn parse(&self) -> Result<Reproach, ApiError> {
        let comment = self.comment.as_deref().map_or(Ok(None), Comment::parse);
        let reproach = comment.and_then(|comment| Reproach::new(self.reason, comment));
        reproach.map_err(|reason| FieldErrors::one("/comment", reason))
    }
}

/// Give a penalty to a member who did not come
///
/// The leader may, once for each member marked absent, within 72 hours of the completion of the
/// party. The member is told and may appeal.
#[utoipa::path(
    tag = "penalties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("user_id" = UserId, Path, description = "The member"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = GivePenalty,
    responses(
        (status = 201, description = "The penalty", body = PenaltyView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only the leader may, and not while banned from leading", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party, or no such member", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The party is not done, the member came or has a penalty already, it is too late, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/parties/{id}/members/{user_id}/penalty")]
pub(in crate::routes) async fn give_penalty(
    Path((party, member)): Path<(PartyId, UserId)>,
    Reader(locale): Reader,
    state: web::Data<State>,
    write: Write<Body<GivePenalty>>,
) -> Result<HttpResponse, ApiError> {
    let (now, identity) = (state.clock.now(), write.identity);
    let Body(body) = &write.body;
    let (reproach, leader) = (body.parse()?, identity.user_id);
    write
        .run(&state.db, &state.clock, StatusCode::CREATED, async |conn| {
            let given = give(conn, &state.profiles, party, member, leader, &reproach, now).await?;
            PenaltyView::read(conn, given, ReadBy { identity, locale }).await
        })
        .await
}
