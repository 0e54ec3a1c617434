//! Somebody leaves the platform, and nothing of them is left anywhere.

mod traces;

use diesel_async::SimpleAsyncConnection as _;
use e2e::Platform;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client, until};
use uuid::Uuid;

use crate::people::{PASSWORD, party, sign_in};
use traces::Traces;

/// Somebody whose name, address and tokens are known.
struct Goer {
    client: Client,
    email: String,
    nickname: String,
    home: Value,
    session: Value,
}

impl Goer {
    /// Signs up with a home that is nobody else's, and uses everything there is.
    async fn settle_in(platform: &Platform) -> Self {
        let unique = Uuid::new_v4().simple().to_string();
        let (email, nickname) = (format!("{unique}@example.com"), format!("떠날{}", &unique[..8]));
        let client = platform.client();
        let markets = client.get("/v1/markets?limit=2").await.expect(200);
        let address = markets["items"][1]["road_address"].clone();
        let account = json!({
            "email": email, "password": PASSWORD, "nickname": nickname, "address": address,
        });
        let me = client.post("/v1/users", account).await.expect(201);
        let credentials = json!({ "email": email, "password": PASSWORD });
        let session = client.post("/v1/sessions", credentials).await.expect(201);
        let client = client.with_token(session["access_token"].as_str().unwrap());
        Self { client, email, nickname, home: me["address"].clone(), session }
    }

    async fn withdraw(&self) -> Answer {
        let request = self.client.request(Method::DELETE, "/v1/users/me");
        Client::send(request.json(&json!({ "current_password": PASSWORD }))).await
    }

    /// What must not be found anywhere when all is erased.
    fn secrets(&self) -> Vec<String> {
        let text = |value: &Value| value.to_string().trim_matches('"').to_owned();
        vec![
            self.email.clone(),
            self.email.split('@').next().unwrap().to_owned(),
            self.nickname.clone(),
            text(&self.home["road_address"]),
            text(&self.home["latitude"]),
            text(&self.home["longitude"]),
            text(&self.session["access_token"]),
            text(&self.session["refresh_token"]),
        ]
    }
}

async fn room_of(member: &Client) -> String {
    let room = until("the room is open", async || {
        let rooms = member.get("/v1/chat-rooms").await.expect(200);
        rooms["items"][0]["id"].as_str().map(str::to_owned)
    });
    format!("/v1/chat-rooms/{}", room.await)
}

