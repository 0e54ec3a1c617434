//! How somebody stands in a party, as clients see it.

use chassis::db::Conn;
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::party::{MembershipStatus, PartyStatus};
use contracts::{PartyId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::PartyView;
use crate::commands::Error;
use crate::domain::party::{Facts, Member, Party, PartyError, Role};
use crate::store::parties::{Shown, visible};

/// A party, and how its reader stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartyForMe {
    #[serde(flatten)]
    party: PartyView,
    /// How the reader stands in it; `null` for a stranger.
    #[schema(required)]
    me: Option<StandingView>,
}

/// How the reader stands in a party.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandingView {
    /// What the reader is, or was, to it.
    role: Role,
    /// How the application went; `null` for the leader.
    #[schema(required)]
    status: Option<MembershipStatus>,
    /// How many shares the reader takes, took or asked for.
    #[schema(example = 1)]
    shares: u32,
}

/// How somebody stands in a party after a change, and how the party does.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MembershipView {
    /// Which party.
    party_id: PartyId,
    /// Who.
    user_id: UserId,
    /// How many shares they take or ask for.
    #[schema(example = 1)]
    shares: u32,
    /// How they stand.
    status: MembershipStatus,
    /// Where the party is in its life.
    party_status: PartyStatus,
    /// How many shares are taken, the leader's included.
    #[schema(example = 3)]
    taken_shares: u32,
}

impl PartyForMe {
    /// The party as its reader sees it at this moment. Whoever leads it has no other standing.
    pub(super) fn new(
        party: Shown,
        member: Option<Member>,
        (reader, locale): (UserId, Locale),
        now: DateTime<Utc>,
    ) -> Self {
        let me = if party.facts.leader_id == reader {
            Some(StandingView::leader(&party.facts))
        } else {
            member.map(StandingView::from)
        };
        Self { party: PartyView::new(party, locale, now), me }
    }

    /// Reads the party for this reader. It is not there for whoever has no part in it and has blocked
    /// its leader, or is blocked by its leader.
    pub(super) async fn read(
        conn: &mut Conn,
        id: PartyId,
        (reader, locale): (UserId, Locale),
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let found = visible::find(conn, id, reader).await?;
        let (party, member) = found.ok_or(PartyError::NotFound)?;
        Ok(Self::new(party, member, (reader, locale), now))
    }

    /// Reads the party for its leader, after a change by that leader: in any language, for the only
    /// name in it is the reader's own.
    pub(super) async fn read_as_leader(
        conn: &mut Conn,
        id: PartyId,
        leader: UserId,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        Self::read(conn, id, (leader, Locale::default()), now).await
    }
}

impl StandingView {
    const fn leader(facts: &Facts) -> Self {
        Self { role: Role::Leader, status: None, shares: facts.shares.leader() }
    }
}

impl From<Member> for StandingView {
    fn from(member: Member) -> Self {
        Self { role: Role::of(member.status), status: Some(member.status), shares: member.shares }
    }
}

impl From<(Party, Member)> for MembershipView {
    fn from((party, member): (Party, Member)) -> Self {
        let facts = party.facts();
        Self {
            party_id: facts.id,
            user_id: member.user_id,
            shares: member.shares,
            status: member.status,
            party_status: facts.state.status(),
            taken_shares: facts.taken_shares,
        }
    }
}
