//! What happens here is told to whoever wants to know, when there is a way to tell it.

use crate::helpers::{TestApp, config, database};
use contracts::routing::NOTIFY;
use serde_json::{Value, json};
use testkit::{TestBus, until};

fn broker_of(ready: &Value) -> &Value {
    let mut checks = ready["checks"].as_array().unwrap().iter();
    checks.find(|check| check["name"] == "broker").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_reaches_the_queues_of_those_who_want_to_know() {
    let (bus, database) = (TestBus::new(), database().await);
    let mut config = config(&database);
    config.broker = bus.config();
    let app = TestApp::spawn_with(database, &config);
    let connected = json!({ "name": "broker", "required": false, "up": true });
    until("the broker is connected", async || {
        let ready = app.client.get("/ready").await.expect(200);
        (*broker_of(&ready) == connected).then_some(())
    })
    .await;
    app.register("김사과").await;
    let queue = bus.broker().topology().queue(NOTIFY);
    until("the event is there", async || (bus.waiting(&queue).await == 1).then_some(())).await;
    drop(app);
}

/// Earlier, an aspect published before or after the commit, and a broker that failed then lost
/// either the party or the event.
#[tokio::test(flavor = "multi_thread")]
async fn d43_without_a_broker_people_are_served_and_events_wait() {
    let app = TestApp::spawn().await;
    app.register("김사과").await;
    let ready = app.client.get("/ready").await.expect(200);
    assert_eq!(ready["ready"], json!(true));
    assert_eq!(*broker_of(&ready), json!({ "name": "broker", "required": false, "up": false }));
    let waiting = "SELECT GROUP_CONCAT(kind) AS text FROM outbox WHERE published_at IS NULL";
    assert_eq!(app.text(waiting).await, "user.registered.v1");
}
