//! Where an address is.
//!
//! Kakao knows every address in the country and is asked when a key is configured. Its answers are
//! kept for a while, for each costs a share of the day's quota. When it fails, nobody answers in
//! its stead: the few addresses that we know ourselves would make all others look made up.
//! Without a key the road addresses of our own markets are all there is.

mod config;
mod kakao;
mod remembered;

use chassis::db::{Db, DbError};
use chassis::redis::Cache;

use self::kakao::Kakao;
use self::remembered::Remembered;
use crate::domain::address::{self, AddressQuery};
use crate::domain::geo::Coordinates;
use crate::store::markets;

pub use self::config::{AddressesConfig, KakaoConfig};
pub use self::kakao::KakaoError;

/// The most addresses of one answer, which is what Kakao gives at most.
pub const MAX_PLACES: u32 = 30;

/// An address and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// 도로명주소; the lot number or the neighbourhood where there is no road address.
    pub road_address: String,
    /// Where it is.
    pub coordinates: Coordinates,
}

/// Whether there is such an address cannot be told now.
#[derive(Debug, thiserror::Error)]
pub enum AddressesUnavailable {
    /// Kakao failed.
    #[error("kakao: {0}")]
    Kakao(#[from] KakaoError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Knows addresses. Cloning is cheap.
#[derive(Clone)]
pub struct AddressBook {
    db: Db,
    kakao: Option<Kakao>,
    remembered: Remembered,
}

impl AddressBook {
    /// A book that asks Kakao if `kakao` has a key, and else looks among the markets in `db`.
    pub fn new(
        kakao: &KakaoConfig,
        addresses: &AddressesConfig,
        db: Db,
        cache: Cache,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            db,
            kakao: Kakao::new(kakao)?,
            remembered: Remembered::new(cache, addresses.cache_ttl),
        })
    }

    /// Whether lookups may cost a share of Kakao's quota.
    #[must_use]
    pub const fn asks_kakao(&self) -> bool {
        self.kakao.is_some()
    }

    /// Where the address is that a person gives as theirs; `None` if there is no such address.
    ///
    /// Of several that Kakao finds it is the one it likes best. Among the markets the address has
    /// to be whole, for the market nearest in spelling is not where anyone lives.
    pub async fn locate(
        &self,
        query: &AddressQuery,
    ) -> Result<Option<Place>, AddressesUnavailable> {
        if let Some(kakao) = &self.kakao {
            return Ok(self.ask(kakao, query).await?.into_iter().next());
        }
        let mut conn = self.db.conn().await?;
        let found = markets::addresses::at(&mut conn, &query.key()).await?;
        Ok(found.map(|(address, coordinates)| Place::of_market(&address, coordinates)))
    }

    /// Up to `limit` addresses that a person may mean, the likeliest first; never more than
    /// [`MAX_PLACES`].
    pub async fn search(
        &self,
        query: &AddressQuery,
        limit: u32,
    ) -> Result<Vec<Place>, AddressesUnavailable> {
        let limit = limit.min(MAX_PLACES);
        if let Some(kakao) = &self.kakao {
            let mut places = self.ask(kakao, query).await?;
            places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            return Ok(places);
        }
        let mut conn = self.db.conn().await?;
        let found = markets::addresses::containing(&mut conn, &query.key(), limit).await?;
        let places = found.into_iter();
        Ok(places.map(|(address, coordinates)| Place::of_market(&address, coordinates)).collect())
    }

    /// Asks Kakao, or the memory of its last answer. Only the address of the building is sent:
    /// whoever finds that needs no flat number, which is nobody else's business.
    async fn ask(&self, kakao: &Kakao, query: &AddressQuery) -> Result<Vec<Place>, KakaoError> {
        let key = query.key();
        if let Some(places) = self.remembered.get(&key).await {
            return Ok(places);
        }
        let places = kakao.search(&address::building(query.as_str())).await?;
        self.remembered.put(&key, &places).await;
        Ok(places)
    }
}

impl Place {
    /// A market's address, which in its source goes on into the building.
    fn of_market(address: &str, coordinates: Coordinates) -> Self {
        Self { road_address: address::building(address), coordinates }
    }
}
