//! `POST /v1/penalties/{id}/appeal`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, FieldErrors, Path, Reader, Write};
use contracts::{PenaltyId, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{PenaltyView, ReadBy};
use crate::commands::appeal_penalty::appeal_penalty as appeal;
use crate::domain::penalty::AppealText;
use crate::state::State;

/// Why a penalty is not right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Appeal {
    /// What there is to say against it. Administrators read it; the leader does not.
    #[schema(min_length = 1, max_length = 1_000, example = "병원에 있었고 전날 말씀드렸어요")]
    text: String,
}

/// Appeal against a penalty
///
/// Whoever got it may, once, as long as it counts. An administrator decides; until then it counts.
/// The person is told of the decision.
#[utoipa::path(
    tag = "penalties",
    security(("bearer" = [])),
    params(
        ("id" = PenaltyId, Path, description = "The penalty"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = Appeal,
    responses(
        (status = 200, description = "The penalty as it is now", body = PenaltyView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only whoever got it may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such penalty", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There was an appeal before, the penalty does not count any more, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/penalties/{id}/appeal")]
pub(in crate::routes) async fn appeal_penalty(
    Path(id): Path<PenaltyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
    write: Write<Body<Appeal>>,
) -> Result<HttpResponse, ApiError> {
    let (now, identity) = (state.clock.now(), write.identity);
    let Body(body) = &write.body;
    let text = AppealText::parse(&body.text).map_err(|why| FieldErrors::one("/text", why))?;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            appeal(conn, id, identity.user_id, &text, now).await?;
            PenaltyView::read(conn, id, ReadBy { identity, locale }).await
        })
        .await
}
