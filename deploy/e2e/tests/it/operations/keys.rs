//! Keys change while people are signed in.

use super::desk::Desk;
use crate::people::{PASSWORD, sign_up};
use e2e::Platform;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::Client;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_out_by_another_key() {
    let mut platform = Platform::start().await;
    platform.party.set("PARTY__TOKENS__PUBLICATION_DELAY_S", "2");
    platform.party.set("PARTY__TOKENS__KEYS_REREAD_S", "1");
    platform.party.set("PARTY__TOKENS__ACCESS_LIFETIME_S", "10");
    platform.party.kill().await;
    platform.party.start().await;
    let desk = Desk::of(&platform);
    let old = key_ids(&platform).await;
    let email = sign_up(&platform).await;
    let anonymous = platform.client();
    let sign_in = json!({ "email": email, "password": PASSWORD });
    let mut session = anonymous.post("/v1/sessions", sign_in).await.expect(201);

    let is_done = AtomicBool::new(false);
    let rotate = async {
        // Longer than a token lives.
        desk.do_well("rotate-keys", &["12"]).await;
        is_done.store(true, Ordering::SeqCst);
    };
    let use_the_platform = async {
        let mut rounds = 0;
        while !is_done.load(Ordering::SeqCst) {
            let token = session["access_token"].as_str().unwrap();
            platform.client().with_token(token).get("/v1/users/me").await.expect(200);
            let refresh = json!({ "refresh_token": session["refresh_token"] });
            session = anonymous.post("/v1/sessions/refresh", refresh).await.expect(200);
            rounds += 1;
        }
        rounds
    };
    let ((), rounds) = tokio::join!(rotate, use_the_platform);

    assert!(rounds > 1, "nobody used the platform");
    let new = key_ids(&platform).await;
    assert_eq!((old.len(), new.len()), (1, 1));
    assert_ne!(old, new);
    let token = session["access_token"].as_str().unwrap();
    platform.client().with_token(token).get("/v1/users/me").await.expect(200);
}

/// The keys that tokens can be checked with, as the service publishes them.
async fn key_ids(platform: &Platform) -> Vec<Value> {
    testkit::until("one key is published", async || {
        let keys =
            Client::new(platform.party.url()).get("/.well-known/jwks.json").await.expect(200);
        let ids: Vec<_> = keys["keys"].as_array()?.iter().map(|key| key["kid"].clone()).collect();
        (ids.len() == 1).then_some(ids)
    })
    .await
}
