//! Somebody leaves the platform, and nothing of them is left anywhere.

mod traces;

use std::collections::BTreeSet;

use chassis::clock::Clock;
use chrono::TimeDelta;
use contracts::Event;
use contracts::routing::CHAT;
use contracts::user::{UserEvent, UserSnapshot};
use diesel_async::SimpleAsyncConnection as _;
use e2e::Platform;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client, until};
use uuid::Uuid;

use crate::people::{
    PASSWORD, aftermath, id, party, refused_everywhere, room_of, sign_in, sign_in_admin,
};
use traces::{Secrets, Traces, say};

/// Somebody whose name, address and tokens are known.
struct Goer {
    client: Client,
    id: String,
    email: String,
    nickname: String,
    browser: String,
    home: Value,
    session: Value,
}

impl Goer {
    /// Signs up with a home that is nobody else's.
    async fn settle_in(platform: &Platform) -> Self {
        let unique = Uuid::new_v4().simple().to_string();
        let (email, nickname) = (format!("{unique}@example.com"), format!("떠날{}", &unique[..8]));
        let browser = format!("browser-of-{}", &unique[8..16]);
        let client = platform.client();
        let markets = client.get("/v1/markets?limit=2").await.expect(200);
        let address = markets["items"][1]["road_address"].clone();
        let account = json!({
            "email": email, "password": PASSWORD, "nickname": nickname, "address": address,
        });
        let me = client.post("/v1/users", account).await.expect(201);
        let credentials = json!({ "email": email, "password": PASSWORD });
        let sign_in = client.request(Method::POST, "/v1/sessions").header("user-agent", &browser);
        let session = Client::send(sign_in.json(&credentials)).await.expect(201);
        let client = client.with_token(session["access_token"].as_str().unwrap());
        let id = me["id"].as_str().unwrap().to_owned();
        Self { client, id, email, nickname, browser, home: me["address"].clone(), session }
    }

    /// The part of the address before the `@`, which is nobody else's.
    fn local_part(&self) -> &str {
        self.email.split('@').next().unwrap()
    }

    /// Something that says who they are and where they live, to be written wherever one can write.
    fn words(&self) -> String {
        let road = self.home["road_address"].as_str().unwrap();
        format!("{} {} {road}", self.nickname, self.email)
    }

    async fn withdraw(&self) -> Answer {
        let request = self.client.request(Method::DELETE, "/v1/users/me");
        Client::send(request.json(&json!({ "current_password": PASSWORD }))).await
    }

    /// What must not be found anywhere when all is erased.
    async fn secrets(&self, platform: &Platform) -> Secrets {
        let text = |value: &Value| value.to_string().trim_matches('"').to_owned();
        let refresh_token = text(&self.session["refresh_token"]);
        let texts = vec![
            self.local_part().to_owned(),
            self.nickname.clone(),
            self.browser.clone(),
            text(&self.home["road_address"]),
            text(&self.home["latitude"]),
            text(&self.home["longitude"]),
            text(&self.session["access_token"]),
            refresh_token.clone(),
        ];
        // Where attempts to sign in to the account are counted, and what is kept of the token.
        let here = format!("'account-from', CHAR(0), '{}', CHAR(0), '127.0.0.1'", self.email);
        let door = format!("SHA2(CONCAT({here}), 256)");
        let plain = refresh_token.replace('-', "+").replace('_', "/");
        let token = format!("SHA2(FROM_BASE64('{plain}='), 256)");
        let mut bytes = Vec::new();
        for hash in [door, token] {
            bytes.push(say(&platform.party_database, &format!("UPPER({hash})")).await);
        }
        Secrets { texts, bytes }
    }
}

/// Writes to a route with an idempotency key.
async fn write(client: &Client, method: Method, path: &str, key: &str, body: &Value) -> Answer {
    let request = client.request(method, path).header("idempotency-key", key);
    Client::send(request.json(body)).await
}

/// Two parties that were completed just now: in one the goer did not come, in the other the
/// neighbour; the leaders and the goer say so in words.
async fn fall_out(platform: &Platform, goer: &Goer, neighbour: &Client) {
    let words = goer.words();
    let neighbour_id = id(neighbour).await;
    for (leader, absent, absent_id, appeal) in [
        (neighbour, &goer.client, goer.id.as_str(), words.as_str()),
        // What the neighbour says against it is their own defence, and stays.
        (&goer.client, neighbour, neighbour_id.as_str(), "저는 갔어요"),
    ] {
        let path = aftermath(platform, leader, absent).await;
        let penalty = json!({ "reason": "no_show", "comment": words });
        let give = format!("{path}/members/{absent_id}/penalty");
        let penalty = leader.post(&give, penalty).await.expect(201);
        let text = json!({ "text": appeal });
        let appeal = format!("/v1/penalties/{}/appeal", penalty["id"].as_str().unwrap());
        absent.post(&appeal, text).await.expect(200);
    }
}

