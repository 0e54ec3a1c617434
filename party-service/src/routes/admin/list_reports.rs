//! `GET /v1/admin/reports`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, FieldErrors, Query};
use contracts::{Cursor, Page, Problem, ReportId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::routes::page_params::page;
use crate::routes::reports::view::AdminReportView;
use crate::state::State;
use crate::store::reports;

/// Whether a report waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::routes) enum ReportStatus {
    /// It waits for a decision.
    #[default]
    Open,
    /// An administrator has decided.
    Resolved,
}

/// Which reports.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// The open ones, the oldest first, or the resolved ones, the newest first.
    #[serde(default)]
    #[param(required = false)]
    status: ReportStatus,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

impl Params {
    fn parse(&self) -> Result<(u32, Option<ReportId>), ApiError> {
        let mut fields = FieldErrors::default();
        let page = page(&mut fields, self.limit.as_deref(), self.cursor.as_ref());
        page.ok_or_else(|| fields.into())
    }
}

/// List reports
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of reports", body = Page<AdminReportView>),
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/reports")]
pub(in crate::routes) async fn list_reports(
    _: Admin,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<AdminReportView>>, ApiError> {
    let (limit, after) = params.parse()?;
    let open = params.status == ReportStatus::Open;
    let rows = reports::list(&mut *state.db.conn().await?, open, after, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |report| report.id);
    Ok(web::Json(page.map(AdminReportView::from)))
}
