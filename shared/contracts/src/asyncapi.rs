//! The events as an `AsyncAPI` 3 document, built from the types and the routing table.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::ban::BanEvent;
use crate::block::BlockEvent;
use crate::catalog::{CatalogImported, ImportRequested};
use crate::chat::{MessageRemoved, RoomOpened};
use crate::event::{Event, EventData};
use crate::party::PartyEvent;
use crate::penalty::PenaltyEvent;
use crate::routing::{EXCHANGE, PUBLICATIONS, Publication, SUBSCRIPTIONS};
use crate::session::SessionsRevoked;
use crate::user::UserEvent;

/// The version of the AMQP bindings used below.
const BINDING: &str = "0.3.0";

/// Every event: who sends it, who receives it, and what it looks like.
///
/// # Errors
///
/// None in practice: a schema that cannot be written as JSON.
pub fn document() -> serde_json::Result<Value> {
    let mut components = Components::default();
    components.add::<ImportRequested>()?;
    components.add::<CatalogImported>()?;
    components.add::<RoomOpened>()?;
    components.add::<MessageRemoved>()?;
    components.add::<UserEvent>()?;
    components.add::<SessionsRevoked>()?;
    components.add::<BanEvent>()?;
    components.add::<BlockEvent>()?;
    components.add::<PartyEvent>()?;
    components.add::<PenaltyEvent>()?;
    Ok(json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Project 5.0.9: events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in structured mode over AMQP 0-9-1. Events arrive at \
                least once, and those about one subject may arrive out of order: a consumer \
                ignores ids it has seen, and versions older than the one it has. The names of \
                the exchange and of the queues carry the prefix of the platform.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels(),
        "operations": operations(),
        "components": { "messages": components.messages, "schemas": components.schemas },
    }))
}

/// The parts that the channels refer to.
#[derive(Default)]
struct Components {
    messages: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Components {
    /// Adds the messages that carry `T`, the schema of their envelope, and what it refers to.
    fn add<T: EventData + ToSchema>(&mut self) -> serde_json::Result<()> {
        let envelope = format!("Event_{}", T::name());
        let mut schemas = vec![
            (envelope.clone(), <Event<T> as utoipa::PartialSchema>::schema()),
            (T::name().into_owned(), T::schema()),
        ];
        <Event<T> as ToSchema>::schemas(&mut schemas);
        for (name, schema) in schemas {
            self.schemas.insert(name, serde_json::to_value(&schema)?);
        }
        for kind in T::KINDS {
            let message = json!({
                "name": kind,
                "payload": { "allOf": [
                    { "$ref": format!("#/components/schemas/{envelope}") },
                    { "type": "object", "properties": { "type": { "const": kind } } },
                ] },
            });
            self.messages.insert((*kind).to_owned(), message);
        }
        Ok(())
    }
}

fn messages(kinds: impl Iterator<Item = &'static str>) -> Map<String, Value> {
    let refer = |kind| json!({ "$ref": format!("#/components/messages/{kind}") });
    kinds.map(|kind| (kind.to_owned(), refer(kind))).collect()
}

/// One channel for each routing key, and one for each queue.
fn channels() -> Map<String, Value> {
    let exchange =
        json!({ "name": EXCHANGE, "type": "topic", "durable": true, "autoDelete": false });
    let published = PUBLICATIONS.iter().flat_map(Publication::kinds).map(|kind| {
        let channel = json!({
            "address": kind,
            "messages": messages(std::iter::once(kind)),
            "bindings": { "amqp": {
                "is": "routingKey", "exchange": exchange, "bindingVersion": BINDING,
            } },
        });
        (kind.to_owned(), channel)
    });
    let heard = SUBSCRIPTIONS.iter().map(|subscription| {
        let queue = json!({
            "name": subscription.queue, "durable": true, "exclusive": false, "autoDelete": false,
        });
        let channel = json!({
            "address": subscription.queue,
            "messages": messages(subscription.kinds()),
            "bindings": { "amqp": { "is": "queue", "queue": queue, "bindingVersion": BINDING } },
        });
        (subscription.queue.to_owned(), channel)
    });
    published.chain(heard).collect()
}

fn operations() -> Map<String, Value> {
    let channel = |name: &str| json!({ "$ref": format!("#/channels/{name}") });
    let sent = PUBLICATIONS.iter().flat_map(|publication| {
        publication.kinds().map(move |kind| {
            let name = format!("{}-sends-{kind}", publication.service);
            (name, json!({ "action": "send", "channel": channel(kind) }))
        })
    });
    let received = SUBSCRIPTIONS.iter().map(|subscription| {
        let name = format!("{}-service-receives", subscription.queue);
        (name, json!({ "action": "receive", "channel": channel(subscription.queue) }))
    });
    sent.chain(received).collect()
}
