//! Tokens as each proxy wants them.

use anyhow::Result;
use aws_lc_rs::signature::Ed25519KeyPair;
use chassis::clock::Clock;
use chassis::identity::{Claims, Role};
use contracts::{SessionId, UserId};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

/// Tokens outlast any benchmark.
const LIFETIME_S: i64 = 24 * 3600;
const KID: &str = "bench";

/// The claims of the platform's tokens, and the keys to sign them with.
pub(crate) struct Tokens {
    ed25519: EncodingKey,
    /// What HAProxy checks HS256 with.
    pub(crate) secret: String,
    claims: Claims,
}

impl Tokens {
    /// With new keys.
    pub(crate) fn new() -> Result<Self> {
        let key = Ed25519KeyPair::generate()?;
        let now = Clock::System.now().timestamp();
        Ok(Self {
            ed25519: EncodingKey::from_ed_der(key.to_pkcs8v1()?.as_ref()),
            secret: uuid::Uuid::new_v4().simple().to_string(),
            claims: Claims {
                iss: "https://project509.example".into(),
                aud: "project509".into(),
                sub: UserId::new(),
                sid: SessionId::new(),
                role: Role::User,
                iat: now,
                nbf: now,
                exp: now + LIFETIME_S,
            },
        })
    }

    /// The public key, as the gateway fetches it.
    pub(crate) fn jwks(&self) -> Result<String> {
        let mut jwk = Jwk::from_encoding_key(&self.ed25519, Algorithm::EdDSA)?;
        jwk.common.key_id = Some(KID.into());
        Ok(serde_json::to_string(&JwkSet { keys: vec![jwk] })?)
    }

    /// A token for the gateway.
    pub(crate) fn ed25519(&self) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(KID.into());
        Ok(encode(&header, &self.claims, &self.ed25519)?)
    }

    /// The same of somebody in particular.
    pub(crate) fn ed25519_of(&self, user_id: UserId) -> Result<String> {
        let claims = Claims { sub: user_id, sid: SessionId::new(), ..self.claims.clone() };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(KID.into());
        Ok(encode(&header, &claims, &self.ed25519)?)
    }

    /// A token for HAProxy.
    pub(crate) fn hs256(&self) -> Result<String> {
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        Ok(encode(&Header::new(Algorithm::HS256), &self.claims, &key)?)
    }
}
