//! `POST /v1/sessions/refresh`

use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, Unavailable};
use chassis::http::{ApiError, Body, MaybeSignedIn};
use contracts::Problem;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::tokens_view::{TokensView, answer};
use crate::commands::refresh_session::{Refreshed, refresh_session};
use crate::domain::account_error::AccountError;
use crate::state::State;
use crate::tokens::RefreshToken;

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// The one that came with the last tokens.
    #[serde(default)]
    #[schema(required, value_type = String)]
    refresh_token: SecretString,
}

/// Get the next tokens
///
/// A refresh token is good once. One that is used a second time ends its session: either the
/// client or a thief has used it before.
#[utoipa::path(
    tag = "sessions",
    security((), ("bearer" = [])),
    request_body = Refresh,
    responses(
        (status = 200, description = "The next tokens", body = TokensView),
        NotJson,
        (status = 401, description = "The refresh token is not good: sign in again", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[post("/v1/sessions/refresh")]
pub(in crate::routes) async fn refresh(
    _: MaybeSignedIn,
    state: web::Data<State>,
    Body(body): Body<Refresh>,
) -> Result<HttpResponse, ApiError> {
    let shown = RefreshToken::parse(body.refresh_token.expose_secret())
        .ok_or(AccountError::InvalidRefreshToken)?
        .hash();
    let next = RefreshToken::generate().map_err(ApiError::internal)?;
    let (hash, now) = (next.hash(), state.clock.now());
    let expires_at = now + state.tokens.refresh_lifetime();
    let refreshed = state
        .db
        .transaction(async |conn| refresh_session(conn, &shown, &hash, expires_at, now).await)
        .await?;
    match refreshed {
        Refreshed::Prolonged { user, session } => {
            let tokens = TokensView::issue(&state, &user, session, &next, now)?;
            Ok(answer(HttpResponse::Ok(), &tokens))
        }
        Refreshed::Reused { session } => {
            tracing::warn!(session.id = %session, "a refresh token of session {session} was used twice");
            state.revocations.announce(&[session]).await;
            Err(AccountError::InvalidRefreshToken.into())
        }
    }
}
