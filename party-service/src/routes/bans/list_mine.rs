//! `GET /v1/users/me/bans`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Query, SignedIn};
use contracts::{Page, Problem};

use super::view::BanView;
use crate::routes::page_params::PageParams;
use crate::state::State;
use crate::store::bans::list::{self, Wanted};

/// List one's own bans
///
/// From what one is kept, why and until when, also what is over; those given last first.
#[utoipa::path(
    tag = "trust",
    security(("bearer" = [])),
    params(PageParams),
    responses(
        (status = 200, description = "A page of bans", body = Page<BanView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/users/me/bans")]
pub(in crate::routes) async fn list_my_bans(
    SignedIn(me): SignedIn,
    Query(params): Query<PageParams>,
    state: web::Data<State>,
) -> Result<web::Json<Page<BanView>>, ApiError> {
    let (limit, before) = params.parse()?;
    let wanted = Wanted { user: Some(me.user_id), active_at: None, before };
    let rows = list::page(&mut *state.db.conn().await?, wanted, limit + 1).await?;
    let now = state.clock.now();
    let page = Page::from_rows(rows, limit, |ban| ban.id);
    Ok(web::Json(page.map(|ban| BanView::new(ban, now))))
}
