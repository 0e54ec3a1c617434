//! Sessions that ended before their tokens did.
//!
//! The issuer announces them through Redis: a sorted set keeps those of the last minutes for
//! whoever starts or was cut off, a channel tells everyone else at once. Beside that everyone asks
//! the issuer itself every few seconds, whatever becomes of Redis, or of the way to it. Only while
//! neither can be reached, a token of a revoked session lives until it expires.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::SessionId;
use deadpool_redis::redis::AsyncCommands as _;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::issuer::Issuer;
use crate::clock::Clock;
use crate::redis::{Cache, CacheError, redis};

const KEY: &str = "revoked-sessions";
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// How often the issuer is asked.
const ASK_EVERY: Duration = Duration::from_secs(2);
/// How many ends of sessions wait for a listener that is behind; one that misses some is told so.
const BACKLOG: usize = 1024;

/// The announcement did not reach Redis.
pub type RevocationError = CacheError;

/// A session that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevokedSession {
    /// Which.
    pub session_id: SessionId,
    /// The moment after which no token of it can be valid, in seconds since 1970.
    pub until: i64,
}

/// Tells every instance of every service that these sessions are over. `until` is when the last
/// of their tokens expires. Announcing twice changes nothing.
pub async fn announce(
    cache: &Cache,
    sessions: &[SessionId],
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), RevocationError> {
    if sessions.is_empty() {
        return Ok(());
    }
    let key = cache.key(KEY);
    let mut pipe = redis::pipe();
    pipe.zrembyscore(&key, "-inf", now.timestamp()).ignore();
    for session in sessions {
        pipe.zadd(&key, session.to_string(), until.timestamp()).ignore();
        pipe.publish(&key, format!("{session} {}", until.timestamp())).ignore();
    }
    cache.run(async |conn| pipe.query_async::<()>(conn).await).await
}

/// Which of these sessions Redis has not heard of, or no longer knows.
pub async fn unannounced(
    cache: &Cache,
    sessions: &[SessionId],
) -> Result<Vec<SessionId>, RevocationError> {
    if sessions.is_empty() {
        return Ok(Vec::new());
    }
    let members: Vec<String> = sessions.iter().map(ToString::to_string).collect();
    let key = cache.key(KEY);
    let known: Vec<Option<f64>> =
        cache.run(async |conn| conn.zscore_multiple(&key, &members).await).await?;
    Ok(sessions.iter().zip(known).filter(|(_, at)| at.is_none()).map(|(id, _)| *id).collect())
}

/// What this instance has heard of sessions that are over.
#[derive(Clone)]
pub struct RevokedSessions {
    /// Session and the moment (seconds since 1970) after which no token of it can be valid.
    until: Arc<RwLock<HashMap<SessionId, i64>>>,
    ended: broadcast::Sender<SessionId>,
}

impl Default for RevokedSessions {
    fn default() -> Self {
        Self { until: Arc::default(), ended: broadcast::Sender::new(BACKLOG) }
    }
}

impl RevokedSessions {
    /// Hears of each session that ends from now on: for what stays open after its token was
    /// checked. Whoever lags behind asks [`contains`](Self::contains) about all it holds.
    #[must_use]
    pub fn ended(&self) -> broadcast::Receiver<SessionId> {
        self.ended.subscribe()
    }

    /// Whether the session is over.
    #[must_use]
    pub fn contains(&self, session: SessionId) -> bool {
        self.until.read().is_ok_and(|until| until.contains_key(&session))
    }

    /// Takes in what was heard, and forgets what is of no use any more.
    pub fn learn(&self, sessions: impl IntoIterator<Item = RevokedSession>, now: DateTime<Utc>) {
        // Mostly all of them are known, and every request looks here.
        let is_unknown = |session: &RevokedSession| !self.contains(session.session_id);
        let mut new: Vec<_> = sessions.into_iter().filter(is_unknown).collect();
        if new.is_empty() {
            return;
        }
        if let Ok(mut map) = self.until.write() {
            map.retain(|_, until| *until > now.timestamp());
            new.retain(|session| map.insert(session.session_id, session.until).is_none());
        }
        for session in new {
            // Nobody may be listening.
            let _ = self.ended.send(session.session_id);
        }
    }

    /// Hears of the ends of sessions until told to stop, from Redis and from `issuer`, whichever
    /// says it first. The issuer itself has nobody to ask.
    pub async fn follow(
        self,
        cache: Cache,
        issuer: Option<Issuer>,
        clock: Clock,
        stopping: CancellationToken,
    ) {
        tokio::select! {
            () = stopping.cancelled() => {}
            () = self.hear(&cache, &clock) => {}
            () = self.ask(issuer.as_ref(), &clock) => {}
        }
    }

    /// Listens to the announcements; connects again for ever.
    async fn hear(&self, cache: &Cache, clock: &Clock) {
        let mut pause = Duration::from_millis(100);
        loop {
            let outcome = self.listen(cache, clock).await;
            hears("redis", false);
            match outcome {
                Ok(()) => pause = Duration::from_millis(100),
                Err(error) => {
                    tracing::warn!(%error, "revoked sessions are not heard of through Redis");
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks the issuer again and again.
    async fn ask(&self, issuer: Option<&Issuer>, clock: &Clock) {
        let Some(issuer) = issuer else { return std::future::pending().await };
        let mut failing = false;
        loop {
            let outcome = issuer.revoked().await;
            hears("issuer", outcome.is_ok());
            match outcome {
                Ok(sessions) => {
                    self.learn(sessions, clock.now());
                    failing = false;
                }
                // Once for each outage.
                Err(error) if !std::mem::replace(&mut failing, true) => {
                    tracing::warn!(%error, "the issuer does not say which sessions are over");
                }
                Err(_) => {}
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }

    /// Subscribes, catches up, and listens until the connection is lost. In this order nothing
    /// falls between the set and the channel.
    async fn listen(&self, cache: &Cache, clock: &Clock) -> Result<(), CacheError> {
        let key = cache.key(KEY);
        let mut subscription = cache.subscribe(&key).await?;
        let now = clock.now();
        let known: Vec<(String, i64)> = cache
            .run(async |conn| conn.zrangebyscore_withscores(&key, now.timestamp(), "+inf").await)
            .await?;
        self.learn(known.iter().filter_map(|(session, until)| read(session, *until)), now);
        hears("redis", true);
        let mut messages = subscription.on_message();
        while let Some(message) = messages.next().await {
            let text: String = message.get_payload()?;
            if let Some((session, until)) = text.split_once(' ')
                && let Ok(until) = until.parse()
            {
                self.learn(read(session, until), clock.now());
            }
        }
        Ok(())
    }
}

/// Whether it is heard from there which sessions are over.
fn hears(through: &'static str, well: bool) {
    metrics::gauge!("revocations_heard", "through" => through).set(if well { 1.0 } else { 0.0 });
}

fn read(session: &str, until: i64) -> Option<RevokedSession> {
    Some(RevokedSession { session_id: session.parse().ok()?, until })
}
