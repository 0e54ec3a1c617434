//! Tokens as each proxy wants them.

use anyhow::Result;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
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
    rs256: (EncodingKey, String),
    es256: (EncodingKey, String),
    /// What HAProxy checks HS256 with.
    pub(crate) secret: String,
    claims: Claims,
}

impl Tokens {
    /// With new keys.
    pub(crate) fn new() -> Result<Self> {
        let key = Ed25519KeyPair::generate()?;
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let rsa_key = AsDer::<Pkcs8V1Der>::as_der(&rsa)?;
        let ecdsa = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let now = Clock::System.now().timestamp();
        Ok(Self {
            ed25519: EncodingKey::from_ed_der(key.to_pkcs8v1()?.as_ref()),
            rs256: (
                EncodingKey::from_rsa_pem(pem("PRIVATE", rsa_key.as_ref()).as_bytes())?,
                pem("PUBLIC", AsDer::<PublicKeyX509Der>::as_der(rsa.public_key())?.as_ref()),
            ),
            es256: (
                EncodingKey::from_ec_der(ecdsa.to_pkcs8v1()?.as_ref()),
                pem("PUBLIC", AsDer::<PublicKeyX509Der>::as_der(ecdsa.public_key())?.as_ref()),
            ),
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

    /// So many tokens that nobody has seen.
    pub(crate) fn fresh(&self, count: usize) -> Result<Vec<String>> {
        let fresh = || self.ed25519_of(UserId::new());
        std::iter::repeat_with(fresh).take(count).collect()
    }

    /// A token for HAProxy, and the public key that it is checked with (PEM).
    pub(crate) fn rs256(&self) -> Result<(String, &str)> {
        let (key, public) = &self.rs256;
        Ok((encode(&Header::new(Algorithm::RS256), &self.claims, key)?, public))
    }

    /// The same with another algorithm.
    pub(crate) fn es256(&self) -> Result<(String, &str)> {
        let (key, public) = &self.es256;
        Ok((encode(&Header::new(Algorithm::ES256), &self.claims, key)?, public))
    }

    /// The same with a secret that both know.
    pub(crate) fn hs256(&self) -> Result<String> {
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        Ok(encode(&Header::new(Algorithm::HS256), &self.claims, &key)?)
    }
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap_or_default())
        .collect();
    format!("-----BEGIN {kind} KEY-----\n{}\n-----END {kind} KEY-----\n", lines.join("\n"))
}
