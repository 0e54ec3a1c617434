//! `GET /v1/admin/bans`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, FieldErrors, Query};
use chrono::{DateTime, Utc};
use contracts::{Cursor, Page, Problem, UserId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::routes::bans::view::AdminBanView;
use crate::routes::page_params::page;
use crate::state::State;
use crate::store::bans::list::{self, Wanted};

/// Which bans.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Only those of this person.
    user_id: Option<UserId>,
    /// Also those that are over.
    #[serde(default)]
    #[param(required = false)]
    over: bool,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

impl Params {
    fn parse(&self, now: DateTime<Utc>) -> Result<(u32, Wanted), ApiError> {
        let mut fields = FieldErrors::default();
        let page = page(&mut fields, self.limit.as_deref(), self.cursor.as_ref());
        let (limit, before) = page.ok_or(fields)?;
        let active_at = (!self.over).then_some(now);
        Ok((limit, Wanted { user: self.user_id, active_at, before }))
    }
}

/// List bans
///
/// Those given last first.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of bans", body = Page<AdminBanView>),
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/bans")]
pub(in crate::routes) async fn list_bans(
    _: Admin,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<AdminBanView>>, ApiError> {
    let now = state.clock.now();
    let (limit, wanted) = params.parse(now)?;
    let rows = list::page(&mut *state.db.conn().await?, wanted, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |ban| ban.id);
    Ok(web::Json(page.map(|ban| AdminBanView::new(ban, now))))
}
