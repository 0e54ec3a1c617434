//! `PATCH /v1/users/me`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, patch, web};
use chassis::http::refusals::{NotJson, NotSignedIn};
use chassis::http::{ApiError, Body, FieldErrors, Write};
use chassis::text::{Invalid, Locale};
use contracts::Problem;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::view::OwnProfile;
use crate::commands::{self, update_profile::update_profile};
use crate::domain::address::AddressQuery;
use crate::domain::nickname::Nickname;
use crate::domain::user::{HomeChange, ProfileChange, parse_locale};
use crate::routes::home::locate;
use crate::routes::present::present;
use crate::state::State;

/// What is to be different; what is not sent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateMe {
    /// Another name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 2, max_length = 20, example = "배장수")]
    nickname: Option<String>,
    /// Another address, or `null` for none any more.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "서울특별시 강남구 테헤란로 152")]
    address: AddressChange<String>,
    /// Another language.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^(ko|en)$")]
    locale: Option<String>,
}

/// What was sent about the address.
#[derive(Debug, Default)]
enum AddressChange<T> {
    /// Nothing.
    #[default]
    Keep,
    /// `null`.
    Forget,
    /// Another one.
    Move(T),
}

impl<'de> Deserialize<'de> for AddressChange<String> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Self::Forget, Self::Move))
    }
}

impl AddressChange<String> {
    fn parse(&self) -> Result<AddressChange<AddressQuery>, Invalid> {
        Ok(match self {
            Self::Keep => AddressChange::Keep,
            Self::Forget => AddressChange::Forget,
            Self::Move(text) => AddressChange::Move(AddressQuery::parse(text)?),
        })
    }
}

struct Wish {
    nickname: Option<Nickname>,
    address: AddressChange<AddressQuery>,
    locale: Option<Locale>,
}

impl UpdateMe {
    fn parse(&self) -> Result<Wish, ApiError> {
        let mut fields = FieldErrors::default();
        let nickname = self.nickname.as_deref().map(Nickname::parse).transpose();
        let nickname = fields.keep("/nickname", nickname);
        let address = fields.keep("/address", self.address.parse());
        let locale = self.locale.as_deref().map(parse_locale).transpose();
        let locale = fields.keep("/locale", locale);
        match (nickname, address, locale) {
            (Some(nickname), Some(address), Some(locale)) => Ok(Wish { nickname, address, locale }),
            _ => Err(fields.into()),
        }
    }
}

/// Change one's own account
///
/// A new address is looked up and must exist.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer")),
    request_body = UpdateMe,
    responses(
        (status = 200, description = "The account as it is now", body = OwnProfile),
        NotJson,
        NotSignedIn,
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The nickname is taken, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many addresses were looked up; `Retry-After` says when to go on", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database or the address book is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[patch("/v1/users/me")]
pub(in crate::routes) async fn update_me(
    write: Write<Body<UpdateMe>>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let Body(body) = &write.body;
    let Wish { nickname, address, locale } = body.parse()?;
    let (me, now) = (write.identity.user_id, state.clock.now());
    let home = match address {
        AddressChange::Keep => HomeChange::Keep,
        AddressChange::Forget => HomeChange::Forget,
        AddressChange::Move(address) => HomeChange::Move(locate(&state, me, &address).await?),
    };
    let change = ProfileChange { nickname, locale, home };
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            let user = update_profile(conn, &state.profiles, me, change.clone(), now).await?;
            Ok::<_, commands::Error>(OwnProfile::from(user))
        })
        .await
}
