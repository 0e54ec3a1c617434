//! `GET /v1/sessions`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Query, SignedIn};
use chrono::{DateTime, Utc};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, Page, Problem, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::session::Session;
use crate::routes::params;
use crate::state::State;
use crate::store::sessions;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// How many sessions at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

impl Params {
    fn parse(&self) -> Result<(u32, Option<SessionId>), ApiError> {
        let mut fields = FieldErrors::default();
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        let before = fields.keep("cursor", params::cursor(self.cursor.as_ref()));
        limit.zip(before).ok_or_else(|| fields.into())
    }
}

/// One sign-in of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    /// Which.
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// From where: an IPv4 address or an IPv6 network.
    #[schema(example = "203.0.113.7")]
    origin: String,
    /// With what, as the client calls itself; may be empty.
    user_agent: String,
    /// Since when.
    created_at: DateTime<Utc>,
    /// When it last got new tokens.
    last_used_at: DateTime<Utc>,
    /// When it ends unless it gets new tokens before.
    expires_at: DateTime<Utc>,
}

impl SessionView {
    fn new(session: Session, current: SessionId) -> Self {
        Self {
            id: session.id,
            current: session.id == current,
            origin: session.origin,
            user_agent: session.user_agent,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

/// List one's own sessions
///
/// Those that are not over, the newest first.
#[utoipa::path(
    tag = "sessions",
    params(Params),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of sessions", body = Page<SessionView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/sessions")]
pub(in crate::routes) async fn list_sessions(
    SignedIn(me): SignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<SessionView>>, ApiError> {
    let (limit, before) = params.parse()?;
    let mut conn = state.db.conn().await?;
    let found = sessions::list(&mut conn, me.user_id, before, limit, state.clock.now()).await?;
    let page = Page::from_rows(found, limit, |session| session.id);
    Ok(web::Json(page.map(|session| SessionView::new(session, me.session_id))))
}
