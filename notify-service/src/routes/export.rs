//! `GET /v1/exports/notifications`

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use chassis::db::{Db, DbError};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, SignedIn};
use contracts::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::favorites::items::view::FavoriteItemView;
use super::favorites::markets::view::FavoriteMarketView;
use super::muted_parties::view::MutedPartyView;
use super::settings::view::SettingsView;
use crate::notification_view::NotificationView;
use crate::state::State;
use crate::store::notifications::Stored;
use crate::store::people::{self, Home};
use crate::store::{favorite_items, favorite_markets, muted_parties, notifications, settings};

/// All rows: how many somebody can have of each is bounded where they are made.
const ALL: u32 = u32::MAX;
/// How much of the inbox is read with one statement.
const PAGE: u32 = 1000;

/// All that this service holds about a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Export {
    /// The language of texts for this person.
    #[schema(pattern = "^(ko|en)$", example = "ko")]
    locale: &'static str,
    /// Where the person lives, if they said so.
    #[schema(required)]
    home: Option<Home>,
    /// What the person wants to hear.
    settings: SettingsView,
    /// The items the person has starred.
    favorite_items: Vec<FavoriteItemView>,
    /// The markets the person has starred.
    favorite_markets: Vec<FavoriteMarketView>,
    /// The parties the person does not want to hear of.
    muted_parties: Vec<MutedPartyView>,
    /// The inbox, the oldest first.
    notifications: Vec<NotificationView>,
}

impl Export {
    async fn of(db: &Db, me: UserId) -> Result<Self, DbError> {
        let inbox = inbox(db, me).await?;
        let conn = &mut *db.conn().await?;
        let locale = people::locale(conn, me).await?;
        let items = favorite_items::list(conn, me, None, ALL).await?;
        let markets = favorite_markets::list(conn, me, None, ALL).await?;
        let muted = muted_parties::list(conn, me, None, ALL).await?;
        Ok(Self {
            locale: locale.tag(),
            home: people::home(conn, me).await?,
            settings: (&settings::find(conn, me).await?).into(),
            favorite_items: items.into_iter().map(FavoriteItemView::from).collect(),
            favorite_markets: markets.into_iter().map(FavoriteMarketView::from).collect(),
            muted_parties: muted
                .into_iter()
                .map(|(party_id, muted_at)| MutedPartyView { party_id, muted_at })
                .collect(),
            notifications: inbox.iter().map(|row| NotificationView::of(row, locale)).collect(),
        })
    }
}

/// The inbox. Each page is read with a connection of its own, so that nobody else waits for one.
async fn inbox(db: &Db, me: UserId) -> Result<Vec<Stored>, DbError> {
    let mut inbox = Vec::new();
    let mut after = Some(0);
    while let Some(seq) = after {
        let page = notifications::after(&mut *db.conn().await?, me, seq, PAGE).await?;
        let is_full = u32::try_from(page.len()).is_ok_and(|rows| rows == PAGE);
        after = page.last().filter(|_| is_full).map(|last| last.seq);
        inbox.extend(page);
    }
    Ok(inbox)
}

/// Export what is held about oneself to be told
///
/// Part of the export of all services at `/v1/users/me/export`.
#[utoipa::path(
    tag = "notifications",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "All of it", body = Export),
        NotSignedIn,
        Unavailable,
    )
)]
#[get("/v1/exports/notifications")]
pub(super) async fn export_notifications(
    SignedIn(identity): SignedIn,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let export = Export::of(&state.db, identity.user_id).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(export))
}