#[tokio::test(flavor = "multi_thread")]
async fn d03_nothing_is_left_in_any_table_cache_queue_or_log() {
    let platform = Platform::start().await;
    let (goer, neighbour) = (Goer::settle_in(&platform).await, sign_in(&platform).await);
    party(&goer.client, &neighbour).await;
    let joined = party(&neighbour, &goer.client).await;
    let room = room_of(&goer.client).await;
    let said = json!({ "content": "3시에 정문에서 만나요" });
    let say = goer.client.request(Method::POST, &format!("{room}/messages"));
    Client::send(say.header("idempotency-key", "1").json(&said)).await.expect(201);
    let name = json!({ "locale": "en" });
    let rename = goer.client.request(Method::PATCH, "/v1/users/me").header("idempotency-key", "2");
    Client::send(rename.json(&name)).await.expect(200);
    let item = goer.client.get("/v1/items?limit=1").await.expect(200);
    let star = format!("/v1/favorites/items/{}", item["items"][0]["code"].as_str().unwrap());
    goer.client.put(&star, json!({})).await.expect(200);
    goer.client
        .post("/v1/sessions", json!({ "email": goer.email, "password": "wrong wrong" }))
        .await;
    let export = goer.client.get("/v1/users/me/export").await.expect(200);
    assert_eq!(export["account"]["email"], json!(goer.email));
    assert_eq!(export["chat"]["messages"][0]["content"], said["content"]);
    assert_eq!(export["notifications"]["favorite_items"].as_array().unwrap().len(), 1);

    let traces = Traces::of(&platform);
    let before = traces.with_any_of(&goer.secrets()).await;
    assert!(before.iter().any(|at| at.contains("users")), "the search finds: {before:?}");
    goer.withdraw().await.expect(204);
    until("all services have heard of it", async || {
        let party = neighbour.get(&joined).await.expect(200);
        let talk = neighbour.get(&format!("{room}/messages")).await.expect(200);
        let is_out = party["members_count"] == 1;
        (is_out && !talk.to_string().contains(&goer.nickname)).then_some(())
    })
    .await;

    // The days pass. An instance erases when it starts, and then now and again.
    let mut conn = platform.party_database.conn().await;
    let days = "UPDATE users SET withdrawn_at = withdrawn_at - INTERVAL 31 DAY \
                WHERE withdrawn_at IS NOT NULL";
    until("they are out of all parties", async || {
        let left = "SELECT id FROM users WHERE withdrawal_step = 'leave'";
        (traces.count(&platform.party_database, left).await == 0).then_some(())
    })
    .await;
    conn.batch_execute(days).await.unwrap();
    let mut platform = platform;
    platform.party.kill().await;
    platform.party.start().await;
    let traces = Traces::of(&platform);
    until("nothing is left", async || {
        let left = traces.with_any_of(&goer.secrets()).await;
        left.is_empty().then_some(())
    })
    .await;

    // Everything is free again, and what happened is still there.
    let again = json!({ "email": goer.email, "password": PASSWORD, "nickname": goer.nickname });
    platform.client().post("/v1/users", again).await.expect(201);
    let talk = neighbour.get(&format!("{room}/messages")).await.expect(200);
    assert!(talk.to_string().contains("3시에 정문에서"), "{talk:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d02_the_token_of_somebody_who_left_opens_nothing() {
    let platform = Platform::start().await;
    let goer = Goer::settle_in(&platform).await;
    goer.withdraw().await.expect(204);
    let credentials = json!({ "email": goer.email, "password": PASSWORD });
    let refused = platform.client().post("/v1/sessions", credentials).await;
    refused.expect_problem(401, "invalid_credentials");
    let refresh = json!({ "refresh_token": goer.session["refresh_token"] });
    let refused = platform.client().post("/v1/sessions/refresh", refresh).await;
    refused.expect_problem(401, "invalid_refresh_token");
    let token = goer.client.token().unwrap();
    let doors =
        [platform.gateway.url(), platform.party.url(), platform.chat.url(), platform.notify.url()];
    for (door, path) in
        doors.iter().zip(["/v1/users/me", "/v1/users/me", "/v1/chat-rooms", "/v1/notifications"])
    {
        let client = Client::new(door).with_token(token);
        until(&format!("{door}{path} refuses the token"), async || {
            let answer = client.get(path).await;
            (answer.code() == "session_revoked").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_killed_while_somebody_leaves_goes_on_where_it_was() {
    let mut platform = Platform::start().await;
    let (goer, neighbour) = (Goer::settle_in(&platform).await, sign_in(&platform).await);
    party(&goer.client, &neighbour).await;
    let mut conn = platform.party_database.conn().await;
    // Too many parties to be done with before the power cut.
    let copies = "CREATE TEMPORARY TABLE copies SELECT p.* FROM parties p LIMIT 1; \
                  CREATE TEMPORARY TABLE numbers (n INT); INSERT INTO numbers VALUES (1), (2), (3), (4); \
                  CREATE TEMPORARY TABLE others SELECT * FROM numbers; \
                  CREATE TEMPORARY TABLE more SELECT * FROM numbers; \
                  CREATE TEMPORARY TABLE most SELECT * FROM numbers; \
                  CREATE TEMPORARY TABLE all_of_them SELECT c.*, a.n * 1000 + b.n * 100 + d.n * 10 + e.n AS number \
                    FROM copies c, numbers a, others b, more d, most e; \
                  UPDATE all_of_them SET id = UNHEX(MD5(number)); \
                  ALTER TABLE all_of_them DROP COLUMN number; \
                  INSERT INTO parties SELECT * FROM all_of_them";
    conn.batch_execute(copies).await.unwrap();
    goer.withdraw().await.expect(204);
    let traces = Traces::of(&platform);
    let cancelled = "SELECT id FROM parties WHERE status = 'cancelled'";
    until("some parties are cancelled", async || {
        (traces.count(&platform.party_database, cancelled).await > 10).then_some(())
    })
    .await;
    platform.party.kill().await;
    let traces = Traces::of(&platform);
    assert!(traces.count(&platform.party_database, cancelled).await < 257, "it was in the middle");
    platform.party.start().await;
    let traces = Traces::of(&platform);
    until("all parties are cancelled", async || {
        (traces.count(&platform.party_database, cancelled).await == 257).then_some(())
    })
    .await;
    let told = "SELECT position FROM outbox WHERE kind = 'party.cancelled.v1'";
    assert_eq!(traces.count(&platform.party_database, told).await, 257, "each once");
}
