//! What there is to be starred: the items of the catalog-service, the markets of the party-service.
//!
//! Names hardly ever change, so an answer is remembered and good for a while; when the other service
//! is away, an old answer is better than none. A star that is there already needs no answer.

mod lookup;

use chassis::clock::Clock;
use contracts::MarketId;

use self::lookup::Lookup;
pub use self::lookup::LookupError;
use crate::config::DirectoryConfig;
use crate::domain::ItemCode;

/// Says what items and markets are called. Cloning shares what is remembered.
#[derive(Clone)]
pub struct Directory {
    items: Lookup,
    markets: Lookup,
}

impl Directory {
    /// A directory that has asked nothing yet.
    pub fn new(config: &DirectoryConfig, clock: &Clock) -> anyhow::Result<Self> {
        let lookup = |url: &str, path| Lookup::new(url, path, config, clock.clone());
        Ok(Self {
            items: lookup(&config.catalog_url, "v1/items")?,
            markets: lookup(&config.party_url, "v1/markets")?,
        })
    }

    /// What an item is called; `None` if there is no such item.
    pub async fn item_name(&self, code: &ItemCode) -> Result<Option<String>, LookupError> {
        self.items.name_of(code.as_str()).await
    }

    /// What a market is called; `None` if there is no such market.
    pub async fn market_name(&self, id: MarketId) -> Result<Option<String>, LookupError> {
        self.markets.name_of(&id.to_string()).await
    }
}
