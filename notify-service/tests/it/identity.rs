//! Whoever shows no good token gets nothing.

use contracts::UserId;
use reqwest::Method;
use testkit::{Client, TestIssuer};

use crate::helpers::Service;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_a_token() {
    let service = Service::start().await;
    let document = service.client.get("/openapi.json").await.expect(200);
    let forged = TestIssuer::new().token(
        UserId::new(),
        chassis::identity::Role::Admin,
        service.platform.clock.now(),
    );
    let mut routes = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path
            .replace("{code}", "060103")
            .replace("{seq}", "1")
            .replace("{id}", &UserId::new().to_string())
            .replace("{party_id}", &UserId::new().to_string());
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            for client in [service.client.clone(), service.client.with_token(&forged)] {
                let request = client.request(method.clone(), &path).json(&serde_json::json!({}));
                Client::send(request).await.expect_problem(401, "unauthenticated");
            }
            routes += 1;
        }
    }
    assert!(routes >= 19, "{routes} routes were tried");
}
