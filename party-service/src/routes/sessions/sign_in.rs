//! `POST /v1/sessions`

use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::NotJson;
use chassis::http::{ApiError, Body, FieldErrors, MaybeSignedIn};
use chassis::text::Invalid;
use contracts::{Problem, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tokens_view::{TokensView, answer};
use crate::commands::count_attempt::{Attempt, count};
use crate::commands::open_session::{SignIn, open_session};
use crate::domain::account_error::AccountError;
use crate::domain::door::Door;
use crate::domain::email::Email;
use crate::domain::origin::Origin;
use crate::domain::password::{Password, PasswordHash};
use crate::passwords::Place;
use crate::routes::client::Client;
use crate::routes::users::view::OwnProfile;
use crate::state::State;
use crate::store::{sessions, users};
use crate::tokens::RefreshToken;

/// Who someone is, and the proof.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// The address signed up with.
    #[serde(default)]
    #[schema(required, example = "kim@example.com")]
    email: String,
    /// The password.
    #[serde(default)]
    #[schema(required, value_type = String, format = Password)]
    password: SecretString,
}

/// Someone who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedInView {
    /// What to keep.
    #[serde(flatten)]
    tokens: TokensView,
    /// Whose it is.
    user: OwnProfile,
}

impl Credentials {
    fn parse(&self) -> Result<(Email, Password), ApiError> {
        let mut fields = FieldErrors::default();
        let email = fields.keep("/email", Email::parse(&self.email));
        let password = match self.password.expose_secret() {
            "" => Err(Invalid::new("required", "비밀번호를 입력해 주세요", "A password is needed")),
            _ => Ok(Password::typed(&self.password)),
        };
        let password = fields.keep("/password", password);
        email.zip(password).ok_or_else(|| fields.into())
    }
}

/// The doors that an attempt goes through.
async fn attempt(state: &State, email: &Email, origin: Origin) -> Result<Attempt, ApiError> {
    let mut conn = state.db.conn().await?;
    let account = if sessions::has_been_there(&mut conn, email, origin).await? {
        Door::account_from(email, origin)
    } else {
        Door::account(email)
    };
    Ok(Attempt::at(account, origin, &state.sign_in))
}

/// Sign in
///
/// A wrong password and an unknown e-mail address get the same answer in the same time. Repeated
/// failures make one wait, longer each time; meanwhile the right password is refused as well.
#[utoipa::path(
    tag = "sessions",
    security((), ("bearer" = [])),
    request_body = Credentials,
    responses(
        (status = 201, description = "Signed in", body = SignedInView),
        NotJson,
        (status = 401, description = "The e-mail address or the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The password is right, and the person is banned; `detail` says until when", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many failures; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too busy, or the database is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/v1/sessions")]
pub(in crate::routes) async fn sign_in(
    _: MaybeSignedIn,
    Client { origin, user_agent }: Client,
    state: web::Data<State>,
    Body(body): Body<Credentials>,
) -> Result<HttpResponse, ApiError> {
    let (email, password) = body.parse()?;
    // An attempt that nobody has the time to judge is not counted.
    let place = state.passwords.place()?;
    let (db, now) = (&state.db, state.clock.now());
    let attempt = attempt(&state, &email, origin).await?;
    db.transaction(async |conn| count(conn, &attempt, now).await).await?;
    let Proof { user_id, verified, rehashed } = prove(&state, place, &email, password).await?;
    let refresh_token = RefreshToken::generate().map_err(ApiError::internal)?;
    let sign_in = SignIn {
        user_id,
        verified,
        rehashed,
        attempt,
        origin: origin.to_string(),
        user_agent,
        refresh_token: refresh_token.hash(),
        expires_at: now + state.tokens.refresh_lifetime(),
    };
    let opened = db.transaction(async |conn| open_session(conn, &sign_in, now).await).await?;
    state.revocations.announce(&opened.ended).await;
    let tokens = TokensView::issue(&state, &opened.user, opened.session, &refresh_token, now)?;
    let view = SignedInView { tokens, user: opened.user.into() };
    Ok(answer(HttpResponse::Created(), &view))
}

/// The account whose password was shown.
struct Proof {
    user_id: UserId,
    /// The hash that the password was right for.
    verified: PasswordHash,
    /// A better one, if that is outdated.
    rehashed: Option<PasswordHash>,
}

/// Checks the password; without an account there is nothing to check, and as much work.
async fn prove(
    state: &State,
    place: Place,
    email: &Email,
    password: Password,
) -> Result<Proof, ApiError> {
    let found = users::find_by_email(&mut *state.db.conn().await?, email).await?;
    let (user, hash) = found.unzip();
    let verdict = place.verify(password.clone(), hash.clone()).await?;
    let Some((user, verified)) = user.zip(hash).filter(|_| verdict.is_right) else {
        return Err(AccountError::WrongCredentials.into());
    };
    let rehashed = if verdict.is_outdated { Some(place.hash(password).await?) } else { None };
    Ok(Proof { user_id: user.id, verified, rehashed })
}
