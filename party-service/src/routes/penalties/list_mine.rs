//! `GET /v1/users/me/penalties`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Query, Reader, SignedIn};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, Page, PenaltyId, Problem};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::view::{PenaltyView, ReadBy};
use crate::routes::params;
use crate::state::State;
use crate::store::penalties::shown::{self, Side};

/// Which side of a penalty one is on.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::routes) enum PenaltySide {
    /// One got it.
    #[default]
    Received,
    /// One gave it.
    Given,
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Those that one got, or those that one gave; `received` if not said.
    side: Option<PenaltySide>,
    /// How many penalties at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// List one's own penalties
///
/// Those that one got, or gave, the newest first.
#[utoipa::path(
    tag = "penalties",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of penalties", body = Page<PenaltyView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/users/me/penalties")]
pub(in crate::routes) async fn list_my_penalties(
    SignedIn(identity): SignedIn,
    Query(params): Query<Params>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<PenaltyView>>, ApiError> {
    let (before, limit) = params.parse()?;
    let side = match params.side.unwrap_or_default() {
        PenaltySide::Received => Side::Received,
        PenaltySide::Given => Side::Given,
    };
    let mut conn = state.db.conn().await?;
    let rows = shown::of_person(&mut conn, identity.user_id, side, before, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |row| row.penalty.id);
    Ok(web::Json(page.map(|row| PenaltyView::new(row, ReadBy { identity, locale }))))
}

impl Params {
    fn parse(&self) -> Result<(Option<PenaltyId>, u32), ApiError> {
        let mut fields = FieldErrors::default();
        let before = fields.keep("cursor", params::cursor(self.cursor.as_ref()));
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        before.zip(limit).ok_or_else(|| fields.into())
    }
}
