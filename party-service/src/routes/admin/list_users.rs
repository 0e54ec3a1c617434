//! `GET /v1/admin/users`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, FieldErrors, Query, Reader};
use chassis::identity::Role;
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::{Cursor, Page, Problem, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::routes::page_params::page;
use crate::state::State;
use crate::store::accounts::{self, Account};

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Only people whose nickname has this in it.
    #[param(max_length = 20)]
    nickname: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// An account, as administrators see it: not the e-mail address, not the place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountView {
    /// Which.
    id: UserId,
    /// The name others see; "탈퇴한 사용자" or "Withdrawn user" if the person has left.
    #[schema(example = "사과장수")]
    nickname: String,
    /// What the person may do.
    #[schema(value_type = String, pattern = "^(user|admin)$", example = "user")]
    role: Role,
    /// Since when.
    created_at: DateTime<Utc>,
    /// When the person left.
    #[schema(required)]
    withdrawn_at: Option<DateTime<Utc>>,
}

impl AccountView {
    fn new(account: Account, reader: Locale) -> Self {
        let Account { id, name, role, created_at, withdrawn_at } = account;
        Self { id, nickname: name.in_locale(reader), role, created_at, withdrawn_at }
    }
}

impl Params {
    fn parse(&self) -> Result<(u32, Option<UserId>), ApiError> {
        let mut fields = FieldErrors::default();
        let page = page(&mut fields, self.limit.as_deref(), self.cursor.as_ref());
        page.ok_or_else(|| fields.into())
    }
}

/// List accounts
///
/// The newest first. The bans of a person are in the list of bans.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(Params),
    responses(
        (status = 200, description = "A page of accounts", body = Page<AccountView>),
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/users")]
pub(in crate::routes) async fn list_users(
    _: Admin,
    Query(params): Query<Params>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<AccountView>>, ApiError> {
    let (limit, before) = params.parse()?;
    let nickname = params.nickname.as_deref();
    let rows = accounts::list(&mut *state.db.conn().await?, nickname, before, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |account| account.id);
    Ok(web::Json(page.map(|account| AccountView::new(account, locale))))
}
