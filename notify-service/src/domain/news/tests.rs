//! Each event is told to exactly the people it concerns.

use contracts::party::{ItemRef, MarketRef, MemberRef, PartyStatus};
use contracts::penalty::PenaltyReason;
use contracts::{MarketId, PenaltyId, RoomId};

use super::*;

struct People {
    leader: UserId,
    members: [UserId; 2],
    applicants: [UserId; 2],
}

fn people() -> People {
    People {
        leader: UserId::new(),
        members: [UserId::new(), UserId::new()],
        applicants: [UserId::new(), UserId::new()],
    }
}

fn event(people: &People, change: PartyChange, actor: Option<UserId>) -> PartyEvent {
    let member = |user_id: &UserId| MemberRef { user_id: *user_id, shares: 1, attended: None };
    PartyEvent {
        change,
        actor_id: actor,
        member_id: None,
        member_status: None,
        party: PartySnapshot {
            party_id: PartyId::new(),
            version: 3,
            status: PartyStatus::Open,
            market: MarketRef {
                market_id: MarketId::new(),
                name: "남대문시장".into(),
                latitude: 37.5592,
                longitude: 126.977,
            },
            item: ItemRef { code: "060103".into(), name: "사과 (후지)".into() },
            leader_id: people.leader,
            total_shares: 4,
            taken_shares: 3,
            members: people.members.iter().map(member).collect(),
            applicants: people.applicants.iter().map(member).collect(),
            starts_at: moment(),
            ends_at: moment(),
            join_deadline: moment(),
        },
    }
}

fn moment() -> DateTime<Utc> {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

/// Who is told what.
fn told(event: &PartyEvent) -> Option<(Kind, Vec<UserId>)> {
    let news = News::of_party(event, moment())?;
    match news.audience {
        Audience::Named { user_ids } => Some((news.content.kind, user_ids)),
        Audience::Near(_) => None,
    }
}

fn sorted(people: impl IntoIterator<Item = UserId>) -> Vec<UserId> {
    let mut people: Vec<_> = people.into_iter().collect();
    people.sort_unstable();
    people
}

#[test]
fn d35_members_are_told_and_whoever_did_it_is_not() {
    let people = people();
    for (change, kind) in [
        (PartyChange::Updated, Kind::PartyUpdated),
        (PartyChange::Locked, Kind::PartyLocked),
        (PartyChange::Completed, Kind::PartyCompleted),
    ] {
        let by_leader = event(&people, change, Some(people.leader));
        assert_eq!(told(&by_leader), Some((kind, sorted(people.members))));
        let by_time = event(&people, change, None);
        let everyone = people.members.into_iter().chain([people.leader]);
        assert_eq!(told(&by_time), Some((kind, sorted(everyone))));
        let by_member = event(&people, change, Some(people.members[0]));
        assert_eq!(told(&by_member), Some((kind, sorted([people.members[1], people.leader]))));
    }
}

#[test]
fn applicants_hear_of_a_cancellation_too() {
    let people = people();
    let cancelled = event(&people, PartyChange::Cancelled, Some(people.leader));
    let concerned = people.members.into_iter().chain(people.applicants);
    assert_eq!(told(&cancelled), Some((Kind::PartyCancelled, sorted(concerned))));
}

#[test]
fn a_change_of_standing_is_told_to_one_person() {
    use MembershipStatus::{Accepted, Applied, Left, Rejected, Removed, Withdrawn};
    let people = people();
    let somebody = UserId::new();
    for (status, actor, expected) in [
        (Applied, somebody, Some((Kind::JoinRequested, people.leader))),
        (Accepted, people.leader, Some((Kind::JoinAccepted, somebody))),
        (Rejected, people.leader, Some((Kind::JoinRejected, somebody))),
        (Removed, people.leader, Some((Kind::Removed, somebody))),
        (Withdrawn, somebody, None),
        (Left, somebody, None),
    ] {
        let mut event = event(&people, PartyChange::MemberChanged, Some(actor));
        event.member_id = Some(somebody);
        event.member_status = Some(status);
        assert_eq!(told(&event), expected.map(|(kind, who)| (kind, vec![who])), "{status:?}");
    }
}

#[test]
fn an_older_event_shows_the_standing_in_the_party() {
    let people = people();
    let mut event = event(&people, PartyChange::MemberChanged, None);
    event.member_id = Some(people.members[0]);
    assert_eq!(told(&event), Some((Kind::JoinAccepted, vec![people.members[0]])));
    event.member_id = Some(people.applicants[0]);
    assert_eq!(told(&event), Some((Kind::JoinRequested, vec![people.leader])));
    event.member_id = Some(UserId::new());
    assert_eq!(told(&event), None);
}

#[test]
fn a_new_party_is_for_those_around_it() {
    let people = people();
    let event = event(&people, PartyChange::Created, Some(people.leader));
    let news = News::of_party(&event, moment()).unwrap();
    let Audience::Near(near) = news.audience else { panic!("it names nobody") };
    assert_eq!((near.item.as_str(), near.except), ("060103", people.leader));
    assert_eq!(near.market_id, event.party.market.market_id);
}

#[test]
fn nobody_is_no_audience() {
    let mut alone = people();
    let mut event = event(&alone, PartyChange::Locked, Some(alone.leader));
    event.party.members.clear();
    assert_eq!(told(&event), None);
    alone.members = [alone.leader; 2];
    assert_eq!(told(&self::event(&alone, PartyChange::Locked, Some(alone.leader))), None);
}

#[test]
fn a_room_is_for_all_who_can_talk_and_a_penalty_for_one() {
    let people = people();
    let item = ItemRef { code: "060103".into(), name: "사과".into() };
    let room = RoomOpened {
        room_id: RoomId::new(),
        party_id: PartyId::new(),
        item: item.clone(),
        leader_id: people.leader,
        member_ids: people.members.to_vec(),
    };
    let news = News::of_room(&room, moment()).unwrap();
    let everyone = sorted(people.members.into_iter().chain([people.leader]));
    assert_eq!(news.audience, Audience::Named { user_ids: everyone });

    let mut penalty = PenaltyEvent {
        change: PenaltyChange::Given,
        penalty_id: PenaltyId::new(),
        party_id: PartyId::new(),
        item,
        actor_id: people.leader,
        member_id: people.members[0],
        reason: PenaltyReason::NoShow,
        active_count: 1,
    };
    for (change, kind) in [
        (PenaltyChange::Given, Kind::PenaltyGiven),
        (PenaltyChange::Upheld, Kind::PenaltyUpheld),
        (PenaltyChange::Revoked, Kind::PenaltyRevoked),
    ] {
        penalty.change = change;
        let news = News::of_penalty(&penalty, moment()).unwrap();
        assert_eq!(news.audience, Audience::Named { user_ids: vec![people.members[0]] });
        assert_eq!(news.content.kind, kind);
    }
}
