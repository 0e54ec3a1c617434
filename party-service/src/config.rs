//! What can be configured; `config/default.toml` explains each key.

use chassis::config::{
    BrokerConfig, DatabaseConfig, HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig,
    Validate, load,
};
use serde::Deserialize;

mod accounts;
mod withdrawal;

pub use accounts::{PasswordsConfig, SignInConfig, TokensConfig};
pub use withdrawal::WithdrawalConfig;

use crate::addresses::{AddressesConfig, KakaoConfig};
use crate::catalog::CatalogConfig;
use crate::chat::ChatConfig;
use crate::export::ExportConfig;

/// What the names of its variables begin with.
const PREFIX: &str = "PARTY";
/// Every key with its default.
const DEFAULTS: &str = include_str!("../config/default.toml");

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the service listens.
    pub http: HttpConfig,
    /// Its database.
    pub database: DatabaseConfig,
    /// The cache.
    pub redis: RedisConfig,
    /// Where its events go.
    pub broker: BrokerConfig,
    /// What its tokens say.
    pub identity: IdentityConfig,
    /// How tokens are signed, and how long they are good.
    pub tokens: TokensConfig,
    /// What hashing a password costs.
    pub passwords: PasswordsConfig,
    /// How patient it is with wrong passwords.
    pub sign_in: SignInConfig,
    /// What looking up addresses may cost.
    pub addresses: AddressesConfig,
    /// Kakao Local.
    pub kakao: KakaoConfig,
    /// Catalog-service.
    pub catalog: CatalogConfig,
    /// Chat-service.
    pub chat: ChatConfig,
    /// Who else holds something about people.
    pub export: ExportConfig,
    /// How long what is left of people who have withdrawn is kept.
    pub withdrawal: WithdrawalConfig,
    /// What it writes down.
    pub log: LogConfig,
}

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load(PREFIX, DEFAULTS)
    }
}

/// Loads `[tokens]` alone: whoever makes the first key may not have a database yet.
pub fn load_tokens() -> Result<TokensConfig, LoadError> {
    #[derive(Deserialize)]
    struct Part {
        tokens: TokensConfig,
    }

    impl Validate for Part {
        fn validate(&self) -> Result<(), String> {
            self.tokens.validate()
        }
    }

    load::<Part>(PREFIX, DEFAULTS).map(|part| part.tokens)
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.database.validate()?;
        self.redis.validate()?;
        self.broker.validate()?;
        self.tokens.validate()?;
        self.passwords.validate()?;
        self.sign_in.validate()?;
        self.addresses.validate()?;
        self.kakao.validate()?;
        self.catalog.validate()?;
        self.chat.validate()?;
        self.export.validate()?;
        self.withdrawal.validate()
    }
}
