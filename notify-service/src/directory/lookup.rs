//! One list of another service, asked by key and remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chassis::clock::Clock;
use chassis::http::client;
use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use reqwest::{Client, StatusCode};
use serde::Deserialize;

use crate::config::DirectoryConfig;

/// How many names are remembered: there are some fourteen thousand items.
const REMEMBERED: usize = 20_000;
/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 16 * 1024;
/// The longest name we keep, in characters.
const MAX_NAME_CHARS: usize = 200;
/// How long nobody asks after a failure, so that an outage does not cost every request a time-out.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// There is neither an answer nor a memory of one.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// It was just asked in vain.
    #[error("it did not answer a moment ago")]
    Paused,
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// It failed.
    #[error("it answered {0}")]
    Failed(StatusCode),
    /// Its answer is not of the form that it documents.
    #[error("its answer cannot be believed")]
    Unreadable,
}

/// One list. Cloning shares what is remembered.
#[derive(Clone)]
pub(super) struct Lookup(Arc<Inner>);

struct Inner {
    client: Client,
    /// Where the things are; the key follows.
    url: String,
    remembered: Cache<String, Remembered>,
    good_for: TimeDelta,
    clock: Clock,
    /// Microseconds since 1970 until when nobody asks.
    paused_until: AtomicI64,
}

#[derive(Clone)]
struct Remembered {
    name: String,
    asked_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Answer {
    name: String,
}

impl Lookup {
    pub(super) fn new(
        url: &str,
        path: &str,
        config: &DirectoryConfig,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            client: client::build(config.timeout)?,
            url: format!("{}/{path}", url.trim_end_matches('/')),
            remembered: Cache::new(REMEMBERED),
            good_for: TimeDelta::from_std(config.cache_ttl)?,
            clock,
            paused_until: AtomicI64::new(i64::MIN),
        })))
    }

    /// What the thing with this key is called; `None` if there is none. The key must need no
    /// escaping in a path.
    pub(super) async fn name_of(&self, key: &str) -> Result<Option<String>, LookupError> {
        let inner = &self.0;
        let now = inner.clock.now();
        let remembered = inner.remembered.get(key);
        if let Some(known) = &remembered
            && now - known.asked_at < inner.good_for
        {
            return Ok(Some(known.name.clone()));
        }
        match inner.ask(key, now).await {
            Ok(Some(name)) => {
                let known = Remembered { name: name.clone(), asked_at: now };
                inner.remembered.insert(key.to_owned(), known);
                Ok(Some(name))
            }
            Ok(None) => {
                inner.remembered.remove(key);
                Ok(None)
            }
            Err(error) => match remembered {
                Some(old) => {
                    tracing::warn!(key, "an old answer is used: {error}");
                    Ok(Some(old.name))
                }
                None => Err(error),
            },
        }
    }
}

impl Inner {
    async fn ask(&self, key: &str, now: DateTime<Utc>) -> Result<Option<String>, LookupError> {
        if now.timestamp_micros() < self.paused_until.load(Ordering::Relaxed) {
            return Err(LookupError::Paused);
        }
        self.fetch(key).await.inspect_err(|_| {
            let until = now + PAUSE;
            self.paused_until.store(until.timestamp_micros(), Ordering::Relaxed);
        })
    }

    async fn fetch(&self, key: &str) -> Result<Option<String>, LookupError> {
        let request = self.client.get(format!("{}/{key}", self.url));
        let response = client::traced(request).send().await?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            status => return Err(LookupError::Failed(status)),
        }
        let body = client::body_within(response, MAX_ANSWER_BYTES).await?;
        read(&body.ok_or(LookupError::Unreadable)?).map(Some)
    }
}

fn read(body: &[u8]) -> Result<String, LookupError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| LookupError::Unreadable)?;
    let name = answer.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        return Err(LookupError::Unreadable);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lies_are_not_believed() {
        assert_eq!(
            read(r#"{"name":" 사과 (후지) ","code":"060103"}"#.as_bytes()).unwrap(),
            "사과 (후지)"
        );
        let long = format!(r#"{{"name":"{}"}}"#, "가".repeat(201));
        for body in ["", "<html>", "[]", "{}", r#"{"name":" "}"#, r#"{"name":1}"#, &long] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
