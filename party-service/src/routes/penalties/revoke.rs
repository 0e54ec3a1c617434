//! `POST /v1/admin/penalties/{id}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, Body, FieldErrors, Path, Reader, Write};
use contracts::{PenaltyId, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{PenaltyView, ReadBy};
use crate::commands::revoke_penalty::{Finding, revoke_penalty as revoke};
use crate::domain::penalty::DecisionNote;
use crate::state::State;

/// What an administrator finds who takes a penalty back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokePenalty {
    /// Whether the member was at the meeting, whatever the leader wrote. Not for leaders, whose
    /// attendance nobody writes down.
    #[serde(default)]
    came: bool,
    /// What there is to say about it, to whoever got the penalty.
    #[schema(max_length = 500, example = "통화 기록을 확인했습니다")]
    note: Option<String>,
}

impl RevokePenalty {
    fn parse(&self) -> Result<Finding, ApiError> {
        let note = self.note.as_deref().map_or(Ok(None), DecisionNote::parse);
        let note = note.map_err(|reason| FieldErrors::one("/note", reason))?;
        Ok(Finding { came: self.came, note })
    }
}

/// Revoke a penalty
///
/// An administrator may at any time, after an appeal or without one: it counts no longer. Everyone
/// sees that at once, and whoever got it is told. The body may be left out. That a member came may also be
/// said of a penalty that was revoked without it.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(
        ("id" = PenaltyId, Path, description = "The penalty"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = Option<RevokePenalty>,
    responses(
        (status = 200, description = "The penalty as it is now", body = PenaltyView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only administrators may, and not on their own penalties", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such penalty", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The penalty was revoked before and nothing is new, there is no attendance of leaders, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/admin/penalties/{id}/revoke")]
pub(in crate::routes) async fn revoke_penalty(
    Admin(identity): Admin,
    Path(id): Path<PenaltyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
    write: Write<Option<Body<RevokePenalty>>>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let finding = match &write.body {
        Some(Body(body)) => body.parse()?,
        None => Finding::default(),
    };
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            revoke(conn, &state.profiles, id, identity.user_id, &finding, now).await?;
            PenaltyView::read(conn, id, ReadBy { identity, locale }).await
        })
        .await
}
