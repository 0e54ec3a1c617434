//! `GET /v1/users/{id}`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, Reader, SignedIn};
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::{Problem, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::account_error::AccountError;
use crate::domain::profile::Profile;
use crate::routes::reputation::ReputationView;
use crate::state::State;

/// What everyone may know of a person: nothing that tells who they are or where they live.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicProfile {
    /// Who.
    id: UserId,
    /// The name the person goes by; "탈퇴한 사용자" or "Withdrawn user" if the person has left.
    #[schema(example = "사과장수")]
    nickname: String,
    /// How reliable the person is.
    #[serde(flatten)]
    reputation: ReputationView,
    /// How many completed parties the person was a member of and came to, or led: those to which
    /// somebody came, and for which the leader has no penalty.
    parties_completed: u32,
    /// Since when.
    member_since: DateTime<Utc>,
}

impl PublicProfile {
    fn new(profile: Profile, reader: Locale) -> Self {
        Self {
            id: profile.id,
            reputation: ReputationView::new(Some(&profile)),
            parties_completed: profile.parties_completed,
            member_since: profile.member_since,
            nickname: profile.name().in_locale(reader),
        }
    }
}

/// Read what everyone may know of a person
#[utoipa::path(
    tag = "accounts",
    params(("id" = UserId, Path, description = "The person")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The person", body = PublicProfile),
        NotSignedIn,
        (status = 404, description = "There is no such person", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/users/{id}")]
pub(in crate::routes) async fn read_user(
    _: SignedIn,
    Path(id): Path<UserId>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<PublicProfile>, ApiError> {
    let profile = state.profiles.get(id).await?.ok_or(AccountError::NoSuchUser)?;
    Ok(web::Json(PublicProfile::new(profile, locale)))
}
