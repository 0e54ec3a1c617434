//! What is on its way into the database, and what clients are told about it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use chassis::http::ApiError;
use contracts::RoomId;

use super::refuse::Refused;
use super::{End, Session, poll_unpin};
use crate::stomp::encode;
use crate::writer::{Pending, Receipt, SendError};

/// A message on its way into the database.
pub(super) struct InFlight {
    pub(super) room: RoomId,
    pub(super) client_message_id: Option<String>,
    pub(super) promise: Option<Rc<Promise>>,
    /// Whether the promise is kept with this message.
    pub(super) is_last: bool,
    pub(super) fate: Fate,
}

/// Whether a message has arrived.
pub(super) enum Fate {
    Pending(Pending),
    Settled(Result<Receipt, SendError>),
}

/// A receipt that a client waits for: for one message, or for all of a transaction.
pub(super) struct Promise {
    pub(super) receipt: String,
    /// Whether one of the messages was refused: then there is no receipt.
    pub(super) broken: Cell<bool>,
}

/// Ready when the fate of the first message is known.
pub(super) fn poll_first(
    in_flight: &mut VecDeque<InFlight>,
    context: &mut Context<'_>,
) -> Poll<()> {
    if let Some(first) = in_flight.front_mut()
        && let Fate::Pending(pending) = &mut first.fate
    {
        first.fate = Fate::Settled(ready!(poll_unpin(pending, context)));
    }
    Poll::Ready(())
}

impl Session {
    /// Waits for the first message.
    pub(super) async fn settle_one(&mut self) -> Result<(), End> {
        let in_flight = &mut self.in_flight;
        std::future::poll_fn(|context| poll_first(in_flight, context)).await;
        self.settle()
    }

    /// Tells the client of all messages whose fate is known, by one write.
    pub(super) fn settle(&mut self) -> Result<(), End> {
        let mut receipts = Vec::new();
        let outcome = self.settle_into(&mut receipts);
        self.outlet().send(&receipts.into());
        outcome
    }

    fn settle_into(&mut self, receipts: &mut Vec<u8>) -> Result<(), End> {
        let mut idle = Context::from_waker(std::task::Waker::noop());
        while !self.in_flight.is_empty() && poll_first(&mut self.in_flight, &mut idle).is_ready() {
            let Some(message) = self.in_flight.pop_front() else { break };
            let promise = message.promise.as_deref();
            if let Fate::Settled(Err(error)) = message.fate {
                if let Some(promise) = promise {
                    promise.broken.set(true);
                }
                self.refuse(&Refused {
                    room_id: Some(message.room),
                    client_message_id: message.client_message_id.as_deref(),
                    receipt: promise.map(|promise| promise.receipt.as_str()),
                    ..Refused::new(ApiError::from(error))
                })?;
            }
            if let Some(promise) =
                promise.filter(|promise| message.is_last && !promise.broken.get())
            {
                let frame = encode::receipt(&promise.receipt, self.spoken());
                self.outlet().transport().wrap(&frame, receipts);
            }
        }
        Ok(())
    }
}
