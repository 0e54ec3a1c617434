//! One question to another service.

use chassis::http::client as http;
use reqwest::{Client, StatusCode};
use serde::de::IgnoredAny;

use super::Part;

/// Another service did not say what it holds.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// It failed, or refused.
    #[error("it answered {0}")]
    Failed(StatusCode),
    /// It has more to say than is allowed for.
    #[error("it has more than {0} bytes to say")]
    TooLong(usize),
    /// Its answer is cut off, or no JSON.
    #[error("its answer cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// What the service at this address says to the owner of a token.
pub(super) async fn ask(
    client: &Client,
    url: &str,
    token: &str,
    max_bytes: usize,
) -> Result<Part, RemoteError> {
    let response = http::traced(client.get(url).bearer_auth(token)).send().await?;
    match response.status() {
        StatusCode::OK => {
            let body = http::body_within(response, max_bytes).await?;
            let body = body.ok_or(RemoteError::TooLong(max_bytes))?;
            // Known to be whole and readable before anything of it is passed on.
            serde_json::from_slice::<IgnoredAny>(&body)?;
            Ok(Part(body))
        }
        status => Err(RemoteError::Failed(status)),
    }
}
