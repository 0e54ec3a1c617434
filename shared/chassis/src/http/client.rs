//! HTTP clients with a time-out, the only kind we have.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};

use super::trace;

/// A client whose requests end within `timeout`, redirects not followed: every address we ask is
/// one we were configured with.
pub fn build(timeout: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(2)))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("project509/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The same request as part of the trace under way, if there is one.
pub fn traced(request: RequestBuilder) -> RequestBuilder {
    match trace::current_traceparent() {
        Some(traceparent) => request.header("traceparent", traceparent),
        None => request,
    }
}

/// The body of an answer; `None` if it is longer than this, and then the rest is not read.
pub async fn body_within(
    mut response: Response,
    max_bytes: usize,
) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > max_bytes {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
