//! `GET /v1/admin/imports`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Query, SignedIn};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, ImportRunId, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ImportView;
use crate::routes::admin::require_admin;
use crate::routes::params;
use crate::state::State;
use crate::store::import_runs;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct Params {
    /// How many imports at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// List imports
///
/// The newest come first.
#[utoipa::path(
    tag = "imports",
    params(Params),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of imports", body = Page<ImportView>),
        NotSignedIn,
        (status = 403, description = "For administrators only", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/imports")]
pub(in crate::routes) async fn list_imports(
    SignedIn(identity): SignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<ImportView>>, ApiError> {
    require_admin(&identity)?;
    let mut fields = FieldErrors::default();
    let limit = params::limit(params.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
    let limit = fields.keep("limit", limit);
    let before = fields.keep("cursor", params::cursor::<ImportRunId>(params.cursor.as_ref()));
    let (Some(limit), Some(before)) = (limit, before) else { return Err(fields.into()) };
    let runs = import_runs::list(&mut *state.db.conn().await?, before, limit + 1).await?;
    Ok(web::Json(Page::from_rows(runs, limit, |run| run.id).map(ImportView::from)))
}
