//! `GET /v1/users/me/export`

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::db::Conn;
use chassis::http::error::codes;
use chassis::http::identity::bearer_token;
use chassis::http::refusals::NotSignedIn;
use chassis::http::{ApiError, SignedIn};
use chrono::{DateTime, Utc};
use contracts::{Problem, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::OwnProfile;
use crate::commands::Error;
use crate::domain::account_error::AccountError;
use crate::export::{Elsewhere, Part};
use crate::state::State;
use crate::store::export::parties::{PartyJoined, PartyLed};
use crate::store::export::penalties::PenaltyKept;
use crate::store::export::trust::{ActionKept, BlockKept, ReportKept};
use crate::store::export::{self, BanKept, SessionKept};
use crate::store::users;

/// All that the platform holds about a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct Export {
    /// When this was so.
    generated_at: DateTime<Utc>,
    /// The account.
    account: OwnProfile,
    /// The sign-ins, also those that are over.
    sessions: Vec<SessionKept>,
    /// The parties led.
    parties_led: Vec<PartyLed>,
    /// The parties one asked to join.
    parties_joined: Vec<PartyJoined>,
    /// The penalties one got.
    penalties_got: Vec<PenaltyKept>,
    /// The penalties one gave.
    penalties_given: Vec<PenaltyKept>,
    /// The reports one made.
    reports: Vec<ReportKept>,
    /// Whom one has blocked.
    blocks: Vec<BlockKept>,
    /// From what one is, or was, banned.
    bans: Vec<BanKept>,
    /// What was done to one by those who run the platform.
    administration: Vec<ActionKept>,
    /// What chat-service holds: rooms and messages.
    #[schema(value_type = Object)]
    chat: Part,
    /// What notify-service holds: favourites, settings and notifications.
    #[schema(value_type = Object)]
    notifications: Part,
}

impl Export {
    /// Puts it together.
    pub(crate) async fn of(
        conn: &mut Conn,
        me: UserId,
        Elsewhere { chat, notifications }: Elsewhere,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let account = users::find(conn, me).await?.ok_or(AccountError::NoSuchUser)?;
        Ok(Self {
            generated_at: now,
            account: account.into(),
            sessions: export::sessions(conn, me).await?,
            parties_led: export::parties::led(conn, me).await?,
            parties_joined: export::parties::joined(conn, me).await?,
            penalties_got: export::penalties::got(conn, me).await?,
            penalties_given: export::penalties::given(conn, me).await?,
            reports: export::trust::reports(conn, me).await?,
            blocks: export::trust::blocks(conn, me).await?,
            bans: export::bans(conn, me).await?,
            administration: export::trust::actions(conn, me).await?,
            chat,
            notifications,
        })
    }
}

/// Export all that the platform holds about oneself
///
/// One document, gathered from every service. While one of them is away there is none: half an
/// export would look like a whole one.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "All of it", body = Export),
        NotSignedIn,
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "More than one answer can hold; the operator can hand it over", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often; `Retry-After` says when to ask again", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too busy, or the database or a service is away; `Retry-After` says when to ask again", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/users/me/export")]
pub(in crate::routes) async fn export_me(
    SignedIn(me): SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    state.export_requests.admit(me.user_id).await?;
    let _place = state.exports.place()?;
    let token = bearer_token(&request).ok_or_else(|| ApiError::new(&codes::UNAUTHENTICATED))?;
    let elsewhere = state.exports.gather(token).await?;
    let mut conn = state.db.conn().await?;
    let export = Export::of(&mut conn, me.user_id, elsewhere, state.clock.now()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"project509.json\""))
        .json(export))
}
