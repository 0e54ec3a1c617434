//! `GET /v1/users/me`

use actix_web::{get, web};
use chassis::http::{ApiError, SignedIn};
use contracts::Problem;

use super::view::OwnProfile;
use crate::domain::account_error::AccountError;
use crate::state::State;
use crate::store::users;

/// Read one's own account
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = OwnProfile),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/users/me")]
pub(in crate::routes) async fn read_me(
    SignedIn(me): SignedIn,
    state: web::Data<State>,
) -> Result<web::Json<OwnProfile>, ApiError> {
    let mut conn = state.db.conn().await?;
    let user = users::find(&mut conn, me.user_id).await?.ok_or(AccountError::NoSuchUser)?;
    Ok(web::Json(user.into()))
}
