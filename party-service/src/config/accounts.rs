//! The sections about passwords, sign-ins and tokens.

use std::path::PathBuf;
use std::time::Duration;

use chassis::config::{Validate, seconds};
use serde::Deserialize;

use crate::domain::origin::Network;

/// `[passwords]`: what a hash costs, and how many are made at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordsConfig {
    /// Memory of one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub iterations: u32,
    /// Lanes of that memory.
    pub parallelism: u32,
    /// Hashes computed at once; 0 means one for each core.
    pub concurrency: usize,
    /// Hashes that may wait; more are refused with 503.
    pub queue: usize,
}

impl Validate for PasswordsConfig {
    fn validate(&self) -> Result<(), String> {
        argon2::Params::new(self.memory_kib, self.iterations, self.parallelism, None)
            .map(drop)
            .map_err(|e| format!("passwords: {e}"))
    }
}

/// `[sign_in]`: how patient we are with wrong passwords.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInConfig {
    /// Failures at one account before each further one locks it, longer each time.
    pub failures_per_account: u32,
    /// Failures from one origin, an IPv4 address or an IPv6 /64, before each further one locks it.
    pub failures_per_origin: u32,
    /// Proxies whose word about the client's address is taken.
    pub trusted_proxies: Vec<Network>,
}

impl Validate for SignInConfig {
    fn validate(&self) -> Result<(), String> {
        if self.failures_per_account == 0 || self.failures_per_origin == 0 {
            return Err("sign_in.failures_per_… must be at least 1".into());
        }
        Ok(())
    }
}

/// `[tokens]`: how long tokens are good, and what signs them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokensConfig {
    /// The folder of the signing keys.
    pub keys_dir: PathBuf,
    /// How often the folder is read again.
    #[serde(with = "seconds", rename = "keys_reread_s")]
    pub keys_reread: Duration,
    /// How long a key is published before it signs.
    #[serde(with = "seconds", rename = "publication_delay_s")]
    pub publication_delay: Duration,
    /// How long an access token is good.
    #[serde(with = "seconds", rename = "access_lifetime_s")]
    pub access_lifetime: Duration,
    /// How long a refresh token is good.
    #[serde(with = "seconds", rename = "refresh_lifetime_s")]
    pub refresh_lifetime: Duration,
}

impl Validate for TokensConfig {
    fn validate(&self) -> Result<(), String> {
        let bounds = [
            ("keys_reread_s", self.keys_reread, 1..=3600),
            ("publication_delay_s", self.publication_delay, 0..=86_400),
            ("access_lifetime_s", self.access_lifetime, 1..=86_400),
            ("refresh_lifetime_s", self.refresh_lifetime, 1..=31_536_000),
        ];
        for (key, value, allowed) in bounds {
            if !allowed.contains(&value.as_secs()) {
                let (least, most) = allowed.into_inner();
                return Err(format!("tokens.{key} must be {least} to {most}"));
            }
        }
        Ok(())
    }
}
