//! What was said in a chat, asked of chat-service with the token of whoever reports it: what they
//! cannot read, they cannot report.

mod config;

use std::sync::Arc;

use chassis::http::client;
use chrono::{DateTime, Utc};
use contracts::{Page, RoomId, UserId};
use reqwest::{Client, StatusCode};
use serde::Deserialize;

pub use self::config::ChatConfig;
use crate::domain::report::Said;

/// The largest answer that is read: one message.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Chat-service did not say whether there is such a message.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// It failed, or refused.
    #[error("it answered {0}")]
    Failed(StatusCode),
    /// Its answer is longer than a message can be.
    #[error("its answer is far too long")]
    TooLong,
    /// Its answer is not of the form that it documents.
    #[error("its answer cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// Asks chat-service.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

struct Inner {
    client: Client,
    rooms_url: String,
}

/// What is needed of a message.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    seq: u64,
    sender: Option<Sender>,
    content: String,
    #[serde(default)]
    removed: bool,
    sent_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Sender {
    id: UserId,
}

impl Chat {
    /// A client that has asked nothing yet.
    pub fn new(config: &ChatConfig) -> reqwest::Result<Self> {
        let rooms_url = format!("{}/v1/chat-rooms", config.url.trim_end_matches('/'));
        Ok(Self(Arc::new(Inner { client: client::build(config.timeout)?, rooms_url })))
    }

    /// What somebody has said at this place of a room, if the owner of the token can read it.
    pub async fn said(
        &self,
        token: &str,
        room: RoomId,
        seq: u64,
    ) -> Result<Option<Said>, ChatError> {
        let Some(before) = seq.checked_sub(1) else { return Ok(None) };
        let url = format!("{}/{room}/messages?after={before}&limit=1", self.0.rooms_url);
        let request = self.0.client.get(url).bearer_auth(token);
        let response = client::traced(request).send().await?;
        match response.status() {
            StatusCode::OK => {
                let body = client::body_within(response, MAX_ANSWER_BYTES).await?;
                let page: Page<Message> = serde_json::from_slice(&body.ok_or(ChatError::TooLong)?)?;
                Ok(page.items.into_iter().find_map(|message| message.said_at(seq)))
            }
            // No room, or no place that a room could have.
            StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => Ok(None),
            status => Err(ChatError::Failed(status)),
        }
    }
}

impl Message {
    /// What somebody said there; nothing if it is another message, if it was said by nobody, or has
    /// lost its words.
    fn said_at(self, seq: u64) -> Option<Said> {
        let is_said = self.seq == seq && self.kind == "CHAT" && !self.removed;
        let sender = self.sender.filter(|_| is_said)?;
        Some(Said { by: sender.id, content: Some(self.content), at: self.sent_at })
    }
}
