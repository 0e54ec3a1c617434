//! Whom to ask for an export, and what that may cost.

use std::time::Duration;

use chassis::config::{Validate, millis, require_http_url};
use serde::Deserialize;

/// `[export]`: who else holds something about people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportConfig {
    /// Where notify-service is.
    pub notify_url: String,
    /// How long one of them may take.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
    /// The most that one of them may say.
    pub max_part_bytes: usize,
    /// Exports that one instance puts together at once.
    pub concurrency: usize,
    /// How often one person may ask in a minute.
    pub per_minute: u32,
}

impl Validate for ExportConfig {
    fn validate(&self) -> Result<(), String> {
        require_http_url("export.notify_url", &self.notify_url)?;
        if self.timeout.is_zero() || self.max_part_bytes == 0 || self.concurrency == 0 {
            return Err(
                "export.timeout_ms, max_part_bytes and concurrency must be at least 1".into()
            );
        }
        Ok(())
    }
}