/// Says who the goer is in every text that can be written about them; by those who stay, too.
async fn report(goer: &Goer, neighbour: &Client, admin: &Client) {
    let words = goer.words();
    let me = neighbour.get("/v1/users/me").await.expect(200);
    let report = |about: &Value| json!({ "reference": { "kind": "user", "user_id": about }, "reason": "other", "text": words });
    let by_goer = report(&me["id"]);
    write(&goer.client, Method::POST, "/v1/reports", "3", &by_goer).await.expect(201);
    let about_goer = report(&json!(goer.id));
    let filed = write(neighbour, Method::POST, "/v1/reports", goer.local_part(), &about_goer).await;
    let resolve = filed.expect(201)["id"].as_str().unwrap().to_owned();
    let resolve = format!("/v1/admin/reports/{resolve}/resolve");
    let decision = json!({ "resolution": "dismissed", "note": words });
    admin.post(&resolve, decision).await.expect(200);
    let ban = json!({ "scope": "chat", "reason": words });
    let bans = format!("/v1/admin/users/{}/bans", goer.id);
    write(admin, Method::POST, &bans, "4", &ban).await.expect(201);
}

/// Reports the message in which somebody has said this.
async fn report_message(room: &str, words: &Value, reporter: &Client) {
    let history = reporter.get(&format!("{room}/messages")).await.expect(200);
    let mut messages = history["items"].as_array().unwrap().iter();
    let message = messages.find(|message| message["content"] == *words).unwrap();
    let reference =
        json!({ "kind": "message", "room_id": message["room_id"], "seq": message["seq"] });
    let report = json!({ "reference": reference, "reason": "other" });
    reporter.post("/v1/reports", report).await.expect(201);
}

/// An event about the goer that chat-service could not handle.
async fn fail_an_event(platform: &Platform, goer: &Goer) {
    let user = UserSnapshot {
        user_id: goer.id.parse().unwrap(),
        version: 1,
        nickname: goer.nickname.clone(),
        latitude: None,
        longitude: None,
        locale: "ko".into(),
    };
    // As old as it is when the stated days are over.
    let then = Clock::System.now() - TimeDelta::days(31);
    let event = Event::new("/party-service", then, None, UserEvent::Updated(user));
    let bus = platform.bus();
    let dead_letters = bus.broker().topology().dead_letters(CHAT);
    bus.send(&dead_letters, &serde_json::to_vec(&event).unwrap()).await;
}

/// Where the goer is to be found before they leave, among other places: so the search finds.
const PLANTED: [&str; 21] = [
    "chat messages.client_message_id",
    "chat messages.content",
    "chat people.nickname",
    "log of gateway",
    "log of party",
    "notify people.latitude",
    "party bans.reason",
    "party idempotency_keys.answer",
    "party idempotency_keys.idempotency_key",
    "party outbox.payload",
    "party parties.description",
    "party party_members.message",
    "party penalties.appeal",
    "party penalties.comment",
    "party refresh_tokens.token_hash",
    "party reports.note",
    "party reports.said",
    "party reports.text",
    "party sessions.user_agent",
    "party sign_in_failures.subject",
    "party users.email",
];

