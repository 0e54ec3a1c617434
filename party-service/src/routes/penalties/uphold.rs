//! `POST /v1/admin/penalties/{id}/uphold`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, Body, FieldErrors, Path, Reader, Write};
use contracts::{PenaltyId, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{PenaltyView, ReadBy};
use crate::commands::uphold_penalty::uphold_penalty as uphold;
use crate::domain::penalty::DecisionNote;
use crate::state::State;

/// What an administrator says who turns an appeal down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpholdPenalty {
    /// What there is to say about it, to whoever got the penalty.
    #[schema(max_length = 500, example = "약속 시간에 연락이 없었습니다")]
    note: Option<String>,
}

impl UpholdPenalty {
    fn parse(&self) -> Result<Option<DecisionNote>, ApiError> {
        let note = self.note.as_deref().map_or(Ok(None), DecisionNote::parse);
        note.map_err(|reason| FieldErrors::one("/note", reason))
    }
}

/// Turn an appeal down
///
/// An administrator finds the penalty right: it goes on to count, and whoever got it is told. The
/// body may be left out.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(
        ("id" = PenaltyId, Path, description = "The penalty"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = Option<UpholdPenalty>,
    responses(
        (status = 200, description = "The penalty as it is now", body = PenaltyView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only administrators may, and not on penalties that they got or gave", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such penalty", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No appeal waits for an answer, the penalty was revoked, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/admin/penalties/{id}/uphold")]
pub(in crate::routes) async fn uphold_penalty(
    Admin(identity): Admin,
    Path(id): Path<PenaltyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
    write: Write<Option<Body<UpholdPenalty>>>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let note = match &write.body {
        Some(Body(body)) => body.parse()?,
        None => None,
    };
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            uphold(conn, id, identity.user_id, note.as_ref(), now).await?;
            PenaltyView::read(conn, id, ReadBy { identity, locale }).await
        })
        .await
}
