//! `POST /v1/reports`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::http::error::codes;
use chassis::http::identity::bearer_token;
use chassis::http::refusals::{NotJson, NotSignedIn};
use chassis::http::{ApiError, Body, FieldErrors, Write};
use contracts::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::ReportView;
use crate::chat::Chat;
use crate::commands::report::{NewReport, file_report as file};
use crate::domain::report::{Reason, Reference, ReportText, Said};
use crate::state::State;

/// What is not as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileReport {
    /// What it is about.
    reference: Reference,
    /// What is wrong with it.
    reason: Reason,
    /// In one's own words.
    #[schema(max_length = 1000, example = "만나서 돈만 받고 사라졌어요")]
    text: Option<String>,
}

/// Report a person, a party or a message
///
/// An administrator decides on it, who sees of a message what was said in it. As long as a report of the same thing is open, reporting it again
/// gives back that report. Nobody but administrators learns who reported.
///
/// That the leader of a party did not come (`leader_absent`) is for its members to report: from the
/// end of the meeting, or when the leader has completed it or called it off after it began, until 72
/// hours later, or 144 if the leader does neither. The leader may get a penalty for it.
#[utoipa::path(
    tag = "trust",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer")),
    request_body = FileReport,
    responses(
        (status = 201, description = "The report waits for a decision", body = ReportView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only members report an absent leader", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such person or party, or no such message that one can read", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Too many reports of one's own are open, the leader may still come or it is too late to say so, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away, or for a message the chat", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/v1/reports")]
pub(in crate::routes) async fn file_report(
    request: HttpRequest,
    state: web::Data<State>,
    write: Write<Body<FileReport>>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    let Body(FileReport { reference, reason, text }) = &write.body;
    let text = text.as_deref().map_or(Ok(None), ReportText::parse);
    let text = text.map_err(|reason| FieldErrors::one("/text", reason))?;
    let said = said(&request, &state.chat, *reference).await?;
    let new = NewReport { reference: *reference, reason: *reason, text, said };
    write
        .run(&state.db, &state.clock, StatusCode::CREATED, async |conn| {
            file(conn, &new, me, now).await.map(ReportView::from)
        })
        .await
}

/// What is reported, if it was said in a chat.
async fn said(
    request: &HttpRequest,
    chat: &Chat,
    reference: Reference,
) -> Result<Option<Said>, ApiError> {
    let Reference::Message { room_id, seq } = reference else { return Ok(None) };
    let token = bearer_token(request).ok_or_else(|| ApiError::new(&codes::UNAUTHENTICATED))?;
    Ok(chat.said(token, room_id, seq).await?)
}
