//! Someone to be.

use e2e::Platform;
use serde_json::json;
use testkit::Client;
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "open sesame, neighbours";

/// Signs someone new up and in, at the gateway.
pub(crate) async fn sign_in(platform: &Platform) -> Client {
    let email = sign_up(platform).await;
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
