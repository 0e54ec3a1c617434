//! `POST /v1/users`

use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::NotJson;
use chassis::http::{ApiError, Body, FieldErrors, MaybeSignedIn};
use chassis::text::Locale;
use contracts::Problem;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::OwnProfile;
use crate::commands::sign_up::{NewUser, sign_up as open_account};
use crate::domain::address::AddressQuery;
use crate::domain::email::Email;
use crate::domain::nickname::Nickname;
use crate::domain::password::Password;
use crate::domain::user::parse_locale;
use crate::routes::client::Client;
use crate::routes::home::locate;
use crate::state::State;

/// Who someone wants to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUp {
    /// The name to sign in with; nobody else sees it.
    #[serde(default)]
    #[schema(required, max_length = 254, example = "kim@example.com")]
    email: String,
    /// 8 to 128 characters, not one that many people use.
    #[serde(default)]
    #[schema(required, value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: SecretString,
    /// The name others see, 2 to 20 characters.
    #[serde(default)]
    #[schema(required, min_length = 2, max_length = 20, example = "사과장수")]
    nickname: String,
    /// Where the person lives.
    #[schema(example = "서울특별시 중구 세종대로 110")]
    address: Option<String>,
    /// The language of texts for this person.
    #[schema(pattern = "^(ko|en)$", default = "ko")]
    locale: Option<String>,
}

struct Wish {
    email: Email,
    password: Password,
    nickname: Nickname,
    address: Option<AddressQuery>,
    locale: Locale,
}

impl SignUp {
    fn parse(self) -> Result<Wish, ApiError> {
        let mut fields = FieldErrors::default();
        let email = fields.keep("/email", Email::parse(&self.email));
        let nickname = fields.keep("/nickname", Nickname::parse(&self.nickname));
        let chosen = Password::choose(&self.password, email.as_ref(), nickname.as_ref());
        let password = fields.keep("/password", chosen);
        let address = self.address.as_deref().map(AddressQuery::parse).transpose();
        let address = fields.keep("/address", address);
        let locale = self.locale.as_deref().map_or(Ok(Locale::default()), parse_locale);
        let locale = fields.keep("/locale", locale);
        match (email, password, nickname, address, locale) {
            (Some(email), Some(password), Some(nickname), Some(address), Some(locale)) => {
                Ok(Wish { email, password, nickname, address, locale })
            }
            _ => Err(fields.into()),
        }
    }
}

/// Sign up
///
/// Everyone begins as a plain user. The address, if given, is looked up and must exist.
#[utoipa::path(
    tag = "accounts",
    security((), ("bearer" = [])),
    request_body = SignUp,
    responses(
        (status = 201, description = "The account is open; sign in next", body = OwnProfile),
        NotJson,
        (status = 401, description = "A token came along and is not good", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The e-mail address or the nickname is taken", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many addresses were looked up; `Retry-After` says when to go on", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too busy, or the database or the address book is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/v1/users")]
pub(in crate::routes) async fn sign_up(
    _: MaybeSignedIn,
    client: Client,
    state: web::Data<State>,
    Body(body): Body<SignUp>,
) -> Result<HttpResponse, ApiError> {
    let wish = body.parse()?;
    let home = match &wish.address {
        Some(address) => Some(locate(&state, client.origin, address).await?),
        None => None,
    };
    let hash = state.passwords.place()?.hash(wish.password).await?;
    let (email, nickname, locale) = (wish.email, wish.nickname, wish.locale);
    let new = NewUser { email, nickname, locale, home };
    let user = state
        .db
        .transaction(async |conn| open_account(conn, &new, &hash, state.clock.now()).await)
        .await?;
    Ok(HttpResponse::Created().json(OwnProfile::from(user)))
}
