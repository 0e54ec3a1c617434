//! Refusals that a client can live with: told at `/user/queue/errors`, if it listens there.

use chassis::http::ApiError;
use contracts::{Problem, RoomId};
use serde::Serialize;

use super::{End, Session};
use crate::stomp::Violation;

/// A refusal, and what it is about.
pub(super) struct Refused<'a> {
    pub(super) error: ApiError,
    pub(super) room_id: Option<RoomId>,
    pub(super) client_message_id: Option<&'a str>,
    pub(super) subscription: Option<&'a str>,
    pub(super) receipt: Option<&'a str>,
}

/// A problem as everywhere else, and what it is about.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    problem: Problem,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<RoomId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'a str>,
}

impl Refused<'_> {
    pub(super) const fn new(error: ApiError) -> Self {
        Self { error, room_id: None, client_message_id: None, subscription: None, receipt: None }
    }
}

impl Session {
    /// Tells the client. One that does not listen must not believe that all is well: it gets an
    /// `ERROR`, and is disconnected.
    pub(super) fn refuse(&mut self, refused: &Refused<'_>) -> Result<(), End> {
        let error = &refused.error;
        if error.code().status.is_server_error() {
            let cause = error.cause().unwrap_or("unknown");
            tracing::error!(trace_id = self.trace.trace_id(), "request failed: {cause}");
        }
        if !self.subscriptions.hears_errors() {
            let title = error.code().title.in_locale(self.locale);
            let violation = Violation::new(title).of(refused.receipt);
            return Err(End::Refused { code: error.code().name, violation });
        }
        self.tell(refused);
        Ok(())
    }

    /// Tells the client, if it listens.
    pub(super) fn tell(&mut self, refused: &Refused<'_>) {
        let body = Body {
            problem: refused.error.to_problem(self.locale, &self.trace.trace_id()),
            room_id: refused.room_id,
            client_message_id: refused.client_message_id,
            subscription: refused.subscription,
            receipt: refused.receipt,
        };
        // It is made of text, which can be written.
        let json = serde_json::to_vec(&body).unwrap_or_default();
        for message in self.subscriptions.error_messages(&json) {
            self.outlet().send(&message);
        }
    }
}
