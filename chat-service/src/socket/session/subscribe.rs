//! `SUBSCRIBE` and `UNSUBSCRIBE`

use std::rc::Rc;

use bytes::Bytes;
use chassis::http::ApiError;
use contracts::RoomId;

use super::refuse::Refused;
use super::{End, Session};
use crate::error;
use crate::hub::{Reader, Subscription};
use crate::socket::destination::Source;
use crate::socket::style::Style;
use crate::stomp::{MessageTemplate, Subscribe, Violation};

/// What a client has subscribed to, by the names it gave.
#[derive(Default)]
pub(super) struct Subscriptions {
    rooms: Vec<(String, Rc<Subscription>)>,
    errors: Vec<(String, Style)>,
    /// How many errors were told: their message-ids differ.
    errors_told: u64,
}

impl Subscriptions {
    fn len(&self) -> usize {
        self.rooms.len() + self.errors.len()
    }

    fn has(&self, id: &str) -> bool {
        self.rooms.iter().any(|(known, _)| known == id)
            || self.errors.iter().any(|(known, _)| known == id)
    }

    pub(super) fn hears_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// An error for each subscription of errors.
    pub(super) fn error_messages(&mut self, json: &[u8]) -> Vec<Bytes> {
        self.errors_told += 1;
        self.errors.iter().map(|(_, style)| style.news(self.errors_told, json)).collect()
    }
}

impl Session {
    /// Lets the client hear what it wants to, if it may; says whether it does.
    pub(super) async fn subscribe(
        &mut self,
        subscribe: Subscribe,
        receipt: Option<&str>,
    ) -> Result<bool, End> {
        if self.subscriptions.has(&subscribe.id) {
            let violation = Violation::new("there is a subscription with this id").of(receipt);
            return Err(End::Protocol(violation));
        }
        let refused = Refused {
            subscription: Some(&subscribe.id),
            receipt,
            ..Refused::new(ApiError::new(&error::codes::UNKNOWN_DESTINATION))
        };
        let Some(source) = Source::parse(&subscribe.destination) else {
            return self.refuse(&refused).map(|()| false);
        };
        if self.subscriptions.len() >= self.worker.config.max_subscriptions {
            let error = ApiError::new(&error::codes::TOO_MANY_SUBSCRIPTIONS);
            return self.refuse(&Refused { error, ..refused }).map(|()| false);
        }
        match source {
            Source::Errors => {
                let style = self.style(&subscribe, "errors");
                self.subscriptions.errors.push((subscribe.id, style));
                Ok(true)
            }
            Source::Room(room) => match self.read_room(room, &subscribe).await {
                Ok(subscription) => {
                    self.subscriptions.rooms.push((subscribe.id, subscription));
                    Ok(true)
                }
                Err(error) => {
                    let refused = Refused { error, room_id: Some(room), ..refused };
                    self.refuse(&refused).map(|()| false)
                }
            },
        }
    }

    async fn read_room(
        &self,
        room: RoomId,
        subscribe: &Subscribe,
    ) -> Result<Rc<Subscription>, ApiError> {
        let identity = self
            .identity()
            .ok_or_else(|| ApiError::new(&chassis::http::error::codes::UNAUTHENTICATED))?;
        let reader = Reader {
            room,
            user: identity.user_id,
            outlet: self.connection.outlet.clone(),
            style: self.style(subscribe, &room.to_string()),
        };
        let subscription = self.worker.shard.subscribe(reader, subscribe.after_seq).await?;
        subscription.ok_or_else(|| ApiError::new(&error::codes::ROOM_NOT_FOUND))
    }

    fn style(&self, subscribe: &Subscribe, room: &str) -> Style {
        let template = MessageTemplate::new(
            self.spoken(),
            &subscribe.id,
            &subscribe.destination,
            room,
            subscribe.acknowledges,
        );
        Style::new(self.outlet().transport(), template)
    }

    /// A subscription that is not there has ended already, perhaps without the client's doing.
    pub(super) fn unsubscribe(&mut self, id: &str) {
        self.subscriptions.errors.retain(|(known, _)| known != id);
        let rooms = &mut self.subscriptions.rooms;
        if let Some(place) = rooms.iter().position(|(known, _)| known == id) {
            let (_, subscription) = rooms.swap_remove(place);
            self.worker.shard.unsubscribe(&subscription);
        }
    }

    /// Forgets the subscriptions of rooms that the client may not read any more, and tells it.
    pub(super) fn drop_ended_subscriptions(&mut self) {
        let rooms = &mut self.subscriptions.rooms;
        let ended: Vec<_> =
            rooms.extract_if(.., |(_, subscription)| subscription.has_ended()).collect();
        for (id, subscription) in ended {
            self.worker.shard.unsubscribe(&subscription);
            self.tell(&Refused {
                room_id: Some(subscription.room()),
                subscription: Some(&id),
                ..Refused::new(ApiError::new(&error::codes::SUBSCRIPTION_ENDED))
            });
        }
    }

    pub(super) fn drop_subscriptions(&mut self) {
        for (_, subscription) in std::mem::take(&mut self.subscriptions.rooms) {
            self.worker.shard.unsubscribe(&subscription);
        }
    }
}
