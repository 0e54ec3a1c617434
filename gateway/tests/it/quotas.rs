//! How many requests may come, from one person, from one place, and to where every try counts.

use std::sync::atomic::Ordering;

use gateway::limits::QuotaConfig;
use serde_json::json;
use testkit::{FaultProxy, until};

use crate::helpers::Gateway;
use crate::service;

const TWO: QuotaConfig = QuotaConfig { per_minute: 1, burst: 2 };
const NO_LIMIT: QuotaConfig = QuotaConfig { per_minute: 0, burst: 0 };

#[tokio::test]
async fn a_person_may_send_so_many() {
    let (service, asked) = service::echo();
    let gateway = Gateway::configured(service, |config| config.limits.user = TWO).await;
    let someone = gateway.signed_in();
    for remaining in ["1", "0"] {
        let answer = someone.get("/v1/parties").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["ratelimit-limit"], "2");
        assert_eq!(answer.headers["ratelimit-remaining"], remaining);
    }
    let answer = someone.get("/v1/parties").await;
    answer.expect_problem(429, "too_many_requests");
    assert_eq!(answer.headers["ratelimit-remaining"], "0");
    let retry_after: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((55..=60).contains(&retry_after), "{retry_after}");
    assert_eq!(asked.load(Ordering::SeqCst), 2, "the service hears nothing of it");
    // It is nobody else's affair.
    gateway.signed_in().get("/v1/parties").await.expect(200);
    gateway.client().get("/v1/items").await.expect(200);
}

#[tokio::test]
async fn an_address_may_send_so_many_whoever_is_there() {
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.limits.address = TWO;
        config.forward.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let from = async |address: &str, token: Option<String>| {
        let request = gateway.client().request(reqwest::Method::GET, "/v1/items");
        let request = request.header("x-forwarded-for", address);
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        testkit::Client::send(request).await
    };
    from("192.0.2.1", None).await.expect(200);
    // A bad token counts too: to find that out costs most of all.
    from("192.0.2.1", Some("bad".into())).await.expect_problem(401, "unauthenticated");
    let token = gateway.token();
    from("192.0.2.1", Some(token.clone())).await.expect_problem(429, "too_many_requests");
    from("192.0.2.2", Some(token)).await.expect(200);
    // The addresses of one IPv6 network are one customer.
    for (address, status) in [("2001:db8::1", 200), ("2001:db8::2", 200), ("2001:db8::3", 429)] {
        assert_eq!(from(address, None).await.status, status, "{address}");
    }
    from("2001:db8:0:1::1", None).await.expect(200);
}

#[tokio::test]
async fn all_gateways_count_together_where_every_try_counts() {
    let (service, asked) = service::echo();
    let redis = testkit::redis_config();
    let configure = |config: &mut gateway::config::Config| {
        config.redis = redis.clone();
        config.limits.global.insert("sign_in".into(), TWO);
        config.limits.address = NO_LIMIT;
    };
    let one = Gateway::configured(service, configure).await;
    let other = Gateway::configured(service, configure).await;
    let sign_in = async |gateway: &Gateway| {
        gateway.client().post("/v1/sessions", json!({ "email": "x", "password": "y" })).await
    };
    let answer = sign_in(&one).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["ratelimit-remaining"], "1");
    sign_in(&other).await.expect(200);
    for gateway in [&one, &other] {
        let answer = sign_in(gateway).await;
        answer.expect_problem(429, "too_many_requests");
        assert!(answer.headers.contains_key("retry-after"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    // Other routes are not touched by it.
    one.client().get("/v1/items").await.expect(200);
}

#[tokio::test]
async fn without_redis_each_gateway_counts_for_itself() {
    let (redis, url) = FaultProxy::before_url(&testkit::server_url("TEST_REDIS_URL")).await;
    let gateway = Gateway::configured(service::echo().0, |config| {
        config.redis.url = url.into();
        config.redis.timeout = std::time::Duration::from_millis(200);
        config.limits.global.insert("sign_in".into(), TWO);
    })
    .await;
    redis.go_down();
    let sign_in = async || gateway.client().post("/v1/sessions", json!({})).await.status;
    assert_eq!((sign_in().await, sign_in().await, sign_in().await).2, 429);
    redis.come_up();
    // Nobody is locked out by an outage: Redis has not counted those.
    until("Redis to count again", async || (sign_in().await == 200).then_some(())).await;
}
