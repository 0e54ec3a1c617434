//! What happens here is told to whoever wants to know, when there is a way to tell it.

use crate::helpers::{TestApp, config, database, noon};
use crate::parties::stage::Stage;
use contracts::catalog::ImportRequested;
use contracts::routing::{LOG, NOTIFY};
use contracts::{Event, ImportRunId};
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

#[tokio::test(flavor = "multi_thread")]
async fn what_administrators_do_at_other_services_is_in_the_log() {
    let (bus, stage) = {
        let bus = TestBus::new();
        let config = bus.config();
        (bus, Stage::spawn_with(|it| it.broker = config).await)
    };
    let admin = stage.admin().await;
    let asked =
        ImportRequested { run_id: ImportRunId::new(), requested_by: admin.id, forced: true };
    let event = Event::new("/catalog-service", noon(), None, asked);
    let queue = bus.broker().topology().queue(LOG);
    let entries = async || {
        let log = admin.client.get("/v1/admin/log").await.expect(200);
        let entries = log["items"].as_array().unwrap().clone();
        (!entries.is_empty()).then_some(entries)
    };
    until("the service has made its queue", async || {
        let ready = stage.app.client.get("/ready").await.expect(200);
        (broker_of(&ready)["up"] == true).then_some(())
    })
    .await;
    // It may come twice, and counts once.
    for _ in 0..2 {
        bus.send(&queue, &serde_json::to_vec(&event).unwrap()).await;
    }
    let entries = until("it is written down", entries).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["action"], json!("import_requested"));
    assert_eq!(entries[0]["subject_id"], json!(asked.run_id));
    assert_eq!(entries[0]["admin_id"], json!(admin.id));
    assert_eq!(entries[0]["detail"], json!({ "forced": true }));
    until("the second is handled", async || (bus.waiting(&queue).await == 0).then_some(())).await;
    let log = admin.client.get("/v1/admin/log").await.expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
}
