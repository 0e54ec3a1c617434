//! `GET /v1/reports`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, SignedIn};
use contracts::{Page, Problem};

use super::view::ReportView;
use crate::routes::page_params::PageParams;
use crate::state::State;
use crate::store::reports;

/// List one's own reports
///
/// The newest first, with what came of them.
#[utoipa::path(
    tag = "trust",
    security(("bearer" = [])),
    params(PageParams),
    responses(
        (status = 200, description = "A page of reports", body = Page<ReportView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/reports")]
pub(in crate::routes) async fn list_my_reports(
    SignedIn(me): SignedIn,
    Query(params): Query<PageParams>,
    state: web::Data<State>,
) -> Result<web::Json<Page<ReportView>>, ApiError> {
    let (limit, before) = params.parse()?;
    let conn = &mut *state.db.conn().await?;
    let rows = reports::list_of(conn, me.user_id, before, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |report| report.id);
    Ok(web::Json(page.map(ReportView::from)))
}
