//! Sessions that ended before their tokens did.
//!
//! The issuer announces them through Redis: a sorted set keeps those of the last minutes for
//! whoever starts or was cut off, a channel tells everyone else at once. While Redis is away
//! nobody hears of new ones, and a token of a revoked session lives until it expires, ten minutes
//! at most; the issuer announces again what was missed when Redis is back.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::SessionId;
use deadpool_redis::redis::AsyncCommands as _;
use futures_util::StreamExt as _;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::redis::{Cache, CacheError, redis};

const KEY: &str = "revoked-sessions";
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// How many ends of sessions wait for a listener that is behind; one that misses some is told so.
const BACKLOG: usize = 1024;

/// The announcement did not reach Redis.
pub type RevocationError = CacheError;

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

    /// Marks a session as over.
    pub fn insert(&self, session: SessionId, until: DateTime<Utc>) {
        self.insert_raw([(session, until.timestamp())], i64::MIN);
    }

    fn insert_raw(&self, sessions: impl IntoIterator<Item = (SessionId, i64)>, now: i64) {
        let mut new = Vec::new();
        if let Ok(mut map) = self.until.write() {
            map.retain(|_, until| *until > now);
            for (session, until) in sessions {
                if map.insert(session, until).is_none() {
                    new.push(session);
                }
            }
        }
        for session in new {
            // Nobody may be listening.
            let _ = self.ended.send(session);
        }
    }

    /// Listens to the announcements until told to stop; connects again for ever.
    pub async fn follow(self, cache: Cache, clock: Clock, stopping: CancellationToken) {
        let mut pause = Duration::from_millis(100);
        while !stopping.is_cancelled() {
            tokio::select! {
                () = stopping.cancelled() => return,
                outcome = self.listen(&cache, &clock) => match outcome {
                    Ok(()) => pause = Duration::from_millis(100),
                    Err(error) => {
                        tracing::warn!(error = %error, "revoked sessions are not being heard of");
                        pause = (pause * 2).min(MAX_PAUSE);
                    }
                },
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Subscribes, catches up, and listens until the connection is lost. In this order nothing
    /// falls between the set and the channel.
    async fn listen(&self, cache: &Cache, clock: &Clock) -> Result<(), CacheError> {
        let key = cache.key(KEY);
        let mut subscription = cache.subscribe(&key).await?;
        let now = clock.now().timestamp();
        let known: Vec<(String, i64)> =
            cache.run(async |conn| conn.zrangebyscore_withscores(&key, now, "+inf").await).await?;
        self.insert_raw(
            known.into_iter().filter_map(|(session, until)| Some((session.parse().ok()?, until))),
            now,
        );
        let mut messages = subscription.on_message();
        while let Some(message) = messages.next().await {
            let text: String = message.get_payload()?;
            if let Some((session, until)) = text.split_once(' ')
                && let (Ok(session), Ok(until)) = (session.parse(), until.parse())
            {
                self.insert_raw([(session, until)], clock.now().timestamp());
            }
        }
        Ok(())
    }
}
