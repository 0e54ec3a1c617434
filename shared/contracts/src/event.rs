//! The envelope of every domain event: CloudEvents 1.0 in its JSON format.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::EventId;

/// A domain event (CloudEvents 1.0.2, JSON format).
///
/// A type ending in `.v1` only ever gains optional fields, so that an old event decodes for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event<T> {
    /// The version of the CloudEvents specification, always `1.0`.
    pub specversion: Cow<'static, str>,
    /// Identifies the event; a consumer that has seen it ignores it.
    pub id: EventId,
    /// Which service published it, for example `/party-service`.
    pub source: Cow<'static, str>,
    /// What happened, for example `party.created.v1`. It is also the routing key.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// What it happened to: the id of the user, session or party.
    pub subject: String,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// The media type of `data`, always `application/json`.
    pub datacontenttype: Cow<'static, str>,
    /// The W3C trace context of the request that caused it (CloudEvents distributed tracing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What happened, in full.
    pub data: T,
}

/// What an event can be about: its names on the wire and the data it carries.
pub trait EventData: Serialize {
    /// Every value that [`kind`](Self::kind) can have.
    const KINDS: &'static [&'static str];

    /// The value of `type`, with its version.
    fn kind(&self) -> &'static str;
    /// The value of `subject`.
    fn subject(&self) -> String;
}

impl<T: EventData> Event<T> {
    /// Wraps what happened.
    #[must_use]
    pub fn new(
        source: &'static str,
        time: DateTime<Utc>,
        traceparent: Option<String>,
        data: T,
    ) -> Self {
        Self {
            specversion: Cow::Borrowed("1.0"),
            id: EventId::new(),
            source: Cow::Borrowed(source),
            kind: Cow::Borrowed(data.kind()),
            subject: data.subject(),
            time,
            datacontenttype: Cow::Borrowed("application/json"),
            traceparent,
            data,
        }
    }
}
