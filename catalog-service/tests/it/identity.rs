//! Everyone may read; a bad token is refused all the same.

use chassis::identity::Role;
use chrono::TimeDelta;
use contracts::UserId;
use testkit::TestIssuer;

use crate::helpers::{database_with, serve, some_items};

const ROUTES: [&str; 4] =
    ["/v1/items", "/v1/items/060103", "/v1/items/suggestions?query=사", "/v1/categories"];

#[tokio::test(flavor = "multi_thread")]
async fn everyone_may_read_but_no_bad_token_goes_unnoticed() {
    let database = database_with(&some_items()).await;
    let service = serve(&database).await;
    let good = service.issuer.token(UserId::new(), Role::User, service.clock.now());
    let stranger = TestIssuer::new().token(UserId::new(), Role::Admin, service.clock.now());
    let past = service.clock.now() - TimeDelta::hours(1);
    let expired = service.issuer.token(UserId::new(), Role::User, past);
    for route in ROUTES {
        service.client.get(route).await.expect(200);
        service.client.with_token(&good).get(route).await.expect(200);
        for (token, code) in [
            (stranger.as_str(), "unauthenticated"),
            ("not-a-token", "unauthenticated"),
            ("", "unauthenticated"),
            (expired.as_str(), "token_expired"),
        ] {
            service.client.with_token(token).get(route).await.expect_problem(401, code);
        }
        let basic = service.client.request(reqwest::Method::GET, route).basic_auth("a", Some("b"));
        testkit::Client::send(basic).await.expect_problem(401, "unauthenticated");
    }
}
