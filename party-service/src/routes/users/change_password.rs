//! `PUT /v1/users/me/password`

use actix_web::{HttpResponse, put, web};
use chassis::http::refusals::{NotJson, NotSignedIn};
use chassis::http::{ApiError, Body, FieldErrors, SignedIn};
use contracts::Problem;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::commands::change_password::change_password as change;
use crate::commands::count_attempt::{Attempt, count};
use crate::domain::account_error::AccountError;
use crate::domain::door::Door;
use crate::domain::password::Password;
use crate::routes::client::Client;
use crate::state::State;
use crate::store::users;

/// The password, and the one it is to become.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePassword {
    /// The password as it is.
    #[serde(default)]
    #[schema(required, value_type = String, format = Password)]
    current_password: SecretString,
    /// 8 to 128 characters, not one that many people use.
    #[serde(default)]
    #[schema(required, value_type = String, format = Password, min_length = 8, max_length = 128)]
    new_password: SecretString,
}

/// Change one's password
///
/// Every other session of the account ends. The request is not repeated by an `Idempotency-Key`:
/// that would keep a fingerprint of both passwords for a day.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = [])),
    request_body = ChangePassword,
    responses(
        (status = 204, description = "The password is changed"),
        NotJson,
        NotSignedIn,
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The current password is wrong, or the new one is refused", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too busy, or the database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/v1/users/me/password")]
pub(in crate::routes) async fn change_password(
    SignedIn(me): SignedIn,
    client: Client,
    state: web::Data<State>,
    Body(body): Body<ChangePassword>,
) -> Result<HttpResponse, ApiError> {
    let (user, verified) = users::find_with_hash(&mut *state.db.conn().await?, me.user_id)
        .await?
        .ok_or(AccountError::NoSuchUser)?;
    let chosen = Password::choose(&body.new_password, Some(&user.email), Some(&user.nickname));
    let next = chosen.map_err(|reason| FieldErrors::one("/new_password", reason))?;

    // An attempt that nobody has the time to judge is not counted.
    let place = state.passwords.place()?;
    let (db, now) = (&state.db, state.clock.now());
    let attempt = Attempt::at(Door::password_of(user.id), client.origin, &state.sign_in);
    db.transaction(async |conn| count(conn, &attempt, now).await).await?;
    let current = Password::typed(&body.current_password);
    if !place.verify(current, Some(verified.clone())).await?.is_right {
        return Err(AccountError::WrongPassword.into());
    }
    let next = place.hash(next).await?;
    let ended = db
        .transaction(async |conn| change(conn, me, &verified, &next, &attempt, now).await)
        .await?;
    state.revocations.announce(&ended).await;
    Ok(HttpResponse::NoContent().finish())
}
