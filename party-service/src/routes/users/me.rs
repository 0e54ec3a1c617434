//! `GET /v1/users/me`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};
use chrono::{DateTime, Utc};
use contracts::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::OwnProfile;
use crate::domain::account_error::AccountError;
use crate::domain::penalty::Standing;
use crate::domain::user::User;
use crate::routes::reputation::ReputationView;
use crate::state::State;
use crate::store::{penalties, users};

/// An account as its owner sees it, and how the owner stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// The account.
    #[serde(flatten)]
    account: OwnProfile,
    /// What the person's penalties mean.
    standing: OwnStandingView,
}

/// What somebody's penalties mean.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnStandingView {
    /// How reliable the person is, as others see it.
    #[serde(flatten)]
    reputation: ReputationView,
    /// When the oldest of the penalties counts no longer; `null` without any.
    #[schema(required)]
    oldest_penalty_counts_until: Option<DateTime<Utc>>,
    /// Until when the person may open no party for their penalties; `null` if they may.
    #[schema(required)]
    leading_suspended_until: Option<DateTime<Utc>>,
}

impl Me {
    fn new(user: User, standing: Standing) -> Self {
        Self {
            account: user.into(),
            standing: OwnStandingView {
                reputation: ReputationView::of(standing.penalties),
                oldest_penalty_counts_until: standing.oldest_counts_until,
                leading_suspended_until: standing.suspended_until,
            },
        }
    }
}

/// Read one's own account
///
/// And how one stands: the penalties that count, and what comes of them.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = Me),
        NotSignedIn,
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/users/me")]
pub(in crate::routes) async fn read_me(
    SignedIn(me): SignedIn,
    state: web::Data<State>,
) -> Result<web::Json<Me>, ApiError> {
    let mut conn = state.db.conn().await?;
    let user = users::find(&mut conn, me.user_id).await?.ok_or(AccountError::NoSuchUser)?;
    let given = penalties::active(&mut conn, me.user_id, state.clock.now()).await?;
    Ok(web::Json(Me::new(user, Standing::of(&given))))
}
