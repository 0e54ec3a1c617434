//! Where catalog-service is, and how patient we are with it.

use std::time::Duration;

use chassis::config::{Validate, millis, require_http_url, seconds};
use serde::Deserialize;

/// `[catalog]`: catalog-service, which knows the items.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogConfig {
    /// Where it is.
    pub url: String,
    /// How long an answer may take.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
    /// How long an answer is good for while catalog-service can be asked again.
    #[serde(with = "seconds", rename = "cache_ttl_s")]
    pub cache_ttl: Duration,
}

impl Validate for CatalogConfig {
    fn validate(&self) -> Result<(), String> {
        require_http_url("catalog.url", &self.url)?;
        if self.timeout.is_zero() {
            return Err("catalog.timeout_ms must be at least 1".into());
        }
        Ok(())
    }
}
