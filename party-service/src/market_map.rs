//! Where the markets are, in memory.
//!
//! Every search for parties begins with the markets nearby. There are some thousands in the whole
//! country, and only imports change them, so each instance has them in memory. An import notes in
//! the database when it changed them; a search reads that note in the same statement as the
//! parties it looks for, and when the note is another than the one the map was made with, makes
//! the map anew and looks again. So no search misses a market that was there when it began.

use std::sync::{Arc, PoisonError, RwLock};

use chassis::db::{Conn, DbError};
use chrono::NaiveDateTime;

use crate::domain::places::Places;
use crate::store::markets::list;

/// The markets in memory. Cloning shares them.
#[derive(Clone, Default)]
pub struct MarketMap(Arc<Inner>);

#[derive(Default)]
struct Inner {
    edition: RwLock<Arc<Edition>>,
    /// Held by whoever makes a new one.
    making: tokio::sync::Mutex<()>,
}

/// The markets as they were at some time.
#[derive(Debug, Default)]
pub struct Edition {
    /// Where they are.
    pub places: Places,
    /// What was noted of the last change; nothing before the first import.
    pub changed_at: Option<NaiveDateTime>,
}

impl MarketMap {
    /// The map as it is; of no market before the first search has found it outdated.
    #[must_use]
    pub fn edition(&self) -> Arc<Edition> {
        self.0.edition.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the map anew, unless someone else has since `outdated` was found to be that.
    pub async fn renew(&self, conn: &mut Conn, outdated: &Edition) -> Result<(), DbError> {
        let _turn = self.0.making.lock().await;
        if self.edition().changed_at != outdated.changed_at {
            return Ok(());
        }
        // First the note, then the markets: what changes in between is found out by the next search.
        let changed_at = list::changed_at(conn).await?;
        let places = Places::new(list::places(conn).await?);
        let edition = Arc::new(Edition { places, changed_at });
        *self.0.edition.write().unwrap_or_else(PoisonError::into_inner) = edition;
        Ok(())
    }
}
