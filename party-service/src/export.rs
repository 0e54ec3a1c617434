//! All that the platform holds about one person, asked of every service that holds something.
//!
//! Each service answers for itself, to the person's own token: nobody can ask about somebody else.
//! One that is away means no export, for one that lacks something would not look like it.

mod config;
mod remote;

use std::sync::Arc;

use reqwest::Client;
use serde::{Serialize, Serializer};
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};

pub use self::config::ExportConfig;
pub use self::remote::RemoteError;

/// Another service did not tell what it holds.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// As many exports as the memory is good for are being put together.
    #[error("too many exports at once")]
    Busy(#[from] TryAcquireError),
    /// This service gave no answer that could be used.
    #[error("{0}: {1}")]
    Remote(&'static str, #[source] RemoteError),
}

/// What other services hold about a person, as they say it.
pub struct Elsewhere {
    /// Rooms and messages.
    pub chat: Part,
    /// Favourites and notifications.
    pub notifications: Part,
}

/// What one service said: JSON, kept as the text that came, which is a fraction of the size of a
/// tree of it.
pub struct Part(Vec<u8>);

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        let mut said = serde_json::Deserializer::from_slice(&self.0);
        serde_transcode::transcode(&mut said, into)
    }
}

/// Asks the other services. Cloning shares the bound.
#[derive(Clone)]
pub struct Exports(Arc<Inner>);

struct Inner {
    client: Client,
    chat_url: String,
    notify_url: String,
    max_part_bytes: usize,
    places: Semaphore,
}

impl Exports {
    /// A client that has asked nothing yet; chat-service is at `chat_url`.
    pub fn new(config: &ExportConfig, chat_url: &str) -> anyhow::Result<Self> {
        let url = |base: &str, path| format!("{}/v1/exports/{path}", base.trim_end_matches('/'));
        Ok(Self(Arc::new(Inner {
            client: chassis::http::client::build(config.timeout)?,
            chat_url: url(chat_url, "chat"),
            notify_url: url(&config.notify_url, "notifications"),
            max_part_bytes: config.max_part_bytes,
            places: Semaphore::new(config.concurrency),
        })))
    }

    /// A place for one export, as long as it is kept.
    pub fn place(&self) -> Result<SemaphorePermit<'_>, ExportError> {
        Ok(self.0.places.try_acquire()?)
    }

    /// What the other services hold about the owner of this token: all of it, or an error.
    pub async fn gather(&self, token: &str) -> Result<Elsewhere, ExportError> {
        let Inner { client, chat_url, notify_url, max_part_bytes, .. } = &*self.0;
        let ask = async |name, url| {
            let answer = remote::ask(client, url, token, *max_part_bytes).await;
            answer.map_err(|error| ExportError::Remote(name, error))
        };
        let (chat, notifications) =
            tokio::try_join!(ask("chat-service", chat_url), ask("notify-service", notify_url))?;
        Ok(Elsewhere { chat, notifications })
    }
}
