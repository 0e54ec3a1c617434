//! `GET /v1/notifications`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, FieldErrors, Query, SignedIn};
use contracts::{Cursor, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::notification_view::NotificationView;
use crate::routes::params;
use crate::state::State;
use crate::store::{notifications, people};

/// Which part of the inbox.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct Params {
    /// How many notifications at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
    /// Whether to leave out what was read.
    #[param(value_type = Option<bool>)]
    unread: Option<String>,
}

/// List notifications
///
/// The newest come first, in the language of one's profile.
#[utoipa::path(
    tag = "notifications",
    params(Params),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of notifications", body = Page<NotificationView>),
        NotSignedIn,
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/notifications")]
pub(in crate::routes) async fn list_notifications(
    SignedIn(identity): SignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<NotificationView>>, ApiError> {
    let mut fields = FieldErrors::default();
    let limit = fields.keep("limit", params::limit(params.limit.as_deref()));
    let before = fields.keep("cursor", params::cursor::<u64>(params.cursor.as_ref()));
    let unread = fields.keep("unread", params::flag(params.unread.as_deref()));
    let (Some(limit), Some(before), Some(unread)) = (limit, before, unread) else {
        return Err(fields.into());
    };
    let (mut conn, me) = (state.db.conn().await?, identity.user_id);
    let locale = people::locale(&mut conn, me).await?;
    let stored = notifications::before(&mut conn, me, before, unread, limit + 1).await?;
    let page = Page::from_rows(stored, limit, |stored| stored.seq);
    Ok(web::Json(page.map(|stored| NotificationView::of(&stored, locale))))
}
