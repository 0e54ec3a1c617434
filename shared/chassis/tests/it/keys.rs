//! The issuer's keys: fetched when needed, kept while it is away, forgotten when taken back.

use crate::things::noon;
use actix_web::{App, HttpResponse, HttpServer, web};
use chassis::clock::{Clock, ManualClock};
use chassis::http::client;
use chassis::identity::{Issuer, Keys, RevokedSessions, Role, TokenError, Verifier};
use contracts::UserId;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{FaultProxy, TestIssuer};
use tokio_util::sync::CancellationToken;

/// An issuer that publishes whatever the test wants, and counts who asks.
struct Publisher {
    set: Arc<Mutex<jsonwebtoken::jwk::JwkSet>>,
    asked: Arc<AtomicUsize>,
    line: FaultProxy,
}

impl Publisher {
    async fn start(set: jsonwebtoken::jwk::JwkSet) -> Self {
        let set = Arc::new(Mutex::new(set));
        let asked = Arc::new(AtomicUsize::new(0));
        let shared = (set.clone(), asked.clone());
        let server = HttpServer::new(move || {
            let (set, asked) = shared.clone();
            App::new().default_service(web::to(move || {
                asked.fetch_add(1, Ordering::SeqCst);
                let json = HttpResponse::Ok().json(&*set.lock().unwrap());
                async { json }
            }))
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
        let address = server.addrs()[0];
        tokio::spawn(server.run());
        let line = FaultProxy::before(address.to_string()).await;
        Self { set, asked, line }
    }

    fn verifier(&self) -> (Verifier, Keys) {
        let url = format!("http://{}/.well-known/jwks.json", self.line.address());
        let client = client::build(Duration::from_secs(2)).unwrap();
        let keys = Keys::published_by(Issuer::new(&url, client).unwrap());
        let verifier = Verifier::new(
            &TestIssuer::identity_config(url),
            keys.clone(),
            RevokedSessions::default(),
            Clock::Manual(ManualClock::at(noon())),
        );
        (verifier, keys)
    }
}

fn token(issuer: &TestIssuer) -> String {
    issuer.token(UserId::new(), Role::User, noon())
}

#[tokio::test]
async fn the_first_token_fetches_the_keys_once() {
    let issuer = TestIssuer::new();
    let publisher = Publisher::start(issuer.jwks()).await;
    let (verifier, _) = publisher.verifier();
    let token = token(&issuer);
    let checks = (0..50).map(|_| verifier.verify(&token));
    for outcome in futures_util::future::join_all(checks).await {
        outcome.unwrap();
    }
    assert_eq!(publisher.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn made_up_key_ids_do_not_flood_the_issuer() {
    let issuer = TestIssuer::new();
    let publisher = Publisher::start(issuer.jwks()).await;
    let (verifier, _) = publisher.verifier();
    for _ in 0..50 {
        let forged = token(&TestIssuer::new());
        assert!(matches!(verifier.verify(&forged).await, Err(TokenError::Invalid)));
    }
    assert!(publisher.asked.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn what_is_known_outlives_the_issuer() {
    let issuer = TestIssuer::new();
    let publisher = Publisher::start(issuer.jwks()).await;
    let (verifier, _) = publisher.verifier();
    verifier.verify(&token(&issuer)).await.unwrap();
    publisher.line.go_down();
    verifier.verify(&token(&issuer)).await.unwrap();
}

#[tokio::test]
async fn without_keys_nobody_is_believed_and_nobody_is_accused() {
    let issuer = TestIssuer::new();
    let publisher = Publisher::start(issuer.jwks()).await;
    publisher.line.go_down();
    let (verifier, _) = publisher.verifier();
    for _ in 0..3 {
        let outcome = verifier.verify(&token(&issuer)).await;
        assert!(matches!(outcome, Err(TokenError::KeysUnavailable(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_key_taken_back_vouches_for_nothing_even_what_it_signed_before() {
    let (old, new) = (TestIssuer::new(), TestIssuer::new());
    let publisher = Publisher::start(old.jwks()).await;
    let (verifier, keys) = publisher.verifier();
    let signed_before = token(&old);
    verifier.verify(&signed_before).await.unwrap();
    *publisher.set.lock().unwrap() = new.jwks();

    let stop = CancellationToken::new();
    tokio::spawn(keys.follow(stop.clone()));
    testkit::until("the old key is forgotten", async || {
        matches!(verifier.verify(&signed_before).await, Err(TokenError::Invalid)).then_some(())
    })
    .await;
    verifier.verify(&token(&new)).await.unwrap();
    stop.cancel();
}
