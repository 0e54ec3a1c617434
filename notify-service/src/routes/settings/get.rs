//! `GET /v1/notifications/settings`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};

use super::view::SettingsView;
use crate::state::State;
use crate::store::settings;

/// Read what one wants to hear
#[utoipa::path(
    tag = "notifications",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "What one wants to hear, and when", body = SettingsView),
        NotSignedIn,
        Unavailable,
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
