//! What somebody does not want to hear, and when.

use chrono::TimeDelta;
use contracts::party::{MembershipStatus, PartyChange};
use contracts::penalty::{PenaltyChange, PenaltyEvent, PenaltyReason};
use contracts::{PartyId, PenaltyId, UserId};
use notify_service::store::notifications;
use serde_json::json;

use crate::stage::{Stage, change, party, standing};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_silenced_does_not_come() {
    let stage = Stage::set().await;
    let person = UserId::new();
    let client = stage.service.client_of(person);
    let wishes = json!({ "radius_km": 5.5, "silenced": ["PARTY_UPDATED", "PARTY_CREATED"], "quiet_hours": null });
    let answer = client.put("/v1/notifications/settings", wishes).await.expect(200);
    assert_eq!(answer, client.get("/v1/notifications/settings").await.expect(200));
    assert_eq!(answer["time_zone"], "Asia/Seoul");

    let mut party = party(stage.now(), UserId::new(), &[person]);
    stage.say(change(PartyChange::Updated, None, &party)).await;
    party.version = 2;
    stage.say(change(PartyChange::Locked, None, &party)).await;
    stage.settled(2).await;
    assert_eq!(stage.inbox(person).await, ["PARTY_LOCKED"]);
    assert_eq!(stage.list(person).await[0]["seq"], 1, "no number is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_party_is_not_heard_until_it_is_unmuted() {
    let stage = Stage::set().await;
    let [person, other] = [UserId::new(), UserId::new()];
    let client = stage.service.client_of(person);
    let mut loud = party(stage.now(), UserId::new(), &[person]);
    let mut party = party(stage.now(), UserId::new(), &[person, other]);
    let mute = format!("/v1/notifications/muted-parties/{}", party.party_id);
    client.put(&mute, json!({})).await.expect_problem(404, "party_not_found");
    let unknown = format!("/v1/notifications/muted-parties/{}", PartyId::new());
    client.delete(&unknown).await.expect(204);

    stage.say(change(PartyChange::Updated, None, &party)).await;
    stage.settled(1).await;
    client.put(&mute, json!({})).await.expect(204);
    client.put(&mute, json!({})).await.expect(204);
    let list = client.get("/v1/notifications/muted-parties").await.expect(200);
    assert_eq!(list["items"][0]["party_id"], json!(party.party_id));
    assert_eq!(list["items"].as_array().unwrap().len(), 1);

    for party in [&mut party, &mut loud] {
        party.version = 2;
        stage.say(change(PartyChange::Locked, None, party)).await;
    }
    stage.settled(3).await;
    client.delete(&mute).await.expect(204);
    party.version = 3;
    let removal = standing(MembershipStatus::Removed, party.leader_id, person, &party);
    stage.say(removal).await;
    stage.settled(4).await;
    assert_eq!(stage.inbox(person).await, ["PARTY_UPDATED", "PARTY_LOCKED", "REMOVED"]);
    assert_eq!(stage.inbox(other).await, ["PARTY_UPDATED", "PARTY_LOCKED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_muted_a_party_hears_of_a_penalty_all_the_same() {
    let stage = Stage::set().await;
    let [leader, person] = [UserId::new(), UserId::new()];
    let client = stage.service.client_of(person);
    let mut party = party(stage.now(), leader, &[person]);
    stage.say(change(PartyChange::Updated, None, &party)).await;
    stage.settled(1).await;
    let mute = format!("/v1/notifications/muted-parties/{}", party.party_id);
    client.put(&mute, json!({})).await.expect(204);
    party.version = 2;
    stage.say(change(PartyChange::Completed, Some(leader), &party)).await;
    let given = PenaltyEvent {
        change: PenaltyChange::Given,
        penalty_id: PenaltyId::new(),
        party_id: party.party_id,
        item: party.item.clone(),
        actor_id: leader,
        member_id: person,
        reason: PenaltyReason::NoShow,
        active_count: 1,
    };
    stage.say(given.clone()).await;
    for change in [PenaltyChange::Upheld, PenaltyChange::Revoked] {
        stage.say(PenaltyEvent { change, actor_id: UserId::new(), ..given.clone() }).await;
    }
    stage.settled(5).await;
    assert_eq!(
        stage.inbox(person).await,
        ["PARTY_UPDATED", "PENALTY_GIVEN", "PENALTY_UPHELD", "PENALTY_REVOKED"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_quiet_hours_is_in_the_inbox_only() {
    let stage = Stage::set().await;
    let person = UserId::new();
    let quiet = json!({ "from": "22:00", "until": "07:00" });
    let wishes = json!({ "radius_km": 10, "silenced": [], "quiet_hours": quiet });
    let client = stage.service.client_of(person);
    client.put("/v1/notifications/settings", wishes).await.expect(200);
    // It is noon in Seoul, then eleven in the evening.
    let mut party = party(stage.now(), UserId::new(), &[person]);
    stage.say(change(PartyChange::Updated, None, &party)).await;
    stage.settled(1).await;
    stage.platform.clock.advance(TimeDelta::hours(11));
    party.version = 2;
    stage.say(change(PartyChange::Locked, None, &party)).await;
    stage.settled(2).await;

    let mut conn = stage.platform.database.conn().await;
    let stored = notifications::after(&mut conn, person, 0, 10).await.unwrap();
    let held: Vec<_> = stored.iter().map(|stored| (stored.seq, stored.held)).collect();
    assert_eq!(held, [(1, false), (2, true)]);
    assert_eq!(stage.inbox(person).await, ["PARTY_UPDATED", "PARTY_LOCKED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_make_no_sense_are_refused() {
    let stage = Stage::set().await;
    let client = stage.service.client_of(UserId::new());
    let path = "/v1/notifications/settings";
    let good = json!({ "radius_km": 10.0, "silenced": [], "quiet_hours": null, "time_zone": "Asia/Seoul" });
    assert_eq!(client.get(path).await.expect(200), good);
    for (field, value, pointers) in [
        ("radius_km", json!(0.09), &["/radius_km"][..]),
        ("radius_km", json!(20.1), &["/radius_km"]),
        ("time_zone", json!("Mars/Olympus"), &["/time_zone"]),
        (
            "quiet_hours",
            json!({ "from": "25:00", "until": "7" }),
            &["/quiet_hours/from", "/quiet_hours/until"],
        ),
        ("quiet_hours", json!({ "from": "07:00", "until": "07:00" }), &["/quiet_hours"]),
        ("silenced", json!(["NEWS"]), &["/silenced/0"]),
        ("silenced", json!(["REMOVED", "PENALTY_GIVEN"]), &["/silenced"]),
    ] {
        let mut wishes = good.clone();
        wishes[field] = value;
        client.put(path, wishes).await.expect_invalid(pointers);
    }
    client.put(path, json!({ "radius_km": 1 })).await.expect_problem(422, "validation_failed");
    assert_eq!(client.get(path).await.expect(200), good);
}
