//! A ban as clients see it.

use chrono::{DateTime, Utc};
use contracts::ban::BanScope;
use contracts::{BanId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ban::Ban;

/// A ban, as the person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct BanView {
    /// Which.
    id: BanId,
    /// From what.
    scope: BanScope,
    /// Why.
    #[schema(example = "허위 파티를 세 번 열었습니다")]
    reason: String,
    /// Since when.
    created_at: DateTime<Utc>,
    /// When it ends by itself; `null` if never.
    #[schema(required)]
    ends_at: Option<DateTime<Utc>>,
    /// When it was lifted.
    #[schema(required)]
    lifted_at: Option<DateTime<Utc>>,
    /// Whether it keeps the person from anything now.
    active: bool,
}

/// A ban, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct AdminBanView {
    #[serde(flatten)]
    ban: BanView,
    /// Who is banned.
    user_id: UserId,
    /// Who gave it.
    given_by: UserId,
}

impl BanView {
    /// The ban as it is at this moment.
    pub(in crate::routes) fn new(ban: Ban, now: DateTime<Utc>) -> Self {
        let active = ban.is_active(now);
        let Ban { id, scope, reason, created_at, ends_at, lifted_at, .. } = ban;
        let reason = reason.as_str().to_owned();
        Self { id, scope, reason, created_at, ends_at, lifted_at, active }
    }
}

impl AdminBanView {
    /// The ban as it is at this moment.
    pub(in crate::routes) fn new(ban: Ban, now: DateTime<Utc>) -> Self {
        Self { user_id: ban.user_id, given_by: ban.given_by, ban: BanView::new(ban, now) }
    }
}
