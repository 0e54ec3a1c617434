//! The golden events: what was once published decodes for ever, and is still what we publish.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use contracts::asyncapi;
use contracts::ban::BanEvent;
use contracts::block::BlockEvent;
use contracts::catalog::{CatalogImported, ImportRequested};
use contracts::chat::{MessageRemoved, RoomOpened};
use contracts::event::{Event, EventData};
use contracts::party::PartyEvent;
use contracts::penalty::PenaltyEvent;
use contracts::routing::{PUBLICATIONS, Publication, SUBSCRIPTIONS, Subscription};
use contracts::session::SessionsRevoked;
use contracts::user::UserEvent;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Decodes a fixture, encodes it again, and finds nothing lost, added or named otherwise.
fn survives<T: EventData + Serialize + DeserializeOwned>(kind: &str) {
    let path = format!("{}/fixtures/{kind}.json", env!("CARGO_MANIFEST_DIR"));
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let event: Event<T> = serde_json::from_value(golden.clone()).unwrap();
    assert_eq!(event.data.kind(), kind);
    assert_eq!(event.kind, kind);
    assert!(T::KINDS.contains(&kind));
    assert_eq!(event.data.subject(), event.subject);
    assert_eq!(serde_json::to_value(&event).unwrap(), golden);

    // A later version may say more than this one knows.
    let mut later = golden;
    later["data"]["unheard_of"] = Value::from(1);
    later["extension"] = Value::from("x");
    serde_json::from_value::<Event<T>>(later).unwrap();
}

#[test]
fn events_about_people() {
    for kind in ["user.registered.v1", "user.updated.v1", "user.withdrawn.v1", "user.erased.v1"] {
        survives::<UserEvent>(kind);
    }
}

#[test]
fn events_about_sessions() {
    survives::<SessionsRevoked>("session.revoked.v1");
}

#[test]
fn events_about_bans() {
    for kind in ["ban.given.v1", "ban.lifted.v1"] {
        survives::<BanEvent>(kind);
    }
}

#[test]
fn events_about_blocks() {
    for kind in ["user.blocked.v1", "user.unblocked.v1"] {
        survives::<BlockEvent>(kind);
    }
}

#[test]
fn events_about_the_catalogue() {
    survives::<CatalogImported>("catalog.imported.v1");
    survives::<ImportRequested>("catalog.import_requested.v1");
}

#[test]
fn events_about_chat_rooms() {
    survives::<RoomOpened>("chat.room_opened.v1");
    survives::<MessageRemoved>("message.removed.v1");
}

#[test]
fn events_about_parties() {
    for change in ["created", "updated", "member_changed", "locked", "cancelled", "completed"] {
        survives::<PartyEvent>(&format!("party.{change}.v1"));
    }
}

#[test]
fn events_about_penalties() {
    for kind in ["penalty.given.v1", "penalty.upheld.v1", "penalty.revoked.v1"] {
        survives::<PenaltyEvent>(kind);
    }
}

#[test]
fn no_fixture_is_forgotten() {
    let fixtures = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
    assert_eq!(fixtures.count(), 22, "a new fixture needs a line above");
}

#[test]
fn what_is_heard_is_said_by_someone_and_has_a_golden_event() {
    let said: Vec<_> = PUBLICATIONS.iter().flat_map(Publication::kinds).collect();
    for kind in SUBSCRIPTIONS.iter().flat_map(Subscription::kinds) {
        assert!(said.contains(&kind), "nobody publishes {kind}");
    }
    for kind in said {
        let fixture = format!("{}/fixtures/{kind}.json", env!("CARGO_MANIFEST_DIR"));
        assert!(std::fs::exists(fixture).unwrap(), "{kind} has no golden event");
    }
}

#[test]
fn the_asyncapi_document_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/asyncapi.json");
    let generated = asyncapi::document().unwrap();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        let text = serde_json::to_string_pretty(&generated).unwrap();
        std::fs::write(path, text + "\n").unwrap();
    }
    let current: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(
        current == generated,
        "asyncapi.json is stale: run the test again with UPDATE_GENERATED=1 and commit the result"
    );
}
