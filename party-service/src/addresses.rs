//! Where an address is.

use chassis::db::{Db, DbError};

use crate::domain::address::{self, AddressQuery};
use crate::domain::geo::Coordinates;
use crate::store;

/// An address and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// 도로명주소; the lot number or the neighbourhood where there is no road address.
    pub road_address: String,
    /// Where it is.
    pub coordinates: Coordinates,
}

/// Nobody who knows addresses answers.
#[derive(Debug, thiserror::Error)]
pub enum AddressesUnavailable {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Knows addresses.
#[derive(Clone)]
pub struct AddressBook {
    db: Db,
}

impl AddressBook {
    /// A book.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Where the address is that a person gives as theirs; `None` if there is no such address.
    pub async fn locate(&self, query: &str) -> Result<Option<Place>, AddressesUnavailable> {
        let Ok(query) = AddressQuery::parse(query) else { return Ok(None) };
        let mut conn = self.db.conn().await?;
        let found = store::markets::addresses::at(&mut conn, &query.key()).await?;
        Ok(found.map(|(address, coordinates)| Place {
            road_address: address::building(&address),
            coordinates,
        }))
    }
}
