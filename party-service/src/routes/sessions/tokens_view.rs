//! Tokens as a client gets them.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use chassis::http::ApiError;
use chrono::{DateTime, Utc};
use contracts::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::user::User;
use crate::state::State;
use crate::tokens::RefreshToken;

/// What a signed-in client keeps.
#[derive(Serialize, ToSchema)]
pub(super) struct TokensView {
    /// What to show with every request.
    access_token: String,
    /// How to show it, always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long the access token is good, in seconds.
    #[schema(example = 600)]
    expires_in: i64,
    /// What to get the next tokens with, once.
    refresh_token: String,
    /// How long the refresh token is good, in seconds.
    #[schema(example = 2_592_000)]
    refresh_expires_in: i64,
    /// The session that the tokens belong to.
    session_id: SessionId,
}

impl TokensView {
    /// Issues an access token to go with a refresh token.
    pub(super) fn issue(
        state: &State,
        user: &User,
        session: SessionId,
        refresh_token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<Self, ApiError> {
        let access =
            state.tokens.issue(user.id, session, user.role, now).map_err(ApiError::internal)?;
        Ok(Self {
            access_token: access.token,
            token_type: "Bearer",
            expires_in: access.expires_in_s,
            refresh_token: refresh_token.expose(),
            refresh_expires_in: state.tokens.refresh_lifetime().num_seconds(),
            session_id: session,
        })
    }
}

/// An answer with tokens in it, which nobody on the way may keep (RFC 6749, 5.1).
pub(super) fn answer(
    mut response: actix_web::HttpResponseBuilder,
    body: &impl Serialize,
) -> HttpResponse {
    response.insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store"))).json(body)
}
