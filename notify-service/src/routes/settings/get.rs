//! `GET /v1/notifications/settings`

use actix_web::{get, web};
use chassis::http::{ApiError, SignedIn};
use contracts::Problem;

use super::view::SettingsView;
use crate::state::State;
use crate::store::settings;

/// Read what one wants to hear
#[utoipa::path(
    tag = "notifications",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "What one wants to hear, and when", body = SettingsView),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not available for the moment", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/notifications/settings")]
pub(in crate::routes) async fn get_settings(
    SignedIn(identity): SignedIn,
    state: web::Data<State>,
) -> Result<web::Json<SettingsView>, ApiError> {
    let mut conn = state.db.conn().await?;
    let settings = settings::find(&mut conn, identity.user_id).await?;
    Ok(web::Json((&settings).into()))
}
