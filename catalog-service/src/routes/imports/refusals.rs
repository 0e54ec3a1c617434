//! `GET /v1/admin/imports/{id}/refusals`

use actix_web::{get, web};
use chassis::db::DbError;
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Path, Query, SignedIn};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, ImportRunId, Page, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::codes;
use crate::routes::admin::require_admin;
use crate::routes::params;
use crate::state::State;
use crate::store::import_refusals::KeptRefusal;
use crate::store::{import_refusals, import_runs};

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct Params {
    /// How many rows at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct RefusalView {
    /// Where it stands in the source, from 1 on; in a file, the line.
    line: u32,
    /// The column at fault; none if the row as a whole is.
    #[schema(example = "variety_name")]
    field: Option<String>,
    /// What is wrong.
    #[schema(example = "missing")]
    reason: String,
    /// What the row says.
    content: String,
}

/// List the rows that an import did not take
#[utoipa::path(
    tag = "imports",
    params(("id" = ImportRunId, Path, description = "Which import"), Params),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of rows, in the order of the source", body = Page<RefusalView>),
        NotSignedIn,
        (status = 403, description = "For administrators only", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such import", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/imports/{id}/refusals")]
pub(in crate::routes) async fn list_refusals(
    SignedIn(identity): SignedIn,
    Path(id): Path<ImportRunId>,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<RefusalView>>, ApiError> {
    require_admin(&identity)?;
    let mut fields = FieldErrors::default();
    let limit = params::limit(params.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
    let limit = fields.keep("limit", limit);
    let after = fields.keep("cursor", params::cursor::<u32>(params.cursor.as_ref()));
    let (Some(limit), Some(after)) = (limit, after) else { return Err(fields.into()) };
    let mut conn = state.db.conn().await?;
    match import_runs::find(&mut conn, id).await {
        Ok(_) => {}
        Err(DbError::NotFound) => return Err(ApiError::new(&codes::IMPORT_NOT_FOUND)),
        Err(error) => return Err(error.into()),
    }
    let after = after.unwrap_or_default();
    let rows = import_refusals::list(&mut conn, id, after, limit + 1).await?;
    Ok(web::Json(Page::from_rows(rows, limit, |row| row.line).map(RefusalView::from)))
}

impl From<KeptRefusal> for RefusalView {
    fn from(kept: KeptRefusal) -> Self {
        let KeptRefusal { line, field, reason, content } = kept;
        Self { line, field, reason, content }
    }
}
