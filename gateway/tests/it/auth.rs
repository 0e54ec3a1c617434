//! Who gets past the gateway.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::identity::{Claims, Role, announce};
use chassis::redis::Cache;
use chrono::TimeDelta;
use contracts::UserId;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::json;
use testkit::{Client, FaultProxy, TestIssuer, until};

use crate::helpers::{Gateway, machine_time};
use crate::service;

/// A path that wants a token, and one that does not.
const PRIVATE: &str = "/v1/parties";
const PUBLIC: &str = "/v1/items";

#[tokio::test]
async fn a_good_token_passes_and_goes_along() {
    let gateway = Gateway::before(service::echo().0).await;
    let token = gateway.token();
    let seen = gateway.client().with_token(&token).get(PRIVATE).await.expect(200);
    assert_eq!(seen["headers"]["authorization"][0], format!("Bearer {token}"));
}

#[tokio::test]
async fn a_public_path_needs_no_token() {
    let gateway = Gateway::before(service::echo().0).await;
    let seen = gateway.client().get(PUBLIC).await.expect(200);
    assert!(seen["headers"].get("authorization").is_none());
    gateway.client().post("/v1/users", json!({})).await.expect(200);
    gateway.client().post("/v1/sessions", json!({})).await.expect(200);
    gateway.client().post("/v1/sessions/refresh", json!({})).await.expect(200);
}

/// Changes the claims of a good token.
fn spoilt(gateway: &Gateway, spoil: impl FnOnce(&mut Claims)) -> String {
    let mut claims = TestIssuer::claims(UserId::new(), Role::User, gateway.clock.now());
    spoil(&mut claims);
    gateway.issuer.read().unwrap().sign(&claims)
}

/// Tokens that are none, each with the code it is refused with.
fn bad_tokens(gateway: &Gateway) -> Vec<(&'static str, String, &'static str)> {
    let now = gateway.clock.now();
    let at = |delta: i64| (now + TimeDelta::seconds(delta)).timestamp();
    let issuer = gateway.issuer.read().unwrap();
    let good = gateway.token();
    let claims = TestIssuer::claims(UserId::new(), Role::User, now);
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let kid = issuer.jwks().keys[0].common.key_id.clone();

    // The public key as if it were a shared secret.
    let public = serde_json::to_value(issuer.jwks()).unwrap()["keys"][0]["x"].clone();
    let public = BASE64_URL_SAFE_NO_PAD.decode(public.as_str().unwrap()).unwrap();
    let mut shared = Header::new(Algorithm::HS256);
    shared.kid.clone_from(&kid);
    let shared = encode(&shared, &claims, &EncodingKey::from_secret(&public)).unwrap();

    let none = json!({ "alg": "none", "typ": "JWT", "kid": kid }).to_string();
    let none = format!("{}.{body}.", BASE64_URL_SAFE_NO_PAD.encode(none));
    let mut no_kid = Header::new(Algorithm::EdDSA);
    no_kid.kid = None;
    let mut other_kid = Header::new(Algorithm::EdDSA);
    other_kid.kid = Some("../../etc/passwd".into());
    let other_body = BASE64_URL_SAFE_NO_PAD.encode(
        json!({ "sub": UserId::new(), "role": "admin", "exp": at(600), "nbf": at(0) }).to_string(),
    );
    vec![
        ("empty", String::new(), "unauthenticated"),
        ("garbage", "garbage".into(), "unauthenticated"),
        ("dots", "..".into(), "unauthenticated"),
        ("too long", "a".repeat(5000), "unauthenticated"),
        ("alg none", none, "unauthenticated"),
        ("HS256 with the public key", shared, "unauthenticated"),
        ("another's signature", TestIssuer::new().sign(&claims), "unauthenticated"),
        ("no kid", issuer.sign_with_header(&no_kid, &claims), "unauthenticated"),
        ("unknown kid", issuer.sign_with_header(&other_kid, &claims), "unauthenticated"),
        ("changed body", format!("{head}.{other_body}.{signature}"), "unauthenticated"),
        ("no signature", format!("{head}.{body}."), "unauthenticated"),
        (
            "wrong iss",
            spoilt(gateway, |c| c.iss = "https://evil.example".into()),
            "unauthenticated",
        ),
        ("wrong aud", spoilt(gateway, |c| c.aud = "another".into()), "unauthenticated"),
        ("not yet valid", spoilt(gateway, |c| c.nbf = at(60)), "unauthenticated"),
        ("expired", spoilt(gateway, |c| c.exp = at(-1)), "token_expired"),
    ]
}

