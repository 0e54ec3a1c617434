//! `SEND`

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use chassis::http::error::codes;
use chassis::http::{ApiError, FieldErrors};
use contracts::RoomId;
use serde::Deserialize;

use super::receipts::{Fate, InFlight, Promise};
use super::refuse::Refused;
use super::{End, Session};
use crate::domain::{ClientMessageId, Content};
use crate::error;
use crate::socket::destination::Target;
use crate::stomp::{Send, Violation};
use crate::writer::Draft;

/// What a client says. Who says it and what it is are not for the client to decide.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    content: Cow<'a, str>,
    #[serde(borrow, default)]
    client_message_id: Option<Cow<'a, str>>,
}

impl Session {
    pub(super) async fn send(&mut self, send: Send, receipt: Option<String>) -> Result<(), End> {
        let Some(target) = Target::parse(&send.destination) else {
            return self.refuse(&Refused {
                receipt: receipt.as_deref(),
                ..Refused::new(ApiError::new(&error::codes::UNKNOWN_DESTINATION))
            });
        };
        if let Some(name) = &send.transaction {
            self.hold(name, target, send.body, receipt.as_deref())?;
            self.confirm(receipt.as_deref());
            return Ok(());
        }
        let promise = receipt.map(|receipt| Rc::new(Promise { receipt, broken: Cell::new(false) }));
        match target {
            Target::Room(room) => self.say(room, &send.body, promise, true).await,
            Target::Refresh => {
                self.confirm(promise.as_deref().map(|promise| promise.receipt.as_str()));
                Ok(())
            }
        }
    }

    /// Says something in a room. The promise is kept when it is stored.
    pub(super) async fn say(
        &mut self,
        room: RoomId,
        body: &Bytes,
        promise: Option<Rc<Promise>>,
        is_last: bool,
    ) -> Result<(), End> {
        let Some(identity) = self.identity() else {
            let violation = Violation::new("sign in first");
            return Err(End::Refused { code: "unauthenticated", violation });
        };
        let (client_message_id, outcome) = match parse(body) {
            Ok((content, name)) => {
                let text = name.as_ref().map(|name| name.as_str().to_owned());
                let draft =
                    Draft { room, sender: identity.user_id, client_message_id: name, content };
                (text, self.worker.state.writer.post(draft).await.map_err(ApiError::from))
            }
            Err(error) => (None, Err(error)),
        };
        match outcome {
            Ok(pending) => {
                let fate = Fate::Pending(pending);
                self.in_flight.push_back(InFlight {
                    room,
                    client_message_id,
                    promise,
                    is_last,
                    fate,
                });
                Ok(())
            }
            Err(error) => {
                if let Some(promise) = &promise {
                    promise.broken.set(true);
                }
                self.refuse(&Refused {
                    room_id: Some(room),
                    client_message_id: client_message_id.as_deref(),
                    receipt: promise.as_deref().map(|promise| promise.receipt.as_str()),
                    ..Refused::new(error)
                })
            }
        }
    }
}

fn parse(body: &[u8]) -> Result<(Content, Option<ClientMessageId>), ApiError> {
    let said: Said<'_> =
        serde_json::from_slice(body).map_err(|_| ApiError::new(&codes::MALFORMED_REQUEST))?;
    let mut errors = FieldErrors::default();
    let content = errors.keep("/content", Content::parse(&said.content));
    let name = said.client_message_id.as_deref().map(ClientMessageId::parse).transpose();
    let name = errors.keep("/client_message_id", name);
    let (Some(content), Some(name)) = (content, name) else { return Err(errors.into()) };
    Ok((content, name))
}
