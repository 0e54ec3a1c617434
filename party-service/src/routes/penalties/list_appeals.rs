//! `GET /v1/admin/penalties/appeals`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, FieldErrors, Query, Reader};
use chrono::{DateTime, Utc};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, Page, PenaltyId, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{PenaltyView, ReadBy};
use crate::routes::params;
use crate::state::State;
use crate::store::penalties::shown;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// How many appeals at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// When the last appeal of the page before was made, and against which penalty.
type Position = (DateTime<Utc>, PenaltyId);

/// List the appeals that wait for an answer
///
/// For administrators: the oldest first.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of penalties appealed against", body = Page<PenaltyView>),
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/penalties/appeals")]
pub(in crate::routes) async fn list_appeals(
    Admin(identity): Admin,
    Query(params): Query<Params>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<PenaltyView>>, ApiError> {
    let (after, limit) = params.parse()?;
    let mut conn = state.db.conn().await?;
    let rows = shown::open_appeals(&mut conn, after, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |row| (row.appealed_at, row.penalty.id));
    Ok(web::Json(page.map(|row| PenaltyView::new(row, ReadBy { identity, locale }))))
}

impl Params {
    fn parse(&self) -> Result<(Option<Position>, u32), ApiError> {
        let mut fields = FieldErrors::default();
        let after = fields.keep("cursor", params::cursor(self.cursor.as_ref()));
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        after.zip(limit).ok_or_else(|| fields.into())
    }
}
