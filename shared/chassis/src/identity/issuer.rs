//! Who signs the tokens, as everyone else sees it: an address with documents about keys and sessions.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RevokedSession;
use crate::http::client::body_within;

/// How long the issuer may take to answer.
pub const ISSUER_TIMEOUT: Duration = Duration::from_secs(2);
/// Where the issuer publishes the sessions that are over, seen from its keys.
const REVOKED: &str = "revoked-sessions.json";
/// Longer documents are not read: that is some two hundred thousand sessions of the last minutes.
const MAX_BYTES: usize = 16 << 20;

/// The issuer of the tokens.
#[derive(Clone)]
pub struct Issuer {
    client: Client,
    keys: Url,
    revoked: Url,
}

/// Sessions that ended while a token of theirs may still be good.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RevokedDocument {
    /// Each of them.
    pub sessions: Vec<RevokedSession>,
}

/// The issuer could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It did not answer, or not with what was asked for.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// What it answered is something else.
    #[error("not such a document: {0}")]
    Json(#[from] serde_json::Error),
    /// What it answered has no end.
    #[error("a document of more than {MAX_BYTES} bytes")]
    TooLong,
}

/// That is no address of an issuer.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no address of an issuer's keys")]
pub struct NoIssuer(String);

impl Issuer {
    /// The issuer whose keys are at `keys_url`; the other documents are beside them.
    pub fn new(keys_url: &str, client: Client) -> Result<Self, NoIssuer> {
        let none = |_| NoIssuer(keys_url.to_owned());
        let keys = Url::parse(keys_url).map_err(none)?;
        let revoked = keys.join(REVOKED).map_err(none)?;
        Ok(Self { client, keys, revoked })
    }

    /// Its public keys.
    pub(super) async fn keys(&self) -> Result<JwkSet, AskError> {
        self.read(&self.keys).await
    }

    /// The sessions that it ended in the last minutes.
    pub(super) async fn revoked(&self) -> Result<Vec<RevokedSession>, AskError> {
        let document: RevokedDocument = self.read(&self.revoked).await?;
        Ok(document.sessions)
    }

    async fn read<T: for<'a> Deserialize<'a>>(&self, url: &Url) -> Result<T, AskError> {
        let answer = self.client.get(url.clone()).send().await?.error_for_status()?;
        let body = body_within(answer, MAX_BYTES).await?.ok_or(AskError::TooLong)?;
        Ok(serde_json::from_slice(&body)?)
    }
}
