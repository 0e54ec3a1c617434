//! Rooms follow parties, whatever the order of the news.

use contracts::MarketId;
use contracts::party::{MarketRef, MemberRef};
use proptest::prelude::*;

use super::*;

fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

fn party(version: u64, status: PartyStatus, leader: UserId, members: &[UserId]) -> PartySnapshot {
    PartySnapshot {
        party_id: PartyId::from(uuid::Uuid::nil()),
        version,
        status,
        market: MarketRef {
            market_id: MarketId::new(),
            name: "남대문시장".into(),
            latitude: 37.5592,
            longitude: 126.977,
        },
        item: ItemRef { code: "060101".into(), name: "사과 (후지)".into() },
        leader_id: leader,
        total_shares: 9,
        taken_shares: 1,
        members: members
            .iter()
            .map(|user_id| MemberRef { user_id: *user_id, shares: 1, attended: None })
            .collect(),
        applicants: Vec::new(),
        starts_at: noon(),
        ends_at: noon(),
        join_deadline: noon(),
    }
}

fn kinds(changes: &Changes) -> Vec<Kind> {
    changes.notices.iter().map(|notice| notice.kind).collect()
}

/// A room and who is in it, as the database would have them.
struct Scene {
    room: Room,
    inside: BTreeSet<UserId>,
}

impl Scene {
    fn of(leader: UserId) -> Self {
        let room = Room::of(&party(1, PartyStatus::Open, leader, &[]), RoomId::new(), noon());
        Self { room, inside: BTreeSet::new() }
    }

    fn hears(&mut self, party: &PartySnapshot) -> Option<Changes> {
        let changes = self.room.follow(party, &self.inside, &BTreeSet::new(), noon())?;
        self.inside.extend(&changes.joined);
        self.inside.retain(|user_id| !changes.left.contains(user_id));
        Some(changes)
    }
}

#[test]
fn d34_the_first_member_opens_the_room() {
    let (leader, member) = (UserId::new(), UserId::new());
    let mut scene = Scene::of(leader);
    let nobody = scene.hears(&party(1, PartyStatus::Open, leader, &[])).unwrap();
    assert_eq!(nobody, Changes::default());
    assert!(!scene.room.is_there());
    let first = scene.hears(&party(2, PartyStatus::Open, leader, &[member])).unwrap();
    assert!(first.opened && scene.room.is_there());
    assert_eq!(scene.inside, BTreeSet::from([leader, member]));
    assert_eq!(first.notices, [Notice::about(Kind::Joined, member)]);
}

#[test]
fn a_room_tells_what_happens_to_its_party() {
    let (leader, a, b) = (UserId::new(), UserId::new(), UserId::new());
    let mut scene = Scene::of(leader);
    scene.hears(&party(1, PartyStatus::Open, leader, &[a])).unwrap();
    let locked = scene.hears(&party(2, PartyStatus::Locked, leader, &[a, b])).unwrap();
    assert_eq!(kinds(&locked), [Kind::Joined, Kind::Locked]);
    let reopened = scene.hears(&party(3, PartyStatus::Open, leader, &[b])).unwrap();
    assert_eq!(kinds(&reopened), [Kind::Left, Kind::Reopened]);
    let done = scene.hears(&party(4, PartyStatus::Done, leader, &[b])).unwrap();
    assert_eq!(kinds(&done), [Kind::Done]);
    assert!(!scene.room.is_read_only(noon() + TimeDelta::days(7) - TimeDelta::microseconds(1)));
    assert!(scene.room.is_read_only(noon() + TimeDelta::days(7)));
}

#[test]
fn a_party_that_never_had_a_member_has_no_room() {
    let leader = UserId::new();
    let mut scene = Scene::of(leader);
    scene.hears(&party(1, PartyStatus::Cancelled, leader, &[UserId::new()])).unwrap();
    assert!(!scene.room.is_there());
    assert!(scene.inside.is_empty());
}

#[test]
fn who_has_left_the_platform_does_not_come_back() {
    let (leader, member) = (UserId::new(), UserId::new());
    let mut room = Room::of(&party(1, PartyStatus::Open, leader, &[]), RoomId::new(), noon());
    let late = party(2, PartyStatus::Open, leader, &[member]);
    let changes = room.follow(&late, &BTreeSet::new(), &BTreeSet::from([member]), noon()).unwrap();
    assert_eq!(changes.joined, [leader]);
}

#[test]
fn a_closed_room_tells_nothing_more() {
    let (leader, a, b) = (UserId::new(), UserId::new(), UserId::new());
    let mut scene = Scene::of(leader);
    scene.hears(&party(1, PartyStatus::Open, leader, &[a])).unwrap();
    scene.room.hidden_at = Some(noon());
    let changes = scene.hears(&party(2, PartyStatus::Locked, leader, &[b])).unwrap();
    assert!(changes.notices.is_empty());
    assert_eq!(scene.inside, BTreeSet::from([leader, b]));
}

#[test]
fn states_lead_back_from_their_names() {
    for status in
        [PartyStatus::Open, PartyStatus::Locked, PartyStatus::Cancelled, PartyStatus::Done]
    {
        assert_eq!(status_from_name(status_name(status)), Some(status));
    }
}

proptest! {
    /// News that comes in any order, some of it twice and some never, leaves the room as the newest
    /// of it says.
    #[test]
    fn only_the_newest_counts(order in proptest::collection::vec(1_u64..6, 1..12)) {
        let leader = UserId::new();
        let people: Vec<UserId> = (0..4).map(|_| UserId::new()).collect();
        let version = |version: u64| {
            let first = usize::try_from(version % 3).unwrap();
            party(version, PartyStatus::Open, leader, &people[first..=first + 1])
        };
        let mut scene = Scene::of(leader);
        for heard in &order {
            scene.hears(&version(*heard));
        }
        let newest = version(*order.iter().max().unwrap());
        let mut expected: BTreeSet<_> = newest.members.iter().map(|m| m.user_id).collect();
        expected.insert(leader);
        prop_assert_eq!(scene.inside, expected);
        prop_assert_eq!(scene.room.party_version, newest.version);
    }
}
