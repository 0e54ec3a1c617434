//! A message as its readers get it: JSON, encoded once for all of them.

use std::borrow::Cow;

use bytes::Bytes;
use chassis::text::Locale;
use chrono::{DateTime, SecondsFormat, Utc};
use contracts::{RoomId, UserId};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::message::Effect;
use crate::domain::{ClientMessageId, Kind, Message, Person};
use crate::writer::{Draft, Receipt};

/// A stored message on its way to readers. Cloning shares the JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the room.
    pub seq: u64,
    /// The body that readers get.
    pub json: Bytes,
    /// What it does to them.
    pub effect: Effect,
}

impl Stored {
    /// Encodes a message.
    #[must_use]
    pub fn new(message: &Message) -> Self {
        Self {
            seq: message.seq,
            json: MessageView::new(message).encode(),
            effect: message.effect(),
        }
    }

    /// Encodes what somebody has said just now.
    #[must_use]
    pub fn said(draft: &Draft, by: &Person, receipt: Receipt) -> Self {
        let view = MessageView {
            kind: Kind::Chat,
            room_id: draft.room,
            seq: receipt.seq,
            sender: Some(SenderView::new(by)),
            content: draft.content.as_str().into(),
            removed: false,
            removes: None,
            texts: None,
            client_message_id: draft.client_message_id.as_ref().map(ClientMessageId::as_str),
            sent_at: receipt.sent_at,
        };
        Self { seq: receipt.seq, json: view.encode(), effect: Effect::None }
    }
}

/// A message of a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView<'a> {
    /// What it is: `CHAT` was said by somebody, anything else happened.
    #[serde(rename = "type")]
    kind: Kind,
    /// In which room.
    room_id: RoomId,
    /// Its place in the room: the first is 1, and none is left out.
    seq: u64,
    /// Who said it, or to whom it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderView<'a>>,
    /// What was said, or in Korean what happened.
    #[schema(example = "3시에 정문에서 만나요")]
    content: Cow<'a, str>,
    /// There, and true, if the words were removed: `content` is empty then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    /// Which message of the room has lost its words; only of a `REMOVED` one.
    #[serde(skip_serializing_if = "Option::is_none")]
    removes: Option<u64>,
    /// What happened, in both languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<TextsView>,
    /// What its sender calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_message_id: Option<&'a str>,
    /// When it was stored.
    #[serde(serialize_with = "micros")]
    sent_at: DateTime<Utc>,
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct SenderView<'a> {
    /// Who.
    id: UserId,
    /// How others see them.
    #[schema(example = "망원동사과")]
    nickname: &'a str,
}

/// A sentence in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextsView {
    /// Korean.
    #[schema(example = "망원동사과님이 들어왔습니다")]
    ko: String,
    /// English.
    #[schema(example = "망원동사과 has joined")]
    en: String,
}

impl<'a> MessageView<'a> {
    /// Shows a message.
    #[must_use]
    pub fn new(message: &'a Message) -> Self {
        let name = message.person.as_ref().map_or("", |person| person.name.as_str());
        let text = message.kind.text(name);
        let texts = text.as_ref().map(|text| TextsView {
            ko: text.in_locale(Locale::Ko).into_owned(),
            en: text.in_locale(Locale::En).into_owned(),
        });
        Self {
            kind: message.kind,
            room_id: message.room_id,
            seq: message.seq,
            sender: message.person.as_ref().map(SenderView::new),
            content: match text {
                Some(text) => text.in_locale(Locale::Ko),
                None => message.content.as_str().into(),
            },
            removed: message.removed,
            removes: message.removes(),
            texts,
            client_message_id: message.client_message_id.as_ref().map(ClientMessageId::as_str),
            sent_at: message.sent_at,
        }
    }

    fn encode(&self) -> Bytes {
        // Room for the fields around a content without escapes.
        encode(self, 320 + self.content.len())
    }
}

/// Whether somebody comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Coming {
    /// Somebody has connected.
    Join,
    /// Somebody has disconnected.
    Leave,
}

/// Somebody has connected to a room, or disconnected. It is no message: it has no place in the
/// room, and whoever was not there will not hear of it.
#[derive(Debug, Serialize)]
pub struct PresenceView<'a> {
    #[serde(rename = "type")]
    coming: Coming,
    room_id: RoomId,
    sender: SenderView<'a>,
    #[serde(serialize_with = "micros")]
    sent_at: DateTime<Utc>,
}

impl<'a> PresenceView<'a> {
    /// Shows who came or went.
    #[must_use]
    pub fn new(room_id: RoomId, by: &'a Person, coming: Coming, at: DateTime<Utc>) -> Self {
        Self { coming, room_id, sender: SenderView::new(by), sent_at: at }
    }

    /// As readers get it.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        encode(self, 256)
    }
}

fn encode(view: &impl Serialize, capacity: usize) -> Bytes {
    let mut json = Vec::with_capacity(capacity);
    // Writing to memory cannot fail, and none of the fields can.
    let written = serde_json::to_writer(&mut json, view);
    debug_assert!(written.is_ok());
    json.into()
}

impl<'a> SenderView<'a> {
    /// Shows somebody.
    #[must_use]
    pub fn new(person: &'a Person) -> Self {
        Self { id: person.id, nickname: &person.name }
    }
}

fn micros<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
}
