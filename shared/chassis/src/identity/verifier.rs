//! The check of an access token, and the memory of those that passed it.

use std::sync::Arc;

use chrono::DateTime;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use quick_cache::sync::Cache as TokenCache;

use super::{Claims, FetchError, Identity, Issuer, Keys, NoIssuer, RevokedSessions};
use crate::clock::Clock;
use crate::config::IdentityConfig;
use crate::lifecycle::Lifecycle;
use crate::redis::Cache;

/// Tokens longer than this are refused unread; ours have some 500 bytes.
const MAX_TOKEN_BYTES: usize = 2048;
/// Longer key ids are refused without a look.
const MAX_KID_BYTES: usize = 64;
/// How many verified tokens are remembered.
const CACHE_ENTRIES: usize = 100_000;
/// How far the clocks of two machines may be apart, in seconds.
const LEEWAY_S: i64 = 5;

/// The token does not identify anyone.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is no token of ours, or of another audience or issuer, or forged.
    #[error("the token is not valid")]
    Invalid,
    /// It was one.
    #[error("the token has expired")]
    Expired,
    /// Its session is over.
    #[error("the session is over")]
    Revoked,
    /// It cannot be told: the keys are not to be had.
    #[error("tokens cannot be checked: {0}")]
    KeysUnavailable(#[from] FetchError),
}

/// Checks access tokens. Cloning shares the keys and the memory.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    keys: Keys,
    validation: Validation,
    /// The whole token is the key: any other byte makes it another token.
    verified: TokenCache<Box<str>, Verified>,
    revoked: RevokedSessions,
    clock: Clock,
}

#[derive(Clone)]
struct Verified {
    identity: Identity,
    /// A key that was taken back no longer vouches for the tokens it signed.
    kid: Arc<str>,
}

impl Verifier {
    /// A verifier of the tokens that `config` describes.
    #[must_use]
    pub fn new(
        config: &IdentityConfig,
        keys: Keys,
        revoked: RevokedSessions,
        clock: Clock,
    ) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are held against our own clock below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let verified = TokenCache::new(CACHE_ENTRIES);
        Self(Arc::new(Inner { keys, validation, verified, revoked, clock }))
    }

    /// A verifier of the tokens of an issuer elsewhere, with the tasks that keep it up to date on
    /// keys and on sessions that are over. The issuer is asked through `client`.
    pub fn following(
        config: &IdentityConfig,
        client: reqwest::Client,
        cache: Cache,
        revoked: RevokedSessions,
        clock: Clock,
        life: &Lifecycle,
    ) -> Result<Self, NoIssuer> {
        let issuer = Issuer::new(&config.jwks_url, client)?;
        let keys = Keys::published_by(issuer.clone());
        life.spawn("issuer-keys", keys.clone().follow(life.stopping()));
        let following = revoked.clone().follow(cache, Some(issuer), clock.clone(), life.stopping());
        life.spawn("revoked-sessions", following);
        Ok(Self::new(config, keys, revoked, clock))
    }

    /// Says whose token it is.
    pub async fn verify(&self, token: &str) -> Result<Identity, TokenError> {
        if let Some(known) = self.recall(token) {
            return known;
        }
        let known = self.0.check(token).await?;
        let identity = known.identity;
        self.0.verified.insert(token.into(), known);
        self.believe(token, identity)
    }

    /// Says whose token it is, if it was checked before.
    #[must_use]
    pub fn recall(&self, token: &str) -> Option<Result<Identity, TokenError>> {
        let inner = &*self.0;
        let known = inner.verified.get(token).filter(|known| inner.keys.knows(&known.kid))?;
        Some(self.believe(token, known.identity))
    }

    /// Forgets a token that is no longer good.
    fn believe(&self, token: &str, identity: Identity) -> Result<Identity, TokenError> {
        self.recheck(&identity).inspect_err(|_| drop(self.0.verified.remove(token)))?;
        Ok(identity)
    }

    /// Whether someone whose token was good is still to be believed. What stays open longer than a
    /// request asks this now and then.
    pub fn recheck(&self, identity: &Identity) -> Result<(), TokenError> {
        let inner = &*self.0;
        if inner.clock.now() >= identity.expires_at {
            return Err(TokenError::Expired);
        }
        if inner.revoked.contains(identity.session_id) {
            return Err(TokenError::Revoked);
        }
        Ok(())
    }
}

impl Inner {
    async fn check(&self, token: &str) -> Result<Verified, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        let kid = header.kid.ok_or(TokenError::Invalid)?;
        if header.alg != Algorithm::EdDSA || kid.len() > MAX_KID_BYTES {
            return Err(TokenError::Invalid);
        }
        let key = self.keys.find(&kid).await?.ok_or(TokenError::Invalid)?;
        let claims: Claims =
            decode(token, &key, &self.validation).map_err(|_| TokenError::Invalid)?.claims;
        if claims.nbf > self.clock.now().timestamp() + LEEWAY_S {
            return Err(TokenError::Invalid);
        }
        let identity = Identity {
            user_id: claims.sub,
            session_id: claims.sid,
            role: claims.role,
            expires_at: DateTime::from_timestamp(claims.exp, 0).ok_or(TokenError::Invalid)?,
        };
        Ok(Verified { identity, kid: kid.into() })
    }
}
