//! How addresses are looked up.

use std::time::Duration;

use chassis::config::{Validate, millis, require_http_url, seconds};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// `[kakao]`: Kakao Local, which knows every address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KakaoConfig {
    /// The REST API key; without one Kakao is not asked.
    pub key: SecretString,
    /// Where it is.
    pub base_url: String,
    /// How long an answer may take.
    #[serde(with = "millis", rename = "timeout_ms")]
    pub timeout: Duration,
}

impl Validate for KakaoConfig {
    fn validate(&self) -> Result<(), String> {
        if !self.key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("kakao.key must have no spaces and nothing but ASCII".into());
        }
        require_http_url("kakao.base_url", &self.base_url)?;
        if self.timeout.is_zero() {
            return Err("kakao.timeout_ms must be at least 1".into());
        }
        Ok(())
    }
}

/// `[addresses]`: what lookups may cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressesConfig {
    /// How long an answer of Kakao is good for.
    #[serde(with = "seconds", rename = "cache_ttl_s")]
    pub cache_ttl: Duration,
    /// How often one person may search in a minute.
    pub searches_per_minute: u32,
}

impl Validate for AddressesConfig {
    fn validate(&self) -> Result<(), String> {
        if self.cache_ttl.is_zero() {
            return Err("addresses.cache_ttl_s must be at least 1".into());
        }
        if self.searches_per_minute == 0 {
            return Err("addresses.searches_per_minute must be at least 1".into());
        }
        Ok(())
    }
}
