//! The API of the whole platform in one document, made of those of its services.

mod merge;
mod problems;
mod ui;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chassis::http::client;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::table::Table;
use crate::upstream::Fleet;

pub use merge::{Part, merge};
pub use ui::{CONTENT_SECURITY, ui};

/// The services are asked for their documents at most this often.
const ASK_EVERY: Duration = Duration::from_secs(5);
/// A longer document is none.
const MAX_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

/// The documents of the services, asked for when someone reads them.
pub struct Docs {
    table: Arc<Table>,
    client: reqwest::Client,
    fleets: Vec<Arc<Fleet>>,
    /// Held while asking, so that one reader asks and the others wait for the answer.
    shelf: Mutex<Shelf>,
}

/// What is known. A service that is away keeps its last document here.
#[derive(Default)]
struct Shelf {
    asked: Option<Instant>,
    documents: BTreeMap<String, Value>,
    merged: Bytes,
    problems: Bytes,
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the document is too long")]
    TooLong,
    #[error("the document is no JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Docs {
    /// The documents of these services, as far as the table leads to them.
    #[must_use]
    pub fn new(table: Arc<Table>, client: reqwest::Client, fleets: Vec<Arc<Fleet>>) -> Self {
        Self { table, client, fleets, shelf: Mutex::default() }
    }

    /// The merged document.
    pub async fn document(&self) -> Bytes {
        self.read(|shelf| shelf.merged.clone()).await
    }

    /// The version of each service, as its document tells it.
    pub async fn versions(&self) -> BTreeMap<String, String> {
        self.read(|shelf| {
            let version = |document: &Value| {
                document.pointer("/info/version").and_then(Value::as_str).map(ToOwned::to_owned)
            };
            let all = shelf.documents.iter();
            all.filter_map(|(name, document)| Some((name.clone(), version(document)?))).collect()
        })
        .await
    }

    /// The page that explains every error code.
    pub async fn problems(&self) -> Bytes {
        self.read(|shelf| shelf.problems.clone()).await
    }

    async fn read<T>(&self, take: impl FnOnce(&Shelf) -> T) -> T {
        let mut known = self.shelf.lock().await;
        if known.asked.is_none_or(|at| at.elapsed() >= ASK_EVERY) {
            self.refresh(&mut known).await;
        }
        take(&known)
    }

    async fn refresh(&self, known: &mut Shelf) {
        let asked = self.fleets.iter().map(|fleet| async move {
            let name = fleet.name();
            // Any instance will do.
            for url in fleet.urls("/openapi.json") {
                match self.fetch(&url).await {
                    Ok(document) => return Some((name.to_owned(), document)),
                    Err(error) => {
                        tracing::warn!(upstream = name, "no document from {name}: {error}");
                    }
                }
            }
            None
        });
        let arrived = futures_util::future::join_all(asked).await;
        known.asked = Some(Instant::now());
        known.documents.extend(arrived.into_iter().flatten());

        let part = |(upstream, document): (&String, &Value)| Part {
            upstream: upstream.clone(),
            document: document.clone(),
        };
        let parts: Vec<Part> = known.documents.iter().map(part).collect();
        known.merged = merge(&self.table, &parts).to_string().into();
        known.problems = problems::page(&parts).into();
    }

    async fn fetch(&self, url: &str) -> Result<Value, FetchError> {
        let answer = self.client.get(url).send().await?.error_for_status()?;
        let text = client::body_within(answer, MAX_DOCUMENT_BYTES).await?;
        Ok(serde_json::from_slice(&text.ok_or(FetchError::TooLong)?)?)
    }
}
