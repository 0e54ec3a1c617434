//! How long a connection lives.

use std::time::Duration;

use chassis::identity::{self, Role};
use chrono::TimeDelta;
use contracts::UserId;
use testkit::TestIssuer;

use crate::helpers::Stage;
use crate::stomp_client::Stomp;

#[tokio::test(flavor = "multi_thread")]
async fn d30_a_connection_ends_with_its_token() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let mut client = Stomp::connect(&instance, &stage.token(UserId::new())).await;
    stage.clock.advance(TimeDelta::minutes(11));
    assert_eq!(client.end().await, ("token_expired".into(), 1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_keeps_it_open() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let scene = stage.room().await;
    let mut client = Stomp::connect(&instance, &stage.token(scene.leader)).await;
    client.subscribe(scene.id, "0", "").await;
    stage.clock.advance(TimeDelta::minutes(9));
    let fresh = stage.token(scene.leader);
    client
        .write(&format!(
            "SEND\ndestination:/app/session.refresh\nAuthorization:Bearer {fresh}\nreceipt:f\n\n\0"
        ))
        .await;
    assert_eq!(client.expect("RECEIPT").await.header("receipt-id"), "f");
    stage.clock.advance(TimeDelta::minutes(9));
    client.tell(scene.id, "아직 여기").await;
    stage.clock.advance(TimeDelta::minutes(2));
    assert_eq!(client.end().await.0, "token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_token_does_not() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let mut client = Stomp::connect(&instance, &stage.token(UserId::new())).await;
    let other = stage.token(UserId::new());
    client
        .write(&format!(
            "SEND\ndestination:/app/session.refresh\nAuthorization:Bearer {other}\n\n\0"
        ))
        .await;
    assert_eq!(client.end().await, ("forbidden".into(), 1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_out_is_disconnected() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let claims = TestIssuer::claims(UserId::new(), Role::User, crate::helpers::noon());
    let mut client = Stomp::connect(&instance, &stage.sign(&claims)).await;
    let mut other = Stomp::connect(&instance, &stage.token(UserId::new())).await;
    let until = crate::helpers::noon() + TimeDelta::minutes(10);
    let cache = stage.cache();
    identity::announce(&cache, &[claims.sid], until, crate::helpers::noon()).await.unwrap();
    assert_eq!(client.end().await, ("session_revoked".into(), 1008));
    other.hear_errors().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heart_beats_go_both_ways() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.socket.heart_beat = Duration::from_secs(1);
    let instance = stage.serve_with(&config);
    let mut client = Stomp::open(&instance, &stage.token(UserId::new())).await;
    client.write("CONNECT\naccept-version:1.2\nhost:h\nheart-beat:1000,1000\n\n\0").await;
    client.expect("CONNECTED").await;
    // Ours come, and those of the client keep the connection open.
    for _ in 0..3 {
        let beat = client.next_message().await.unwrap();
        assert_eq!(beat.into_text().unwrap().as_str(), "\n");
        client.write("\n").await;
    }
    // Then the client falls silent.
    assert_eq!(client.end().await, ("silent".into(), 1002));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_heart_beats_is_asked_whether_it_is_there() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.socket.ping_every = Duration::from_secs(1);
    let instance = stage.serve_with(&config);
    let mut client = Stomp::connect(&instance, &stage.token(UserId::new())).await;
    assert!(client.next_message().await.unwrap().is_ping());
    assert!(client.next_message().await.unwrap().is_ping(), "the answer was taken");
    client.hear_errors().await;
}
