//! What consumers could not handle: to be looked at, replayed or dropped by a person, for some days.
//!
//! A queue can only be read from its beginning. What is only looked at is kept back until the
//! connection closes, and is then where it was.

pub(super) mod command;
pub(super) mod expiry;

use std::fmt;

use contracts::Event;
use contracts::routing::Subscription;
use lapin::Channel;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use serde::de::IgnoredAny;
use sha2::{Digest as _, Sha256};

use super::broker::{Broker, Link};
use super::delivery::{REASON, failures, header};
use super::error::{BusError, answer};
use super::publish;
use super::topology::Topology;

/// How many are looked at, at most: they are kept in memory by both sides.
const MAX_VISITED: u32 = 10_000;

/// An event that was not handled.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// The id of the event; of what is no event, a digest of its bytes.
    pub id: String,
    /// The type of the event, if it has one.
    pub kind: Option<String>,
    /// What it is about, if it says so.
    pub subject: Option<String>,
    /// How often it failed.
    pub failures: i64,
    /// Why it failed last.
    pub reason: String,
    /// What was sent.
    pub body: String,
}

/// Which dead letters are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// The one with this id; its copies too, should there be any.
    One(String),
}

impl Which {
    fn is(&self, letter: &DeadLetter) -> bool {
        match self {
            Self::All => true,
            Self::One(id) => *id == letter.id,
        }
    }
}

/// What becomes of a dead letter.
#[derive(Clone, Copy)]
enum Verdict {
    Keep,
    Drop,
    Replay,
}

/// The dead letters of one consumer.
pub struct DeadLetters {
    link: Link,
    channel: Channel,
    topology: Topology,
    subscription: Subscription,
}

impl DeadLetters {
    /// Connects.
    pub async fn open(broker: &Broker, subscription: Subscription) -> Result<Self, BusError> {
        let link = broker.connect("dead-letters").await?;
        let channel = link.confirming_channel().await?;
        Ok(Self { link, channel, topology: broker.topology().clone(), subscription })
    }

    /// The oldest, at most `limit`.
    pub async fn list(self, limit: u32) -> Result<Vec<DeadLetter>, BusError> {
        let mut letters = Vec::new();
        self.visit(limit.min(MAX_VISITED), |letter| {
            letters.push(letter.clone());
            Verdict::Keep
        })
        .await?;
        Ok(letters)
    }

    /// Puts them back into the queue of their consumer, as if they had never failed; says how many.
    pub async fn replay(self, which: &Which) -> Result<usize, BusError> {
        self.settle(which, Verdict::Replay).await
    }

    /// Throws them away; says how many.
    pub async fn drop(self, which: &Which) -> Result<usize, BusError> {
        self.settle(which, Verdict::Drop).await
    }

    async fn settle(self, which: &Which, verdict: Verdict) -> Result<usize, BusError> {
        let mut settled = 0;
        self.visit(MAX_VISITED, |letter| {
            if which.is(letter) {
                settled += 1;
                verdict
            } else {
                Verdict::Keep
            }
        })
        .await?;
        Ok(settled)
    }

    /// Goes through what is there now: a replayed event may be back before this ends.
    async fn visit(
        self,
        limit: u32,
        mut judge: impl FnMut(&DeadLetter) -> Verdict,
    ) -> Result<(), BusError> {
        let queue = self.topology.dead_letters(self.subscription);
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        let look =
            self.channel.queue_declare(queue.as_str().into(), options, FieldTable::default());
        let waiting = answer(look).await?.message_count();
        for _ in 0..waiting.min(limit) {
            let options = BasicGetOptions::default();
            let get = self.channel.basic_get(queue.as_str().into(), options);
            let Some(message) = answer(get).await? else { break };
            match judge(&read(&message)) {
                Verdict::Keep => continue,
                Verdict::Drop => {}
                Verdict::Replay => self.put_back(&message).await?,
            }
            answer(message.ack(BasicAckOptions::default())).await?;
        }
        self.link.close().await;
        Ok(())
    }

    async fn put_back(&self, message: &BasicGetMessage) -> Result<(), BusError> {
        let queue = self.topology.queue(self.subscription);
        let properties = message.properties.clone().with_headers(FieldTable::default());
        publish::surely(&self.channel, "", &queue, &message.data, properties).await
    }
}

fn read(message: &BasicGetMessage) -> DeadLetter {
    let event: Option<Event<IgnoredAny>> = serde_json::from_slice(&message.data).ok();
    let reason = match header(&message.properties, REASON) {
        Some(AMQPValue::LongString(reason)) => reason.to_string(),
        _ => "delivered too often without an answer".to_owned(),
    };
    DeadLetter {
        id: event.as_ref().map_or_else(|| digest(&message.data), |event| event.id.to_string()),
        kind: event.as_ref().map(|event| event.kind.to_string()),
        subject: event.map(|event| event.subject),
        failures: failures(&message.properties),
        reason,
        body: String::from_utf8_lossy(&message.data).into_owned(),
    }
}

fn digest(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    digest.iter().take(8).fold("body-".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

impl fmt::Display for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.as_deref().unwrap_or("(no event)");
        let subject = self.subject.as_deref().unwrap_or("-");
        write!(f, "{}  {kind}  {subject}  failed {}x: {}", self.id, self.failures, self.reason)
    }
}
