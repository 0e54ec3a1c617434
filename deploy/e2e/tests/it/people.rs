//! Someone to be, and parties to be in.

use chassis::clock::Clock;
use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection as _;
use e2e::Platform;
use serde_json::json;
use testkit::{Client, until};
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "open sesame, neighbours";

/// Signs someone new up and in, at the gateway.
pub(crate) async fn sign_in(platform: &Platform) -> Client {
    enter(platform, &sign_up(platform).await).await
}

/// Signs someone new up and in who runs the platform.
pub(crate) async fn sign_in_admin(platform: &Platform) -> Client {
    let email = sign_up(platform).await;
    platform.party.command(&["admin", "grant", &email]).await;
    enter(platform, &email).await
}

async fn enter(platform: &Platform, email: &str) -> Client {
    let client = platform.client();
    let session = client
        .post("/v1/sessions", json!({ "email": email, "password": PASSWORD }))
        .await
        .expect(201);
    client.with_token(session["access_token"].as_str().unwrap())
}

/// Signs someone new up, at the gateway; says with which address.
pub(crate) async fn sign_up(platform: &Platform) -> String {
    let unique = Uuid::new_v4().simple().to_string();
    let email = format!("{unique}@example.com");
    let client = platform.client();
    let nickname = format!("n{}", &unique[..12]);
    client
        .post("/v1/users", json!({ "email": email, "password": PASSWORD, "nickname": nickname }))
        .await
        .expect(201);
    email
}

/// A party of this leader, in which `member` is accepted.
pub(crate) async fn party(leader: &Client, member: &Client) -> String {
    let market = leader.get("/v1/markets?limit=1").await.expect(200);
    let item = leader.get("/v1/items?limit=1").await.expect(200);
    let now = Clock::System.now();
    let wish = json!({
        "market_id": market["items"][0]["id"], "item_code": item["items"][0]["code"],
        "quantity": 3, "unit": "kg", "total_shares": 3, "description": "정문 앞에서 만나요",
        "starts_at": now + TimeDelta::hours(2), "ends_at": now + TimeDelta::hours(3),
    });
    let party = leader.post("/v1/parties", wish).await.expect(201);
    let path = format!("/v1/parties/{}", party["id"].as_str().unwrap());
    let who = member.get("/v1/users/me").await.expect(200);
    let apply = json!({ "shares": 1, "message": "근처에 살아요" });
    member.post(&format!("{path}/applications"), apply).await.expect(201);
    let accept = format!("{path}/applications/{}/accept", who["id"].as_str().unwrap());
    leader.act(&accept).await.expect(200);
    path
}

/// The id of somebody.
pub(crate) async fn id(person: &Client) -> String {
    let me = person.get("/v1/users/me").await.expect(200);
    me["id"].as_str().unwrap().to_owned()
}

/// A party that was completed just now, to which its only member did not come.
pub(crate) async fn aftermath(platform: &Platform, leader: &Client, absent: &Client) -> String {
    let path = party(leader, absent).await;
    leader.act(&format!("{path}/lock")).await.expect(200);
    let earlier = "UPDATE parties SET starts_at = starts_at - INTERVAL 3 HOUR, \
                   ends_at = ends_at - INTERVAL 3 HOUR, \
                   join_deadline = join_deadline - INTERVAL 3 HOUR WHERE status = 'locked'";
    platform.party_database.conn().await.batch_execute(earlier).await.unwrap();
    let attendance = json!([{ "user_id": id(absent).await, "attended": false }]);
    let complete = json!({ "attendance": attendance });
    leader.post(&format!("{path}/complete"), complete).await.expect(200);
    path
}

/// The room that somebody is in.
pub(crate) async fn room_of(member: &Client) -> String {
    until("the room is open", async || {
        let rooms = member.get("/v1/chat-rooms").await.expect(200);
        rooms["items"][0]["id"].as_str().map(str::to_owned)
    })
    .await
}

/// Waits until this token is refused at every door, because its session is over.
pub(crate) async fn refused_everywhere(platform: &Platform, token: &str) {
    for (service, path) in [
        (&platform.gateway, "/v1/users/me"),
        (&platform.gateway, "/v1/items"),
        (&platform.party, "/v1/users/me"),
        (&platform.catalog, "/v1/admin/imports"),
        (&platform.chat, "/v1/chat-rooms"),
        (&platform.notify, "/v1/notifications"),
    ] {
        let door = service.url();
        let client = Client::new(door.clone()).with_token(token);
        until(&format!("{door}{path} refuses the token"), async || {
            (client.get(path).await.code() == "session_revoked").then_some(())
        })
        .await;
    }
}