/// D09: a bad token does not get through, on public paths neither.
#[tokio::test]
async fn d09_a_bad_token_is_refused_everywhere() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    for (name, token, code) in bad_tokens(&gateway) {
        for path in [PRIVATE, PUBLIC] {
            let answer = gateway.client().with_token(&token).get(path).await;
            assert_eq!(answer.code(), code, "{name} on {path}");
            answer.expect_problem(401, code);
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_no_bearer_token_is_refused() {
    let gateway = Gateway::before(service::echo().0).await;
    gateway.client().get(PRIVATE).await.expect_problem(401, "unauthenticated");
    let token = gateway.token();
    for header in ["Basic YTpi", "Bearer", "bearer", &token, ""] {
        for path in [PRIVATE, PUBLIC] {
            let request = gateway.client().request(Method::GET, path);
            let answer = Client::send(request.header("authorization", header)).await;
            answer.expect_problem(401, "unauthenticated");
        }
    }
    let twice = gateway.signed_in().request(Method::GET, PRIVATE);
    let twice = twice.header("authorization", format!("Bearer {token}"));
    Client::send(twice).await.expect_problem(401, "unauthenticated");
    let lower = gateway.client().request(Method::GET, PRIVATE);
    let lower = lower.header("authorization", format!("bearer {token}"));
    Client::send(lower).await.expect(200);
}

#[tokio::test]
async fn a_token_expires_also_when_it_has_been_seen_before() {
    let gateway = Gateway::before(service::echo().0).await;
    let client = gateway.signed_in();
    client.get(PRIVATE).await.expect(200);
    gateway.clock.advance(TimeDelta::minutes(9));
    client.get(PRIVATE).await.expect(200);
    gateway.clock.advance(TimeDelta::minutes(1));
    client.get(PRIVATE).await.expect_problem(401, "token_expired");
}

#[tokio::test]
async fn a_session_that_is_over_is_refused_at_once() {
    let gateway = Gateway::before(service::echo().0).await;
    let claims = TestIssuer::claims(UserId::new(), Role::User, gateway.clock.now());
    let token = gateway.issuer.read().unwrap().sign(&claims);
    let client = gateway.client().with_token(token);
    client.get(PRIVATE).await.expect(200);

    let cache = Cache::new(&gateway.config.redis).unwrap();
    let now = machine_time();
    announce(&cache, &[claims.sid], now + TimeDelta::minutes(10), now).await.unwrap();
    until("the gateway to hear of it", async || {
        (client.get(PRIVATE).await.status == 401).then_some(())
    })
    .await;
    client.get(PRIVATE).await.expect_problem(401, "session_revoked");
    client.get(PUBLIC).await.expect_problem(401, "session_revoked");
    gateway.signed_in().get(PRIVATE).await.expect(200);
}

#[tokio::test]
async fn an_administrators_route_is_closed_to_others() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        for route in &mut config.routes {
            route.auth = gateway::config::Auth::Admin;
        }
    })
    .await;
    gateway.client().get(PRIVATE).await.expect_problem(401, "unauthenticated");
    gateway.signed_in().get(PRIVATE).await.expect_problem(403, "forbidden");
    let now = gateway.clock.now();
    let admin = gateway.issuer.read().unwrap().token(UserId::new(), Role::Admin, now);
    gateway.client().with_token(admin).get(PRIVATE).await.expect(200);
}

#[tokio::test]
async fn keys_rotate_without_a_refused_request() {
    let gateway = Gateway::before(service::echo().0).await;
    let old = gateway.signed_in();
    old.get(PRIVATE).await.expect(200);
    *gateway.issuer.write().unwrap() = TestIssuer::new();
    // The key is new to the gateway, so it asks; but not so often that strangers could drive it.
    let new = gateway.signed_in();
    until("the new key to be fetched", async || {
        (new.get(PRIVATE).await.status == 200).then_some(())
    })
    .await;
    // The old key is no longer published: what it signed is no longer good.
    old.get(PRIVATE).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn while_the_issuer_is_away_known_keys_stay_good() {
    let issuer = std::sync::Arc::new(std::sync::RwLock::new(TestIssuer::new()));
    let jwks = issuer.read().unwrap().jwks();
    let keys = service::start(move |app| {
        let jwks = jwks.clone();
        app.default_service(actix_web::web::to(move || {
            let answer = actix_web::HttpResponse::Ok().json(&jwks);
            async move { answer }
        }));
    });
    let proxy = FaultProxy::before(keys.to_string()).await;
    proxy.go_down();
    let url = format!("http://{}/jwks.json", proxy.address());
    let gateway = Gateway::with_issuer(service::echo().0, issuer, &url, |_| {}).await;

    let answer = gateway.signed_in().get(PRIVATE).await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    gateway.client().get(PUBLIC).await.expect(200);

    proxy.come_up();
    until("the keys to be fetched", async || {
        (gateway.signed_in().get(PRIVATE).await.status == 200).then_some(())
    })
    .await;
    proxy.go_down();
    gateway.signed_in().get(PRIVATE).await.expect(200);
}

#[tokio::test]
async fn redis_away_closes_no_door() {
    let url = testkit::server_url("TEST_REDIS_URL");
    let (proxy, url) = FaultProxy::before_url(&url).await;
    proxy.go_down();
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.redis.url = url.into();
    })
    .await;
    gateway.signed_in().get(PRIVATE).await.expect(200);
}
