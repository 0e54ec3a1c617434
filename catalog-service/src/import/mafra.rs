//! The open API of the Ministry of Agriculture, Food and Rural Affairs: 농축수산물 표준코드.
//!
//! The key is a part of the path, so an address is a secret: none of ours is ever shown or logged.

pub mod answer;

use std::time::Duration;

use chassis::http::client;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};

use self::answer::{Answer, decode};
use super::failure::Failure;
use crate::config::MafraConfig;

/// The table of standard codes.
pub const GRID: &str = "Grid_20151207000000000328_1";

/// A page has some 300 KB; nothing of this size is one.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// The longest pause between two attempts.
const MAX_PAUSE: Duration = Duration::from_secs(10);

/// A client of the API.
#[derive(Clone)]
pub struct Mafra {
    client: reqwest::Client,
    base_url: Url,
    key: SecretString,
    attempts: u32,
    retry_pause: Duration,
}

impl Mafra {
    /// A client, if a key is configured.
    pub fn new(config: &MafraConfig) -> reqwest::Result<Option<Self>> {
        if config.key.expose_secret().is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            client: chassis::http::client::build(config.timeout)?,
            base_url: config.base_url.clone(),
            key: config.key.clone(),
            attempts: config.attempts,
            retry_pause: config.retry_pause,
        }))
    }

    /// Asks for the rows from `start` to `end`, both counted from 1 and both included; asks again
    /// what is worth it.
    pub async fn rows(&self, start: u32, end: u32) -> Result<Answer, Failure> {
        let mut attempt = 1;
        loop {
            let failure = match self.ask(start, end).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if attempt >= self.attempts || !failure.is_worth_retrying() {
                return Err(failure);
            }
            tracing::warn!(attempt, start, end, "asking for rows again: {failure}");
            metrics::counter!("catalog_source_retries_total", "reason" => failure.name())
                .increment(1);
            tokio::time::sleep(self.pause_after(attempt)).await;
            attempt += 1;
        }
    }

    async fn ask(&self, start: u32, end: u32) -> Result<Answer, Failure> {
        let response = self.client.get(self.url(start, end)).send().await.map_err(broken)?;
        match response.status() {
            StatusCode::OK => {}
            status if status.is_server_error() => {
                return Err(Failure::ServerError(status.as_u16()));
            }
            status => return Err(Failure::UnexpectedStatus(status.as_u16())),
        }
        let body = client::body_within(response, MAX_BODY_BYTES).await.map_err(broken)?;
        decode(&body.ok_or(Failure::TooLarge)?)
    }

    fn url(&self, start: u32, end: u32) -> Url {
        let mut url = self.base_url.clone();
        let (start, end) = (start.to_string(), end.to_string());
        // An address that cannot have a path was refused with the configuration.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend([self.key.expose_secret(), "json", GRID, &start, &end]);
        }
        url
    }

    /// Twice as long after each attempt, give or take half, so that pages do not come back in step.
    fn pause_after(&self, attempt: u32) -> Duration {
        let doubled = self.retry_pause.saturating_mul(1 << (attempt - 1).min(16));
        doubled.mul_f64(rand::random_range(0.5..1.5)).min(MAX_PAUSE)
    }
}

/// What went wrong on the way; the error itself would tell the address.
#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn broken(error: reqwest::Error) -> Failure {
    if error.is_timeout() { Failure::Timeout } else { Failure::Unreachable }
}
