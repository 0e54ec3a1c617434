//! Who is told of an event, and what: the table of notifications.

use chrono::{DateTime, Utc};
use contracts::chat::RoomOpened;
use contracts::party::{MembershipStatus, PartyChange, PartyEvent, PartySnapshot};
use contracts::penalty::{PenaltyChange, PenaltyEvent};
use contracts::{PartyId, UserId};

use super::{About, Audience, Content, ItemCode, Kind, PenaltyFacts, Place, Surroundings};

/// Something to be told, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// What is said.
    pub content: Content,
    /// To whom.
    pub audience: Audience,
}

impl News {
    /// What an event about a party says to people; `None` if it concerns nobody.
    ///
    /// Members are all who take part, the leader among them; whoever did it knows already.
    #[must_use]
    pub fn of_party(event: &PartyEvent, at: DateTime<Utc>) -> Option<Self> {
        let party = &event.party;
        let (kind, people) = match event.change {
            PartyChange::Created => return Self::of_new_party(party, at),
            PartyChange::MemberChanged => standing(event)?,
            PartyChange::Updated => (Kind::PartyUpdated, members(party).collect()),
            PartyChange::Locked => (Kind::PartyLocked, members(party).collect()),
            PartyChange::Completed => (Kind::PartyCompleted, members(party).collect()),
            PartyChange::Cancelled => {
                let applicants = party.applicants.iter().map(|applicant| applicant.user_id);
                (Kind::PartyCancelled, members(party).chain(applicants).collect())
            }
        };
        Self::to(people, event.actor_id, Content { kind, about: about(party), created_at: at })
    }

    fn of_new_party(party: &PartySnapshot, at: DateTime<Utc>) -> Option<Self> {
        let audience = Audience::Near(Surroundings {
            item: ItemCode::parse(&party.item.code)?,
            market_id: party.market.market_id,
            place: Place::new(party.market.latitude, party.market.longitude)?,
            except: party.leader_id,
        });
        let content = Content { kind: Kind::PartyCreated, about: about(party), created_at: at };
        Some(Self { content, audience })
    }

    /// The chat of a party is open: those who can talk are told. Nobody opened it by hand.
    #[must_use]
    pub fn of_room(room: &RoomOpened, at: DateTime<Utc>) -> Option<Self> {
        let people = room.member_ids.iter().copied().chain([room.leader_id]).collect();
        let about =
            About { room_id: Some(room.room_id), ..bare(room.party_id, room.item.name.clone()) };
        Self::to(people, None, Content { kind: Kind::ChatCreated, about, created_at: at })
    }

    /// A penalty was given, or decided on: whoever got it is told.
    #[must_use]
    pub fn of_penalty(penalty: &PenaltyEvent, at: DateTime<Utc>) -> Option<Self> {
        let kind = match penalty.change {
            PenaltyChange::Given => Kind::PenaltyGiven,
            PenaltyChange::Upheld => Kind::PenaltyUpheld,
            PenaltyChange::Revoked => Kind::PenaltyRevoked,
        };
        let PenaltyEvent { penalty_id, reason, .. } = *penalty;
        let about = About {
            penalty: Some(PenaltyFacts { penalty_id, reason }),
            ..bare(penalty.party_id, penalty.item.name.clone())
        };
        let content = Content { kind, about, created_at: at };
        Self::to(vec![penalty.member_id], Some(penalty.actor_id), content)
    }

    /// News for some people, but not for whoever did it.
    fn to(mut people: Vec<UserId>, actor: Option<UserId>, content: Content) -> Option<Self> {
        people.retain(|user_id| Some(*user_id) != actor);
        people.sort_unstable();
        people.dedup();
        let audience = Audience::Named { user_ids: people.clone() };
        (!people.is_empty()).then_some(Self { content, audience })
    }
}

/// Who takes part in a party.
fn members(party: &PartySnapshot) -> impl Iterator<Item = UserId> {
    party.members.iter().map(|member| member.user_id).chain([party.leader_id])
}

/// Who is told that somebody's standing has changed.
fn standing(event: &PartyEvent) -> Option<(Kind, Vec<UserId>)> {
    let member_id = event.member_id?;
    let (kind, receiver) = match event.member_status.or_else(|| shown(event, member_id))? {
        MembershipStatus::Applied => (Kind::JoinRequested, event.party.leader_id),
        MembershipStatus::Accepted => (Kind::JoinAccepted, member_id),
        MembershipStatus::Rejected => (Kind::JoinRejected, member_id),
        MembershipStatus::Removed => (Kind::Removed, member_id),
        MembershipStatus::Withdrawn | MembershipStatus::Left => return None,
    };
    Some((kind, vec![receiver]))
}

/// The standing that the party itself shows, for events from before they said it.
fn shown(event: &PartyEvent, member_id: UserId) -> Option<MembershipStatus> {
    let among = |people: &[contracts::party::MemberRef]| {
        people.iter().any(|person| person.user_id == member_id)
    };
    if among(&event.party.members) {
        Some(MembershipStatus::Accepted)
    } else if among(&event.party.applicants) {
        Some(MembershipStatus::Applied)
    } else {
        None
    }
}

fn about(party: &PartySnapshot) -> About {
    About {
        market: Some(party.market.name.clone()),
        starts_at: Some(party.starts_at),
        ..bare(party.party_id, party.item.name.clone())
    }
}

const fn bare(party_id: PartyId, item: String) -> About {
    About {
        party_id,
        item,
        market: None,
        starts_at: None,
        room_id: None,
        hours_before: None,
        penalty: None,
    }
}

#[cfg(test)]
mod tests;
