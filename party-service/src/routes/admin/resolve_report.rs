//! `POST /v1/admin/reports/{id}/resolve`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, Body, FieldErrors, Path, Write};
use contracts::{Problem, ReportId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::commands::report::resolve_report as resolve;
use crate::domain::report::{Note, Resolution};
use crate::routes::reports::view::AdminReportView;
use crate::state::State;

/// What came of a report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResolveReport {
    /// What was done.
    resolution: Resolution,
    /// For other administrators.
    #[schema(max_length = 500, example = "광고 계정으로 보입니다")]
    note: Option<String>,
}

/// Decide on a report
///
/// Once, and what is decided is done: `removed` cancels a party, or takes the words of a message off
/// every screen; `penalized` gives a penalty to a leader who did not come. `banned` says that the
/// person is: the ban is given before, by a request of its own.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(
        ("id" = ReportId, Path, description = "The report"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = ResolveReport,
    responses(
        (status = 200, description = "The report is resolved", body = AdminReportView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only administrators may, and not on what they reported or what is about them", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such report", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was resolved before, there is nothing that could be removed, the person is not banned, it is not about the absence of a leader, the penalty was revoked, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/admin/reports/{id}/resolve")]
pub(in crate::routes) async fn resolve_report(
    Admin(me): Admin,
    Path(id): Path<ReportId>,
    state: web::Data<State>,
    write: Write<Body<ResolveReport>>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let Body(body) = &write.body;
    let note = body.note.as_deref().map_or(Ok(None), Note::parse);
    let note = note.map_err(|reason| FieldErrors::one("/note", reason))?;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            let (profiles, note) = (&state.profiles, note.as_ref());
            let resolved =
                resolve(conn, profiles, id, body.resolution, note, me.user_id, now).await;
            resolved.map(AdminReportView::from)
        })
        .await
}