#[tokio::test(flavor = "multi_thread")]
async fn d03_nothing_is_left_in_any_table_cache_queue_or_log() {
    let mut platform = Platform::start().await;
    let (goer, neighbour) = (Goer::settle_in(&platform).await, sign_in(&platform).await);
    let admin = sign_in_admin(&platform).await;
    let words = json!(goer.words());
    fall_out(&platform, &goer, &neighbour).await;
    let led = party(&goer.client, &neighbour).await;
    goer.client.patch(&led, json!({ "description": words })).await.expect(200);
    let joined = party(&neighbour, &goer.client).await;
    let applied = party(&neighbour, &admin).await;
    let apply = json!({ "shares": 1, "message": words });
    goer.client.post(&format!("{applied}/applications"), apply).await.expect(201);
    let room = format!("/v1/chat-rooms/{}", room_of(&goer.client).await);
    let messages = format!("{room}/messages");
    for name in ["1", goer.local_part()] {
        let said = json!({ "content": words, "client_message_id": name });
        goer.client.post(&messages, said).await.expect(201);
    }
    write(
        &goer.client,
        Method::PATCH,
        "/v1/users/me",
        goer.local_part(),
        &json!({ "locale": "en" }),
    )
    .await
    .expect(200);
    let item = goer.client.get("/v1/items?limit=1").await.expect(200);
    let star = format!("/v1/favorites/items/{}", item["items"][0]["code"].as_str().unwrap());
    goer.client.put(&star, json!({})).await.expect(200);
    let guess = json!({ "email": goer.email, "password": "wrong wrong" });
    goer.client.post("/v1/sessions", guess).await.expect(401);
    report_message(&room, &words, &neighbour).await;
    report(&goer, &neighbour, &admin).await;
    neighbour.get(&format!("/v1/users/{}", goer.id)).await.expect(200);
    fail_an_event(&platform, &goer).await;
    let export = goer.client.get("/v1/users/me/export").await.expect(200);
    assert_eq!(export["account"]["email"], json!(goer.email));
    assert_eq!(export["chat"]["messages"][0]["content"], words);
    assert_eq!(export["notifications"]["favorite_items"].as_array().unwrap().len(), 1);

    // What a log does say: which request was whose is told by its trace.
    let trace = Uuid::new_v4().simple().to_string();
    let request = goer.client.request(Method::GET, "/v1/users/me");
    let header = format!("00-{trace}-00f067aa0ba902b7-01");
    Client::send(request.header("traceparent", header)).await.expect(200);

    let secrets = goer.secrets(&platform).await;
    let traces = Traces::of(&platform);
    let mut with_trace = secrets.clone();
    with_trace.texts.push(trace);
    let before = traces.with_any_of(&with_trace).await;
    for place in PLANTED {
        assert!(before.contains(place), "{place} is not among {before:#?}");
    }
    for kind in ["redis ", "queue "] {
        assert!(before.iter().any(|place| place.starts_with(kind)), "{before:#?}");
    }
    assert!(traces.with_any_of(&secrets).await.iter().all(|at| !at.starts_with("log")));

    goer.withdraw().await.expect(204);
    until("all services have heard of it", async || {
        let party = neighbour.get(&joined).await.expect(200);
        let talk = neighbour.get(&messages).await.expect(200);
        let senders = talk["items"].as_array().unwrap().iter().map(|message| &message["sender"]);
        let named = senders.filter(|sender| sender["nickname"] == goer.nickname.as_str()).count();
        (party["members_count"] == 1 && named == 0).then_some(())
    })
    .await;
    until("they are out of all parties", async || {
        let left = "SELECT id FROM users WHERE withdrawal_step = 'leave'";
        (traces.count(&platform.party_database, left).await == 0).then_some(())
    })
    .await;
    let talk = neighbour.get(&messages).await.expect(200);
    assert!(talk.to_string().contains(goer.local_part()), "until the days are over it is read");

    pass_days(&platform).await;
    // Each service sweeps when it starts, and then now and again.
    for service in [&mut platform.party, &mut platform.chat, &mut platform.notify] {
        service.kill().await;
        service.start().await;
    }
    let traces = Traces::of(&platform);
    let mut left = BTreeSet::new();
    until("nothing is left", async || {
        let now = traces.with_any_of(&secrets).await;
        if now != left {
            println!("left: {now:#?}");
            left = now;
        }
        left.is_empty().then_some(())
    })
    .await;

    // Everything is free again, and what happened is still there.
    let again = json!({ "email": goer.email, "password": PASSWORD, "nickname": goer.nickname });
    platform.client().post("/v1/users", again).await.expect(201);
    let talk = until("chat is back", async || {
        let talk = neighbour.get(&messages).await;
        (talk.status == 200).then_some(talk.body)
    })
    .await;
    let items = talk["items"].as_array().unwrap();
    let removed = items.iter().filter(|message| message["removed"] == true);
    assert!(removed.clone().all(|message| message["content"] == ""));
    assert!(removed.count() > 0, "{talk:#}");
}

/// Lets the stated days pass, as far as they are written anywhere.
async fn pass_days(platform: &Platform) {
    let answers = "UPDATE idempotency_keys SET created_at = created_at - INTERVAL 31 DAY";
    for database in [&platform.party_database, &platform.chat_database, &platform.notify_database] {
        database.conn().await.batch_execute(answers).await.unwrap();
    }
    let withdrawn = "UPDATE users SET withdrawn_at = withdrawn_at - INTERVAL 31 DAY \
                     WHERE withdrawn_at IS NOT NULL";
    platform.party_database.conn().await.batch_execute(withdrawn).await.unwrap();
    Traces::of(platform).let_redis_forget().await;
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
    refused_everywhere(&platform, goer.client.token().unwrap()).await;
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
