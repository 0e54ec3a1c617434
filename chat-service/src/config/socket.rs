//! `[socket]`: how clients are connected.

use std::time::Duration;

use chassis::config::{Validate, millis};
use serde::{Deserialize, Deserializer};

/// `[socket]`: how clients are connected.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocketConfig {
    /// The origins of pages that may connect, besides those from our own address; `*` is any.
    #[serde(deserialize_with = "origins")]
    pub allowed_origins: Vec<String>,
    /// How often heart-beats go both ways, with clients that want them.
    #[serde(with = "millis", rename = "heart_beat_ms")]
    pub heart_beat: Duration,
    /// How often a client without heart-beats is asked whether it is there.
    #[serde(with = "millis", rename = "ping_every_ms")]
    pub ping_every: Duration,
    /// How long a client may take to say who it is.
    #[serde(with = "millis", rename = "connect_timeout_ms")]
    pub connect_timeout: Duration,
    /// How many rooms a connection may read.
    pub max_subscriptions: usize,
    /// How many connections a person may have on this instance.
    pub max_connections: usize,
    /// How many bytes may wait for a slow client.
    pub max_waiting_bytes: usize,
}

impl Validate for SocketConfig {
    fn validate(&self) -> Result<(), String> {
        let pace = Duration::from_secs(1);
        if self.heart_beat < pace || self.ping_every < pace || self.connect_timeout < pace {
            return Err("socket.heart_beat_ms, socket.ping_every_ms and \
                        socket.connect_timeout_ms must be at least 1000"
                .into());
        }
        if self.max_subscriptions == 0 || self.max_connections == 0 {
            return Err(
                "socket.max_subscriptions and socket.max_connections must be at least 1".into()
            );
        }
        if self.max_waiting_bytes < 64 * 1024 {
            return Err("socket.max_waiting_bytes must be at least 65536".into());
        }
        Ok(())
    }
}

/// Origins with commas between, as they can come from the environment.
fn origins<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(from)?;
    let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    Ok(origins.map(str::to_owned).collect())
}
