//! Issues access tokens.

use std::time::Duration;

use chassis::config::IdentityConfig;
use chassis::identity::{Claims, Role};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{SessionId, UserId};
use jsonwebtoken::{Algorithm, Header, encode};

use super::key_folder::KeyError;
use super::key_ring::KeyRing;
use crate::config::TokensConfig;

/// No token can be issued: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// There is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It does not sign.
    #[error("the token cannot be signed: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

/// An access token.
pub struct AccessToken {
    /// What the client shows.
    pub token: String,
    /// How long it is good, in seconds.
    pub expires_in_s: i64,
}

/// Issues tokens. Cloning shares the keys.
#[derive(Clone)]
pub struct Tokens {
    keys: KeyRing,
    issuer: String,
    audience: String,
    access_lifetime: TimeDelta,
    refresh_lifetime: TimeDelta,
}

impl Tokens {
    /// An issuer that signs with these keys.
    #[must_use]
    pub fn new(keys: KeyRing, identity: &IdentityConfig, tokens: &TokensConfig) -> Self {
        let delta = |time: Duration| TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        Self {
            keys,
            issuer: identity.issuer.clone(),
            audience: identity.audience.clone(),
            access_lifetime: delta(tokens.access_lifetime),
            refresh_lifetime: delta(tokens.refresh_lifetime),
        }
    }

    /// The keys it signs with.
    #[must_use]
    pub const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// How long an access token is good.
    #[must_use]
    pub const fn access_lifetime(&self) -> TimeDelta {
        self.access_lifetime
    }

    /// How long a refresh token is good, and with it a session nobody uses.
    #[must_use]
    pub const fn refresh_lifetime(&self) -> TimeDelta {
        self.refresh_lifetime
    }

    /// Issues an access token.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        role: Role,
        now: DateTime<Utc>,
    ) -> Result<AccessToken, IssueError> {
        let key = self.keys.signing(now)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.kid.to_string());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user,
            sid: session,
            role,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + self.access_lifetime).timestamp(),
        };
        let token = encode(&header, &claims, &key.private)?;
        Ok(AccessToken { token, expires_in_s: self.access_lifetime.num_seconds() })
    }
}
