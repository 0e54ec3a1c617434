//! `GET /v1/users/me/parties`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Query, Reader, SignedIn};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::party::PartyStatus;
use contracts::{Cursor, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::standing::PartyForMe;
use crate::domain::party::Role;
use crate::routes::params;
use crate::state::State;
use crate::store::parties::mine::{self, Wanted};

/// Which of one's own parties.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Only those in which one is, or was, this.
    role: Option<Role>,
    /// Only those in this state.
    status: Option<PartyStatus>,
    /// How many parties at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// List one's own parties
///
/// All that one leads, is or was in, or asked to join, those opened last first; `me` says how one
/// stands in each.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of parties", body = Page<PartyForMe>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/users/me/parties")]
pub(in crate::routes) async fn list_my_parties(
    SignedIn(me): SignedIn,
    Query(params): Query<Params>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<PartyForMe>>, ApiError> {
    let (wanted, limit) = params.parse()?;
    let now = state.clock.now();
    let mut conn = state.db.conn().await?;
    let rows = mine::list(&mut conn, me.user_id, wanted, limit + 1, now).await?;
    let page = Page::from_rows(rows, limit, |row| row.party.facts.id);
    let reader = (me.user_id, locale);
    Ok(web::Json(page.map(|row| PartyForMe::new(row.party, row.member, reader, now))))
}

impl Params {
    fn parse(&self) -> Result<(Wanted, u32), ApiError> {
        let mut fields = FieldErrors::default();
        let before = fields.keep("cursor", params::cursor(self.cursor.as_ref()));
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        let (Some(before), Some(limit)) = (before, limit) else { return Err(fields.into()) };
        Ok((Wanted { role: self.role, status: self.status, before }, limit))
    }
}
