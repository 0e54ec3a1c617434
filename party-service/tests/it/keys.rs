//! The keys that sign access tokens: published, rotated, made and removed.

use crate::helpers::{TestApp, noon};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::clock::{Clock, ManualClock};
use chrono::TimeDelta;
use party_service::app;
use party_service::tokens::KeyFolder;
use serde_json::Value;
use testkit::until;

fn kid_of(tokens: &Value) -> String {
    let header = tokens["access_token"].as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

impl TestApp {
    /// Waits until exactly so many keys are published.
    async fn published(&self, count: usize) -> Vec<Value> {
        until("the keys to be read again", async || {
            let set = self.client.get("/.well-known/jwks.json").await.expect(200);
            Some(set["keys"].as_array()?.clone()).filter(|keys| keys.len() == count)
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_halves_are_published() {
    let app = TestApp::spawn().await;
    let answer = app.client.get("/.well-known/jwks.json").await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=60");
    let set = answer.expect(200);
    let key = set["keys"][0].as_object().unwrap();
    let mut members: Vec<_> = key.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"], "and nothing private");
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&"OKP".into(), &"Ed25519".into(), &"EdDSA".into(), &"sig".into())
    );
    assert_eq!(URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_without_a_restart() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let folder = KeyFolder::at(&app.keys_dir);
    let old = folder.load().unwrap()[0].kid;
    let before = app.tokens(&email).await;
    assert_eq!(kid_of(&before), old.to_string());

    let new = folder.generate(noon() + TimeDelta::minutes(1)).unwrap();
    app.published(2).await;
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(kid_of(&app.tokens(&email).await), old.to_string(), "not everyone knows it yet");
    app.clock.advance(TimeDelta::minutes(1));
    let after = app.tokens(&email).await;
    assert_eq!(kid_of(&after), new.to_string());

    let me = |tokens: &Value| app.client.with_token(tokens["access_token"].as_str().unwrap());
    me(&before).get("/v1/users/me").await.expect(200);
    folder.remove(old).unwrap();
    app.published(1).await;
    me(&before).get("/v1/users/me").await.expect_problem(401, "unauthenticated");
    me(&after).get("/v1/users/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_folder_leaves_the_known_keys() {
    let app = TestApp::spawn().await;
    let me = app.sign_up("김사과").await;
    std::fs::write(app.keys_dir.join("notes.txt"), "not a key, and not one by its name").unwrap();
    std::fs::write(app.keys_dir.join(format!("{}.pem", uuid::Uuid::now_v7())), "damaged").unwrap();
    let folder = KeyFolder::at(&app.keys_dir);
    assert!(folder.load().is_err());
    folder.generate(noon()).unwrap();
    app.published(1).await;
    me.get("/v1/users/me").await.expect(200);
    app.sign_up("이배").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_there_is_no_service() {
    let database = crate::helpers::database().await;
    let config = crate::helpers::config(&database);
    std::fs::remove_dir_all(&config.tokens.keys_dir).unwrap();
    let clock = Clock::Manual(ManualClock::at(noon()));
    let error = app::build(&config, clock).err().unwrap().to_string();
    assert!(error.contains("party-service keys generate"), "{error}");
    assert!(error.contains(config.tokens.keys_dir.to_str().unwrap()), "{error}");
}
