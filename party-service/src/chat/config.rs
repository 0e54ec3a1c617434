//! Where chat-service is, and how patient we are with it.

use std::time::Duration;

use chassis::config::{Validate, millis};
use reqwest::Url;
use serde::Deserialize;

/// `[chat]`: chat-service, which knows what was said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatConfig {
    /// Where it is.
    pub url: String,
    /// How long a message may take.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
}

impl Validate for ChatConfig {
    fn validate(&self) -> Result<(), String> {
        let url = Url::parse(&self.url).map_err(|error| format!("chat.url: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("chat.url must be an http:// or https:// URL".into());
        }
        if self.timeout.is_zero() {
            return Err("chat.timeout_ms must be at least 1".into());
        }
        Ok(())
    }
}
