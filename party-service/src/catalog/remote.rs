//! `GET /v1/items/{code}` of catalog-service.

use chassis::http::client;
use reqwest::{Client, StatusCode};

use super::CatalogConfig;
use super::answer::Answer;
use crate::domain::party::Item;
use crate::domain::party_search::CatalogCode;

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Catalog-service did not say whether there is such an item.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// It failed.
    #[error("it answered {0}")]
    Failed(StatusCode),
    /// Its answer is not of the form that it documents, or says what cannot be.
    #[error("its answer cannot be believed: {0}")]
    Unreadable(&'static str),
}

pub(super) struct Remote {
    client: Client,
    items_url: String,
}

impl Remote {
    pub(super) fn new(config: &CatalogConfig) -> reqwest::Result<Self> {
        let items_url = format!("{}/v1/items", config.url.trim_end_matches('/'));
        Ok(Self { client: client::build(config.timeout)?, items_url })
    }

    /// The item with this code; `None` if there is none.
    pub(super) async fn item(&self, code: &CatalogCode) -> Result<Option<Item>, RemoteError> {
        let request = self.client.get(format!("{}/{}", self.items_url, code.as_str()));
        let response = client::traced(request).send().await?;
        match response.status() {
            StatusCode::OK => {
                let body = client::body_within(response, MAX_ANSWER_BYTES).await?;
                let body = body.ok_or(RemoteError::Unreadable("far too long"))?;
                Answer::read(&body, code).map(Some)
            }
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(RemoteError::Failed(status)),
        }
    }
}
