//! `[stream]`: how streams are kept.

use std::time::Duration;

use chassis::config::{Validate, millis};
use serde::Deserialize;

/// How streams are kept; `config/default.toml` explains each key.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamConfig {
    /// How many threads send.
    pub threads: usize,
    /// How many streams this instance keeps at once.
    pub max_streams: usize,
    /// How many of them one person may have.
    pub max_streams_per_person: usize,
    /// How often something is sent over an idle stream.
    #[serde(with = "millis", rename = "heartbeat_ms")]
    pub heartbeat: Duration,
    /// How many missed notifications are sent to who comes back; beyond it, a `resync`.
    pub max_replay: u64,
    /// How often inboxes are compared with what was sent.
    #[serde(with = "millis", rename = "sweep_every_ms")]
    pub sweep_every: Duration,
    /// How often that is done while the cache is away, which else would say what is new.
    #[serde(with = "millis", rename = "sweep_without_cache_every_ms")]
    pub sweep_without_cache_every: Duration,
}

impl Validate for StreamConfig {
    fn validate(&self) -> Result<(), String> {
        for (key, value) in [
            ("threads", self.threads),
            ("max_streams", self.max_streams),
            ("max_streams_per_person", self.max_streams_per_person),
        ] {
            if value == 0 {
                return Err(format!("stream.{key} must be at least 1"));
            }
        }
        for (key, pause) in [
            ("heartbeat_ms", self.heartbeat),
            ("sweep_every_ms", self.sweep_every),
            ("sweep_without_cache_every_ms", self.sweep_without_cache_every),
        ] {
            if pause < Duration::from_millis(10) {
                return Err(format!("stream.{key} must be at least 10"));
            }
        }
        Ok(())
    }
}
