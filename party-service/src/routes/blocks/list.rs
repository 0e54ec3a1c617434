//! `GET /v1/users/me/blocks`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, Reader, SignedIn};
use chrono::{DateTime, Utc};
use contracts::{Page, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::page_params::PageParams;
use crate::routes::parties::view::PersonView;
use crate::state::State;
use crate::store::blocks;

/// Somebody who is blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlockView {
    /// Who.
    #[serde(flatten)]
    person: PersonView,
    /// Since when.
    blocked_at: DateTime<Utc>,
}

/// List whom one has blocked
#[utoipa::path(
    tag = "trust",
    security(("bearer" = [])),
    params(PageParams),
    responses(
        (status = 200, description = "A page of people", body = Page<BlockView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/users/me/blocks")]
pub(in crate::routes) async fn list_blocks(
    SignedIn(me): SignedIn,
    Query(params): Query<PageParams>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<BlockView>>, ApiError> {
    let (limit, after) = params.parse()?;
    let rows = blocks::list(&mut *state.db.conn().await?, me.user_id, after, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |row| row.user_id);
    Ok(web::Json(page.map(|row| BlockView {
        person: PersonView::new(row.user_id, row.name, locale),
        blocked_at: row.at,
    })))
}
