//! A session that is over is over everywhere, also when Redis was away.

use crate::helpers::{TestApp, config, database};
use chassis::clock::Clock;
use chassis::identity::RevokedSessions;
use chassis::redis::{Cache, redis};
use chrono::TimeDelta;
use contracts::SessionId;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use testkit::{FaultProxy, until};
use tokio_util::sync::CancellationToken;

fn session_of(tokens: &Value) -> SessionId {
    tokens["session_id"].as_str().unwrap().parse().unwrap()
}

/// What the gateway, or any other service, hears.
struct Listener {
    heard: RevokedSessions,
    stopping: CancellationToken,
}

impl Listener {
    fn of(app: &TestApp, config: &party_service::config::Config) -> Self {
        let (heard, stopping) = (RevokedSessions::default(), CancellationToken::new());
        let cache = Cache::new(&config.redis).unwrap();
        let clock = Clock::Manual(app.clock.clone());
        tokio::spawn(heard.clone().follow(cache, None, clock, stopping.clone()));
        Self { heard, stopping }
    }

    async fn hears_of(&self, session: SessionId) {
        until("the revocation to be heard of", async || self.heard.contains(session).then_some(()))
            .await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// What everyone may ask: the sessions that are over.
async fn published(app: &TestApp) -> Value {
    app.client.get("/.well-known/revoked-sessions.json").await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_published_until_its_last_token_has_expired() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    assert_eq!(published(&app).await, json!({ "sessions": [] }));
    me.delete("/v1/sessions/current").await.expect(204);
    // Clocks may be a minute apart.
    let until = (app.clock.now() + TimeDelta::minutes(11)).timestamp();
    let session = json!({ "session_id": tokens["session_id"], "until": until });
    assert_eq!(published(&app).await, json!({ "sessions": [session] }));
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(published(&app).await, json!({ "sessions": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_hears_of_it() {
    let database = database().await;
    let config = config(&database);
    let app = TestApp::spawn_with(database, &config);
    let email = app.register("김사과").await;
    let listener = Listener::of(&app, &config);
    let tokens = app.tokens(&email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    me.delete("/v1/sessions/current").await.expect(204);
    listener.hears_of(session_of(&tokens)).await;
    // So does one that starts later.
    Listener::of(&app, &config).hears_of(session_of(&tokens)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_outage_delays_it_and_heals() {
    let database = database().await;
    let direct = config(&database);
    let (proxy, url) = FaultProxy::before_url(direct.redis.url.expose_secret()).await;
    let mut through_proxy = direct.clone();
    through_proxy.redis.url = SecretString::from(url);
    let app = TestApp::spawn_with(database, &through_proxy);
    let listener = Listener::of(&app, &direct);
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());

    proxy.go_down();
    me.delete("/v1/sessions/current").await.expect(204);
    me.get("/v1/users/me").await.expect_problem(401, "session_revoked");
    app.tokens(&email).await;
    assert!(!listener.heard.contains(session_of(&tokens)), "nobody could be told");
    // Whoever asks is told all the same.
    assert_eq!(published(&app).await["sessions"][0]["session_id"], tokens["session_id"]);
    proxy.come_up();
    listener.hears_of(session_of(&tokens)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_lost_everything_is_told_again() {
    let database = database().await;
    let config = config(&database);
    let app = TestApp::spawn_with(database, &config);
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    me.delete("/v1/sessions/current").await.expect(204);

    let cache = Cache::new(&config.redis).unwrap();
    let key = cache.key("revoked-sessions");
    let delete = async |conn: &mut _| redis::cmd("DEL").arg(&key).query_async::<i64>(conn).await;
    assert_eq!(cache.run(async |conn| delete(&mut *conn).await).await.unwrap(), 1);
    Listener::of(&app, &config).hears_of(session_of(&tokens)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_learns_it_from_the_database_alone() {
    let database = database().await;
    let here = config(&database);
    let mut there = here.clone();
    // Another prefix is another Redis: the two never hear of each other.
    there.redis = testkit::redis_config();
    let one = TestApp::spawn_with(database, &here);
    let email = one.register("김사과").await;
    let tokens = one.tokens(&email).await;
    let token = tokens["access_token"].as_str().unwrap();
    let other = one.again(&there);
    other.client.with_token(token).get("/v1/users/me").await.expect(200);
    one.client.with_token(token).delete("/v1/sessions/current").await.expect(204);
    until("the other instance to refuse the token", async || {
        let answer = other.client.with_token(token).get("/v1/users/me").await;
        (answer.code() == "session_revoked").then_some(())
    })
    .await;
}
