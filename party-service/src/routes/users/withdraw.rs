//! `DELETE /v1/users/me`

use actix_web::{HttpResponse, delete, web};
use chassis::http::refusals::{NotJson, NotSignedIn};
use chassis::http::{ApiError, Body, SignedIn};
use contracts::Problem;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::commands::count_attempt::{Attempt, count};
use crate::commands::withdraw::withdraw as end_account;
use crate::domain::account_error::AccountError;
use crate::domain::door::Door;
use crate::domain::password::Password;
use crate::routes::client::Client;
use crate::state::State;
use crate::store::users;

/// The proof that it is the owner who wants to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdraw {
    /// The password.
    #[serde(default)]
    #[schema(required, value_type = String, format = Password)]
    current_password: SecretString,
}

/// Withdraw from the platform
///
/// At once: nobody can sign in to the account any more, every session is over, the password and the
/// place are erased. Within moments: the parties one leads are cancelled and those one is in are left,
/// unless their meeting has begun; applications are taken back; the other services erase the name and
/// the wishes. After 30 days: whatever the person wrote is erased, messages in chats too, which keep
/// their place without words, and what others wrote about the person in reports and penalties; the
/// e-mail address and the nickname are free again. What happened stays, by a "Withdrawn user". This
/// cannot be undone.
///
/// An `Idempotency-Key` is not looked at: whoever did not hear the answer and asks again gets 401,
/// because the session has ended with the account.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = [])),
    request_body = Withdraw,
    responses(
        (status = 204, description = "The account is closed"),
        NotJson,
        NotSignedIn,
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too busy, or the database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[delete("/v1/users/me")]
pub(in crate::routes) async fn withdraw(
    SignedIn(me): SignedIn,
    client: Client,
    state: web::Data<State>,
    Body(body): Body<Withdraw>,
) -> Result<HttpResponse, ApiError> {
    let (user, verified) = users::find_with_hash(&mut *state.db.conn().await?, me.user_id)
        .await?
        .ok_or(AccountError::NoSuchUser)?;
    // An attempt that nobody has the time to judge is not counted.
    let place = state.passwords.place()?;
    let (db, now) = (&state.db, state.clock.now());
    let attempt = Attempt::at(Door::password_of(user.id), client.origin, &state.sign_in);
    db.transaction(async |conn| count(conn, &attempt, now).await).await?;
    let current = Password::typed(&body.current_password);
    if !place.verify(current, Some(verified.clone())).await?.is_right {
        return Err(AccountError::WrongPassword.into());
    }
    let ended = db
        .transaction(async |conn| end_account(conn, &state.profiles, user.id, &verified, now).await)
        .await?;
    state.revocations.announce(&ended).await;
    Ok(HttpResponse::NoContent().finish())
}
