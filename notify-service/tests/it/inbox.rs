//! The inbox: pages, what is unread, reading and deleting.

use contracts::UserId;
use contracts::party::PartyChange;
use serde_json::json;
use testkit::Client;

use crate::stage::{Stage, change, party};

/// Somebody with so many notifications.
async fn stage_with(count: u64) -> (Stage, UserId, Client) {
    let (stage, person) = (Stage::set().await, UserId::new());
    tell(&stage, person, count).await;
    stage.settled(i64::try_from(count).unwrap()).await;
    let client = stage.service.client_of(person);
    (stage, person, client)
}

async fn tell(stage: &Stage, person: UserId, count: u64) {
    let mut party = party(stage.now(), UserId::new(), &[person]);
    for version in 1..=count {
        party.version = version;
        stage.say(change(PartyChange::Updated, Some(party.leader_id), &party)).await;
    }
}

async fn unread(client: &Client) -> u64 {
    let body = client.get("/v1/notifications/unread-count").await.expect(200);
    body["unread"].as_u64().unwrap()
}

fn seqs(body: &serde_json::Value) -> Vec<u64> {
    body["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn d44_the_list_comes_in_pages() {
    let (_stage, _, client) = stage_with(5).await;
    let first = client.get("/v1/notifications?limit=2").await.expect(200);
    assert_eq!(seqs(&first), [5, 4]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("/v1/notifications?limit=3&cursor={cursor}")).await;
    let second = second.expect(200);
    assert_eq!((seqs(&second), &second["next_cursor"]), (vec![3, 2, 1], &json!(null)));
    let bad = client.get("/v1/notifications?limit=x&cursor=!&unread=maybe").await;
    bad.expect_invalid(&["limit", "cursor", "unread"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d44_what_is_unread_is_counted_exactly() {
    let (stage, person, client) = stage_with(5).await;
    assert_eq!(unread(&client).await, 5);
    for _ in 0..2 {
        let body = client.act("/v1/notifications/3/read").await.expect(200);
        assert_eq!(body, json!({ "unread": 4, "last_seq": 5 }));
    }
    let list = client.get("/v1/notifications?unread=true").await.expect(200);
    assert_eq!(seqs(&list), [5, 4, 2, 1]);
    client.delete("/v1/notifications/3").await.expect(204);
    assert_eq!(unread(&client).await, 4);
    client.delete("/v1/notifications/1").await.expect(204);
    assert_eq!(unread(&client).await, 3);
    // What comes after what was seen stays unread.
    let body = client.post("/v1/notifications/read-all", json!({ "up_to_seq": 4 })).await;
    assert_eq!(body.expect(200)["unread"], 1);
    assert_eq!(seqs(&client.get("/v1/notifications").await.expect(200)), [5, 4, 2]);
    // A number is not given twice.
    client.delete("/v1/notifications/5").await.expect(204);
    let mut party = party(stage.now(), UserId::new(), &[person]);
    party.version = 9;
    stage.say(change(PartyChange::Locked, Some(party.leader_id), &party)).await;
    stage.settled(6).await;
    assert_eq!(seqs(&client.get("/v1/notifications").await.expect(200)), [6, 4, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d44_what_is_not_in_ones_own_inbox_does_not_exist() {
    let (stage, _, owner) = stage_with(1).await;
    let stranger = stage.service.client_of(UserId::new());
    for path in ["/v1/notifications/1", "/v1/notifications/0", "/v1/notifications/2"] {
        stranger.delete(path).await.expect_problem(404, "notification_not_found");
        let read = stranger.act(&format!("{path}/read")).await;
        read.expect_problem(404, "notification_not_found");
    }
    stranger.act("/v1/notifications/-1/read").await.expect_problem(404, "not_found");
    let body = stranger.post("/v1/notifications/read-all", json!({ "up_to_seq": 9 })).await;
    assert_eq!(body.expect(200), json!({ "unread": 0, "last_seq": 0 }));
    assert_eq!(unread(&owner).await, 1);
    owner.act("/v1/notifications/2/read").await.expect_problem(404, "notification_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_count_stays_exact_while_everything_happens_at_once() {
    let (stage, person, client) = stage_with(20).await;
    let more = tell(&stage, person, 40);
    let deleting = async {
        for seq in (1..=20).step_by(2) {
            client.delete(&format!("/v1/notifications/{seq}")).await;
        }
    };
    let catching_up = async {
        for seq in 10..30 {
            let body = json!({ "up_to_seq": seq });
            client.post("/v1/notifications/read-all", body).await.expect(200);
        }
    };
    let reading = async {
        for seq in (2..=20).step_by(2) {
            client.act(&format!("/v1/notifications/{seq}/read")).await.expect(200);
        }
    };
    tokio::join!(more, reading, deleting, catching_up);
    stage.settled(60).await;
    let list = client.get("/v1/notifications?unread=true&limit=100").await.expect(200);
    let listed = list["items"].as_array().unwrap().len();
    assert_eq!(unread(&client).await, u64::try_from(listed).unwrap());
    let all = client.get("/v1/notifications?limit=100").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_can_be_repeated() {
    let (_stage, _, client) = stage_with(2).await;
    let delete = || {
        let request = client.request(reqwest::Method::DELETE, "/v1/notifications/1");
        Client::send(request.header("Idempotency-Key", "once"))
    };
    delete().await.expect(204);
    let again = delete().await;
    assert_eq!(
        (again.status.as_u16(), again.headers["idempotency-replayed"].as_bytes()),
        (204, &b"true"[..])
    );
    client.delete("/v1/notifications/1").await.expect_problem(404, "notification_not_found");
}
