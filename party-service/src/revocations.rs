//! Makes everyone refuse the tokens of sessions that are over.
//!
//! A revocation is true once it is committed. After the commit it is announced to every instance
//! of every service through Redis; should that fail, [`heal`](Revocations::heal), run every few
//! seconds, announces what Redis has not heard of, and whoever asks is told
//! [`current`](Revocations::current) ones.

use chassis::clock::Clock;
use chassis::db::{Db, DbError};
use chassis::identity::{RevocationError, RevokedSession, RevokedSessions, announce, unannounced};
use chassis::redis::Cache;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::SessionId;

use crate::store::sessions;

/// How far the clocks of two instances may be apart.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// Revocations did not get around.
#[derive(Debug, thiserror::Error)]
pub enum HealError {
    /// They are not known.
    #[error(transparent)]
    Db(#[from] DbError),
    /// They are not announced.
    #[error(transparent)]
    Cache(#[from] RevocationError),
}

/// Announces revocations.
#[derive(Clone)]
pub struct Revocations {
    cache: Cache,
    clock: Clock,
    /// What this instance refuses.
    refused: RevokedSessions,
    /// How long a token can outlive its session.
    token_lifetime: TimeDelta,
}

impl Revocations {
    /// Announces through `cache` and to this instance itself.
    #[must_use]
    pub const fn new(
        cache: Cache,
        clock: Clock,
        refused: RevokedSessions,
        token_lifetime: TimeDelta,
    ) -> Self {
        Self { cache, clock, refused, token_lifetime }
    }

    /// Announces sessions whose revocation was committed just now.
    pub async fn announce(&self, sessions: &[SessionId]) {
        let now = self.clock.now();
        let until = self.until(now);
        let over = |id: &SessionId| RevokedSession { session_id: *id, until: until.timestamp() };
        self.refused.learn(sessions.iter().map(over), now);
        if let Err(error) = announce(&self.cache, sessions, until, now).await {
            tracing::warn!(%error, "a revocation is not announced yet");
        }
    }

    /// Refuses, and announces if need be, every session that was revoked while its tokens could
    /// still be good.
    pub async fn heal(&self, db: &Db) -> Result<(), HealError> {
        let now = self.clock.now();
        let revoked = self.current(db).await?;
        self.refused.learn(revoked.iter().copied(), now);
        let ids: Vec<SessionId> = revoked.iter().map(|session| session.session_id).collect();
        let missing = unannounced(&self.cache, &ids).await?;
        Ok(announce(&self.cache, &missing, self.until(now), now).await?)
    }

    /// Every session that was revoked while its tokens can still be good.
    pub async fn current(&self, db: &Db) -> Result<Vec<RevokedSession>, DbError> {
        let since = self.clock.now() - self.token_lifetime - CLOCK_SKEW;
        let revoked = sessions::revoked_since(&mut *db.conn().await?, since).await?;
        let view =
            |(session_id, at)| RevokedSession { session_id, until: self.until(at).timestamp() };
        Ok(revoked.into_iter().map(view).collect())
    }

    fn until(&self, revoked_at: DateTime<Utc>) -> DateTime<Utc> {
        revoked_at + self.token_lifetime + CLOCK_SKEW
    }
}
