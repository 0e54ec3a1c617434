//! Where chat-service is, and how patient we are with it.

use std::time::Duration;

use chassis::config::{Validate, millis, require_http_url};
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
        require_http_url("chat.url", &self.url)?;
        if self.timeout.is_zero() {
            return Err("chat.timeout_ms must be at least 1".into());
        }
        Ok(())
    }
}
