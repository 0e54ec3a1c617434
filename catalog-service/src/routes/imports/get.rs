//! `GET /v1/admin/imports/{id}`

use actix_web::{get, web};
use chassis::db::DbError;
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, SignedIn};
use contracts::{ImportRunId, Problem};

use super::view::ImportView;
use crate::error::codes;
use crate::routes::admin::require_admin;
use crate::state::State;
use crate::store::import_runs;

/// Follow an import
#[utoipa::path(
    tag = "imports",
    params(("id" = ImportRunId, Path, description = "Which import")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How far it is", body = ImportView),
        NotSignedIn,
        (status = 403, description = "For administrators only", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such import", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/imports/{id}")]
pub(in crate::routes) async fn get_import(
    SignedIn(identity): SignedIn,
    Path(id): Path<ImportRunId>,
    state: web::Data<State>,
) -> Result<web::Json<ImportView>, ApiError> {
    require_admin(&identity)?;
    match import_runs::find(&mut *state.db.conn().await?, id).await {
        Ok(run) => Ok(web::Json(run.into())),
        Err(DbError::NotFound) => Err(ApiError::new(&codes::IMPORT_NOT_FOUND)),
        Err(error) => Err(error.into()),
    }
}
