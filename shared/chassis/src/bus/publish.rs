//! Sending messages so that they cannot get lost.

use lapin::options::BasicPublishOptions;
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};

use super::error::{BusError, answer};

/// What an event is sent with (CloudEvents AMQP binding, structured mode).
pub(super) fn properties(id: &str, kind: &str) -> BasicProperties {
    const PERSISTENT: u8 = 2;
    BasicProperties::default()
        .with_content_type("application/cloudevents+json".into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(id.into())
        .with_type(kind.into())
        .with_headers(FieldTable::default())
}

/// Sends an event to whoever wants it; the confirmation is still to come. An event that nobody
/// wants is confirmed too.
pub(super) async fn begin(
    channel: &Channel,
    exchange: &str,
    routing_key: &str,
    body: &[u8],
    properties: BasicProperties,
) -> lapin::Result<PublisherConfirm> {
    let options = BasicPublishOptions::default();
    channel.basic_publish(exchange.into(), routing_key.into(), options, body, properties).await
}

/// Sends a message to a place that must be there, and waits until the broker has taken it.
pub(super) async fn surely(
    channel: &Channel,
    exchange: &str,
    routing_key: &str,
    body: &[u8],
    properties: BasicProperties,
) -> Result<(), BusError> {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let send = async {
        channel
            .basic_publish(exchange.into(), routing_key.into(), options, body, properties)
            .await?
            .await
    };
    match answer(send).await? {
        Confirmation::Ack(None) => Ok(()),
        _ => Err(BusError::NotTaken(format!("{exchange}/{routing_key}"))),
    }
}
