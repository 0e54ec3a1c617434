//! A new party is told to those who starred its item or its market and live near enough.

use chrono::TimeDelta;
use contracts::block::{BlockChange, BlockEvent};
use contracts::party::PartyChange;
use contracts::{MarketId, UserId};
use serde_json::json;

use crate::stage::{Stage, change, moved, north, party};

#[tokio::test(flavor = "multi_thread")]
async fn d36_a_star_and_a_place_decide_and_nothing_of_the_leader() {
    let stage = Stage::set().await;
    let leader = stage.person(Some(north(0.0)), "ko").await;
    let party = party(stage.now(), leader, &[]);
    let market = party.market.market_id;
    stage.star_item(leader, "060103").await;

    let by_item = stage.person(Some(north(9.9)), "ko").await;
    stage.star_item(by_item, "060103").await;
    let by_market = stage.person(Some(north(-9.9)), "ko").await;
    stage.star_market(by_market, market).await;
    let by_both = stage.person(Some(north(0.1)), "ko").await;
    stage.star_item(by_both, "060103").await;
    stage.star_market(by_both, market).await;
    let too_far = stage.person(Some(north(10.1)), "ko").await;
    stage.star_item(too_far, "060103").await;
    stage.star_market(too_far, market).await;
    let nowhere = stage.person(None, "ko").await;
    stage.star_item(nowhere, "060103").await;
    let elsewhere = stage.person(Some(north(0.1)), "ko").await;
    stage.star_item(elsewhere, "060104").await;
    stage.star_market(elsewhere, MarketId::new()).await;
    let unstarred = stage.person(Some(north(0.1)), "ko").await;

    stage.say(change(PartyChange::Created, Some(leader), &party)).await;
    stage.settled(1).await;
    for told in [by_item, by_market, by_both] {
        assert_eq!(stage.inbox(told).await, ["PARTY_CREATED"]);
    }
    for untold in [leader, too_far, nowhere, elsewhere, unstarred] {
        assert!(stage.inbox(untold).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_a_radius_of_their_own() {
    let stage = Stage::set().await;
    let settings = |km: f64| json!({ "radius_km": km, "silenced": [], "quiet_hours": null });
    let [near_by, far_goer] = [north(3.0), north(19.9)];
    let near_by = stage.person(Some(near_by), "ko").await;
    let far_goer = stage.person(Some(far_goer), "ko").await;
    for (person, km) in [(near_by, 2.9), (far_goer, 20.0)] {
        stage.star_item(person, "060103").await;
        let client = stage.service.client_of(person);
        client.put("/v1/notifications/settings", settings(km)).await.expect(200);
    }
    let party = party(stage.now(), UserId::new(), &[]);
    stage.say(change(PartyChange::Created, None, &party)).await;
    stage.settled(1).await;
    assert!(stage.inbox(near_by).await.is_empty());
    assert_eq!(stage.inbox(far_goer).await, ["PARTY_CREATED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stars_move_along_with_their_people() {
    let stage = Stage::set().await;
    let party = party(stage.now(), UserId::new(), &[]);
    let comes = stage.person(Some(north(300.0)), "ko").await;
    let goes = stage.person(Some(north(0.0)), "ko").await;
    for person in [comes, goes] {
        stage.star_item(person, "060103").await;
        stage.star_market(person, party.market.market_id).await;
    }
    stage.say(moved(comes, 3, Some(north(0.0)))).await;
    stage.say(moved(goes, 2, None)).await;
    stage.settled(2).await;
    // Old news, of before the move.
    stage.say(moved(comes, 2, Some(north(300.0)))).await;
    stage.settled(3).await;
    stage.say(change(PartyChange::Created, None, &party)).await;
    stage.settled(4).await;
    assert_eq!(stage.inbox(comes).await, ["PARTY_CREATED"]);
    assert!(stage.inbox(goes).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_of_parties_of_somebody_with_whom_there_is_a_block() {
    let stage = Stage::set().await;
    let leader = stage.person(None, "ko").await;
    let mut people = Vec::new();
    for _ in 0..4 {
        let person = stage.person(Some(north(1.0)), "ko").await;
        stage.star_item(person, "060103").await;
        people.push(person);
    }
    let [refuser, blocked, reconciled, stranger] = people.try_into().unwrap();
    let block = |user_id, blocked_id, change, after_s| BlockEvent {
        change,
        user_id,
        blocked_id,
        at: stage.now() + TimeDelta::seconds(after_s),
    };
    stage.say(block(refuser, leader, BlockChange::Blocked, 0)).await;
    stage.say(block(leader, blocked, BlockChange::Blocked, 0)).await;
    // The later counts, in whichever order they come.
    stage.say(block(reconciled, leader, BlockChange::Unblocked, 2)).await;
    stage.say(block(reconciled, leader, BlockChange::Blocked, 1)).await;
    stage.settled(4).await;
    let party = party(stage.now(), leader, &[]);
    stage.say(change(PartyChange::Created, Some(leader), &party)).await;
    stage.settled(5).await;
    for told in [reconciled, stranger] {
        assert_eq!(stage.inbox(told).await, ["PARTY_CREATED"]);
    }
    for untold in [refuser, blocked] {
        assert!(stage.inbox(untold).await.is_empty());
    }
}
