//! `BEGIN`, `COMMIT` and `ABORT`: what is said in a transaction waits here until it is committed.
//!
//! A transaction orders messages and lets a client take them back; it does not make them one: each
//! is stored or refused by itself. The receipt of a `COMMIT` means that all were stored.

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;

use super::receipts::Promise;
use super::{End, Session};
use crate::socket::destination::Target;
use crate::stomp::Violation;

/// How many transactions a client may have under way.
const MAX_TRANSACTIONS: usize = 8;
/// How many messages may wait in one.
const MAX_MESSAGES: usize = 64;
/// How many bytes may wait in all of them.
const MAX_BYTES: usize = 256 * 1024;

/// The transactions of a client, by the names it gave them.
#[derive(Default)]
pub(super) struct Transactions(Vec<(String, Vec<(Target, Bytes)>)>);

impl Transactions {
    fn find(&mut self, name: &str) -> Result<&mut Vec<(Target, Bytes)>, Violation> {
        let found = self.0.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, held)| held).ok_or_else(|| Violation::new("there is no such transaction"))
    }

    /// How many bytes wait.
    fn bytes(&self) -> usize {
        self.0.iter().flat_map(|(_, held)| held).map(|(_, body)| body.len()).sum()
    }

    fn take(&mut self, name: &str) -> Result<Vec<(Target, Bytes)>, Violation> {
        let place = self.0.iter().position(|(known, _)| known == name);
        let place = place.ok_or_else(|| Violation::new("there is no such transaction"))?;
        Ok(self.0.swap_remove(place).1)
    }
}

impl Session {
    pub(super) fn begin(&mut self, name: String, receipt: Option<&str>) -> Result<(), End> {
        let known = &mut self.transactions;
        let message = if known.find(&name).is_ok() {
            "that transaction has begun already"
        } else if known.0.len() >= MAX_TRANSACTIONS {
            "there are too many transactions"
        } else {
            known.0.push((name, Vec::new()));
            return Ok(());
        };
        Err(End::Protocol(Violation::new(message).of(receipt)))
    }

    /// Keeps what is said until its transaction is committed.
    pub(super) fn hold(
        &mut self,
        name: &str,
        target: Target,
        body: Bytes,
        receipt: Option<&str>,
    ) -> Result<(), End> {
        let violated = |violation: Violation| End::Protocol(violation.of(receipt));
        let bytes = self.transactions.bytes() + body.len();
        let held = self.transactions.find(name).map_err(violated)?;
        if held.len() >= MAX_MESSAGES || bytes > MAX_BYTES {
            return Err(violated(Violation::new("the transaction is too large")));
        }
        held.push((target, body));
        Ok(())
    }

    /// An `ACK` belongs to a transaction that is under way, or to none.
    pub(super) fn acknowledge(
        &mut self,
        transaction: Option<&str>,
        receipt: Option<&str>,
    ) -> Result<(), End> {
        let Some(name) = transaction else { return Ok(()) };
        let found = self.transactions.find(name).map(drop);
        found.map_err(|violation| End::Protocol(violation.of(receipt)))
    }

    pub(super) fn abort(&mut self, name: &str, receipt: Option<&str>) -> Result<(), End> {
        let taken = self.transactions.take(name).map(drop);
        taken.map_err(|violation| End::Protocol(violation.of(receipt)))
    }

    pub(super) async fn commit(&mut self, name: &str, receipt: Option<String>) -> Result<(), End> {
        let held = self
            .transactions
            .take(name)
            .map_err(|violation| End::Protocol(violation.of(receipt.as_deref())))?;
        let mut messages: Vec<_> = held
            .into_iter()
            .filter_map(|(target, body)| match target {
                Target::Room(room) => Some((room, body)),
                Target::Refresh => None,
            })
            .collect();
        let Some((last_room, last_body)) = messages.pop() else {
            self.confirm(receipt.as_deref());
            return Ok(());
        };
        let promise = receipt.map(|receipt| Rc::new(Promise { receipt, broken: Cell::new(false) }));
        for (room, body) in messages {
            self.say(room, &body, promise.clone(), false).await?;
        }
        self.say(last_room, &last_body, promise, true).await
    }
}
