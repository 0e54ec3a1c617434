//! A penalty as clients see it.

use chassis::db::Conn;
use chassis::identity::{Identity, Role};
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyReason;
use contracts::{PartyId, PenaltyId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::commands::Error;
use crate::domain::penalty::{PenaltyError, PenaltyStatus};
use crate::routes::parties::view::PersonView;
use crate::store::penalties::shown::{self, Shown};

/// A penalty, as those see it who have something to do with it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PenaltyView {
    /// Which.
    id: PenaltyId,
    /// In which party.
    party_id: PartyId,
    /// What was bought there.
    #[schema(example = "사과 (후지)")]
    item_name: String,
    /// Who got it.
    member: PersonView,
    /// Whether it is for leading: the leader did not come.
    for_leading: bool,
    /// The leader who gave it; `null` where an administrator gave it to the leader.
    #[schema(required)]
    given_by: Option<PersonView>,
    /// Why.
    reason: PenaltyReason,
    /// What the leader says about it.
    #[schema(required, example = "연락도 없이 오지 않았어요")]
    comment: Option<String>,
    /// When it was given.
    given_at: DateTime<Utc>,
    /// Until when it counts, if nobody revokes it.
    counts_until: DateTime<Utc>,
    /// What became of it.
    status: PenaltyStatus,
    /// What the person says who got it; the leader of the party sees it of their own only.
    #[schema(required, example = "병원에 있었고 전날 말씀드렸어요")]
    appeal: Option<String>,
    /// When the member said so.
    #[schema(required)]
    appealed_at: Option<DateTime<Utc>>,
    /// When an administrator decided.
    #[schema(required)]
    decided_at: Option<DateTime<Utc>>,
    /// What the administrator says about it, to whoever got it.
    #[schema(required, example = "통화 기록을 확인했습니다")]
    decision_note: Option<String>,
}

/// Who reads it, and in which language.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadBy {
    /// Who.
    pub(super) identity: Identity,
    /// The language of names.
    pub(super) locale: Locale,
}

impl PenaltyView {
    /// The penalty as this person may see it.
    pub(super) fn new(shown: Shown, reader: ReadBy) -> Self {
        let Shown { penalty, member, giver, comment, appealed_at, decided_at, .. } = shown;
        let ReadBy { identity, locale } = reader;
        let is_admin = identity.role == Role::Admin;
        let reads_the_case = penalty.lets_read_the_case(identity.user_id, is_admin);
        Self {
            id: penalty.id,
            party_id: penalty.party_id,
            member: PersonView::new(penalty.member_id, member, locale),
            for_leading: penalty.is_for_leading(),
            given_by: (!penalty.is_for_leading())
                .then(|| PersonView::new(penalty.given_by, giver, locale)),
            reason: penalty.reason,
            comment,
            given_at: penalty.given_at,
            counts_until: penalty.counts_until(),
            status: penalty.status,
            appeal: shown.appeal.filter(|_| reads_the_case),
            appealed_at,
            decided_at,
            decision_note: shown.decision_note.filter(|_| reads_the_case),
            item_name: penalty.item.name,
        }
    }

    /// Reads a penalty. It does not exist for whoever has nothing to do with it.
    pub(super) async fn read(
        conn: &mut Conn,
        id: PenaltyId,
        reader: ReadBy,
    ) -> Result<Self, Error> {
        let shown = shown::find(conn, id).await?.ok_or(PenaltyError::NotFound)?;
        let Identity { user_id, role, .. } = reader.identity;
        let concerns = [shown.penalty.member_id, shown.penalty.given_by].contains(&user_id);
        if !concerns && role != Role::Admin {
            return Err(PenaltyError::NotFound.into());
        }
        Ok(Self::new(shown, reader))
    }
}
