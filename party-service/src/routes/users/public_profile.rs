//! `GET /v1/users/{id}`

use actix_web::{get, web};
use chassis::http::{ApiError, Path, SignedIn};
use chrono::{DateTime, Utc};
use contracts::{Problem, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::account_error::AccountError;
use crate::domain::user::User;
use crate::state::State;
use crate::store::users;

/// What everyone may know of a person: nothing that tells who they are or where they live.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicProfile {
    /// Who.
    id: UserId,
    /// The name the person goes by.
    #[schema(example = "사과장수")]
    nickname: String,
    /// Since when.
    member_since: DateTime<Utc>,
}

impl From<User> for PublicProfile {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            nickname: user.nickname.as_str().to_owned(),
            member_since: user.created_at,
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
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such person", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/users/{id}")]
pub(in crate::routes) async fn read_user(
    _: SignedIn,
    Path(id): Path<UserId>,
    state: web::Data<State>,
) -> Result<web::Json<PublicProfile>, ApiError> {
    let mut conn = state.db.conn().await?;
    let user = users::find(&mut conn, id).await?.ok_or(AccountError::NoSuchUser)?;
    Ok(web::Json(user.into()))
}
