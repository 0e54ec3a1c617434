//! `GET /v1/parties/{id}/applications`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Path, Query, Reader, SignedIn};
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, Page, PartyId, Problem, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::party::PartyError;
use crate::profiles::Known;
use crate::routes::params;
use crate::routes::parties::view::PersonView;
use crate::routes::reputation::ReputationView;
use crate::state::State;
use crate::store::parties::{members, visible};

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// How many applications at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// An application that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApplicationView {
    /// Who applied.
    #[serde(flatten)]
    applicant: PersonView,
    #[serde(flatten)]
    reputation: ReputationView,
    /// For how many shares.
    #[schema(example = 1)]
    shares: u32,
    /// What the applicant says.
    #[schema(required, example = "근처에 살아요")]
    message: Option<String>,
    /// When.
    applied_at: DateTime<Utc>,
}

/// When the last of the page before applied, and who it was.
type Position = (DateTime<Utc>, UserId);

/// List who asks to join
///
/// For the leader alone: the applications that wait for an answer, the oldest first.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(("id" = PartyId, Path, description = "The party"), Params),
    responses(
        (status = 200, description = "A page of applications", body = Page<ApplicationView>),
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/parties/{id}/applications")]
pub(in crate::routes) async fn list_applications(
    SignedIn(me): SignedIn,
    Path(id): Path<PartyId>,
    Query(params): Query<Params>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<ApplicationView>>, ApiError> {
    let (after, limit) = params.parse()?;
    let mut conn = state.db.conn().await?;
    let found = visible::find(&mut conn, id, me.user_id).await?;
    let (party, _) = found.ok_or(PartyError::NotFound)?;
    if party.facts.leader_id != me.user_id {
        return Err(PartyError::NotTheLeader.into());
    }
    let rows = members::applications(&mut conn, id, after, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |row| (row.applied_at, row.member.user_id));
    let ids: Vec<_> = page.items.iter().map(|row| row.member.user_id).collect();
    // Not to be kept while another one may be needed.
    drop(conn);
    let known = state.profiles.get_many(&ids).await?;
    Ok(web::Json(page.map(|row| ApplicationView::new(row, &known, locale))))
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

impl ApplicationView {
    fn new(application: members::Application, known: &Known, reader: Locale) -> Self {
        let members::Application { member, name, message, applied_at } = application;
        let applicant = PersonView::new(member.user_id, name, reader);
        let reputation = ReputationView::new(known.get(&member.user_id));
        Self { applicant, reputation, shares: member.shares, message, applied_at }
    }
}
