//! `POST /v1/admin/users/{id}/bans`

use std::cell::RefCell;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, Body, FieldErrors, Path, Write};
use chrono::{DateTime, Utc};
use contracts::ban::BanScope;
use contracts::{Problem, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::commands::ban_user::{NewBan, ban_user as ban};
use crate::domain::ban::BanReason;
use crate::routes::bans::view::AdminBanView;
use crate::state::State;

/// What to keep somebody from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BanUser {
    /// From what: everything, opening parties, joining them, or writing messages.
    scope: BanScope,
    /// Why.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "허위 파티를 세 번 열었습니다")]
    reason: String,
    /// Until when; for ever if it does not say.
    ends_at: Option<DateTime<Utc>>,
}

/// Ban somebody
///
/// A ban from everything ends all sessions of the person at once.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(
        ("id" = UserId, Path, description = "The person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = BanUser,
    responses(
        (status = 201, description = "The person is banned", body = AdminBanView),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such person", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The person is banned from that already or is an administrator, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/admin/users/{id}/bans")]
pub(in crate::routes) async fn ban_user(
    Admin(me): Admin,
    Path(user_id): Path<UserId>,
    state: web::Data<State>,
    write: Write<Body<BanUser>>,
) -> Result<HttpResponse, ApiError> {
    let now = state.clock.now();
    let Body(BanUser { scope, reason, ends_at }) = &write.body;
    let reason = BanReason::parse(reason).map_err(|why| FieldErrors::one("/reason", why))?;
    let new = NewBan { user_id, scope: *scope, reason, ends_at: *ends_at };
    let ended = RefCell::new(Vec::new());
    let answer = write
        .run(&state.db, &state.clock, StatusCode::CREATED, async |conn| {
            let (given, sessions) = ban(conn, &new, me.user_id, now).await?;
            ended.replace(sessions);
            Ok::<_, crate::commands::Error>(AdminBanView::new(given, now))
        })
        .await?;
    state.revocations.announce(&ended.into_inner()).await;
    Ok(answer)
}
