//! `GET /v1/admin/log`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{Admin, ApiError, Query};
use chrono::{DateTime, Utc};
use contracts::{Page, Problem, UserId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::routes::page_params::PageParams;
use crate::state::State;
use crate::store::admin_log::{self, Entry};

/// Something that an administrator did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EntryView {
    /// Grows from entry to entry.
    position: u64,
    /// Who did it; `null` for what the operator did on the command line.
    #[schema(required)]
    admin_id: Option<UserId>,
    /// What was done.
    #[schema(example = "user_banned")]
    action: String,
    /// Whom or what it was done to.
    subject_id: Uuid,
    /// The particulars.
    #[schema(value_type = Object)]
    detail: Value,
    /// When.
    at: DateTime<Utc>,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        let Entry { position, admin_id, action, subject_id, detail, at } = entry;
        Self { position, admin_id, action, subject_id, detail, at }
    }
}

/// Read what administrators did
///
/// The newest first. Entries are never changed or deleted: the database refuses it.
#[utoipa::path(
    tag = "administration",
    security(("bearer" = [])),
    params(PageParams),
    responses(
        (status = 200, description = "A page of the log", body = Page<EntryView>),
        NotSignedIn,
        (status = 403, description = "Only administrators may", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/admin/log")]
pub(in crate::routes) async fn read_log(
    _: Admin,
    Query(params): Query<PageParams>,
    state: web::Data<State>,
) -> Result<web::Json<Page<EntryView>>, ApiError> {
    let (limit, before) = params.parse()?;
    let rows = admin_log::list(&mut *state.db.conn().await?, before, limit + 1).await?;
    let page = Page::from_rows(rows, limit, |entry| entry.position);
    Ok(web::Json(page.map(EntryView::from)))
}
