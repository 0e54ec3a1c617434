//! Events that come twice, out of order, a year late, or that nobody can read.

use chassis::bus::{DeadLetters, Which};
use chrono::TimeDelta;
use contracts::UserId;
use contracts::party::{MembershipStatus, PartyChange, PartyStatus};
use contracts::routing::NOTIFY;
use notify_service::store::parties;
use testkit::until;

use crate::stage::{Stage, change, moved, north, party, standing};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_often_is_told_once() {
    let stage = Stage::set().await;
    let person = stage.person(Some(north(1.0)), "ko").await;
    stage.star_item(person, "060103").await;
    let party = party(stage.now(), UserId::new(), &[person]);
    let created = stage.event(change(PartyChange::Created, None, &party));
    let locked = stage.event(change(PartyChange::Locked, None, &party));
    for _ in 0..10 {
        stage.send(&created).await;
        stage.send(&locked).await;
    }
    stage.say(moved(UserId::new(), 1, None)).await;
    stage.settled(3).await;
    let mut inbox = stage.inbox(person).await;
    inbox.sort();
    assert_eq!(inbox, ["PARTY_CREATED", "PARTY_LOCKED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_out_of_order_are_told_and_change_nothing_back() {
    let stage = Stage::set().await;
    let [leader, member] = [UserId::new(), UserId::new()];
    let mut party = party(stage.now(), leader, &[]);
    party.version = 2;
    let applied = stage.event(standing(MembershipStatus::Applied, member, member, &party));
    party.version = 3;
    party.members = crate::stage::refs(&[member]);
    let accepted = stage.event(standing(MembershipStatus::Accepted, leader, member, &party));
    party.version = 4;
    party.status = PartyStatus::Locked;
    let locked = stage.event(change(PartyChange::Locked, Some(leader), &party));
    for (n, event) in (1..).zip([&locked, &accepted, &applied]) {
        stage.send(event).await;
        stage.settled(n).await;
    }
    assert_eq!(stage.inbox(leader).await, ["JOIN_REQUESTED"]);
    assert_eq!(stage.inbox(member).await, ["PARTY_LOCKED", "JOIN_ACCEPTED"]);
    let known = parties::find(&mut stage.platform.database.conn().await, party.party_id).await;
    let known = known.unwrap().unwrap();
    assert_eq!((known.status, known.people), (PartyStatus::Locked, vec![leader, member]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_invited_to_what_is_over() {
    let stage = Stage::set().await;
    let person = stage.person(Some(north(1.0)), "ko").await;
    stage.star_item(person, "060103").await;
    let mut party = party(stage.now(), UserId::new(), &[]);
    let created = stage.event(change(PartyChange::Created, None, &party));
    party.version = 2;
    party.status = PartyStatus::Cancelled;
    stage.say(change(PartyChange::Cancelled, None, &party)).await;
    stage.settled(1).await;
    stage.send(&created).await;
    stage.settled(2).await;
    assert!(stage.inbox(person).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_a_year_ago_is_known_and_not_told() {
    let stage = Stage::set().await;
    let person = stage.person(Some(north(1.0)), "ko").await;
    stage.star_item(person, "060103").await;
    let mut party = party(stage.now(), UserId::new(), &[person]);
    let mut created = stage.event(change(PartyChange::Created, None, &party));
    party.version = 2;
    let mut locked = stage.event(change(PartyChange::Locked, None, &party));
    created.time -= TimeDelta::days(365);
    locked.time -= TimeDelta::days(365);
    stage.send(&created).await;
    stage.send(&locked).await;
    stage.settled(2).await;
    assert!(stage.inbox(person).await.is_empty());
    let mut conn = stage.platform.database.conn().await;
    assert!(parties::find(&mut conn, party.party_id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_is_a_dead_letter_and_comes_back_by_replay() {
    let stage = Stage::set().await;
    let person = UserId::new();
    let mut party = party(stage.now(), UserId::new(), &[person]);
    party.market.latitude = 999.0;
    let mut nowhere = stage.event(change(PartyChange::Locked, None, &party));
    party.market.latitude = 37.5;
    party.item.name = "가".repeat(201);
    let endless = stage.event(change(PartyChange::Locked, None, &party));
    let mars = stage.event(moved(UserId::new(), 1, Some((999.0, 0.0))));
    stage.send(&nowhere).await;
    stage.send(&endless).await;
    stage.send(&mars).await;
    stage.send_bytes("이건 아니지".as_bytes()).await;
    stage.send_bytes(br#"{"specversion":"1.0"}"#).await;
    let letters = || async {
        let letters = DeadLetters::open(&stage.platform.bus.broker(), NOTIFY).await.unwrap();
        letters.list(10).await.unwrap()
    };
    until("five dead letters", async || (letters().await.len() == 5).then_some(())).await;
    assert!(stage.inbox(person).await.is_empty());

    // Whoever looks at it repairs the cause; here the event itself, which has the same id.
    nowhere.data.party.market.latitude = 37.5;
    stage.send(&nowhere).await;
    stage.settled(1).await;
    assert_eq!(stage.inbox(person).await, ["PARTY_LOCKED"]);
    // Replayed as it was, it is handled already.
    let open = DeadLetters::open(&stage.platform.bus.broker(), NOTIFY).await.unwrap();
    assert_eq!(open.replay(&Which::One(nowhere.id.to_string())).await.unwrap(), 1);
    until("four dead letters", async || (letters().await.len() == 4).then_some(())).await;
    assert_eq!(stage.inbox(person).await, ["PARTY_LOCKED"]);
}
