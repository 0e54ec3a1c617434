//! One question to another service.

use chassis::http::trace;
use reqwest::{Client, Response, StatusCode};
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
    let mut request = client.get(url).bearer_auth(token);
    if let Some(traceparent) = trace::current_traceparent() {
        request = request.header("traceparent", traceparent);
    }
    let response = request.send().await?;
    match response.status() {
        StatusCode::OK => {
            let body = body(response, max_bytes).await?;
            // Known to be whole and readable before anything of it is passed on.
            serde_json::from_slice::<IgnoredAny>(&body)?;
            Ok(Part(body))
        }
        status => Err(RemoteError::Failed(status)),
    }
}

async fn body(mut response: Response, max_bytes: usize) -> Result<Vec<u8>, RemoteError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > max_bytes {
            return Err(RemoteError::TooLong(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
