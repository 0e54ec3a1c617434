//! The catalogue in use, and how it is replaced while people read it.

use std::sync::Arc;
use std::time::Duration;

use chassis::db::{Db, DbError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::catalogue::Catalogue;
use crate::store::{items, version};

/// The catalogue in use. A reader takes it as it is and keeps it for as long as one request; a
/// newer one is made aside and put in its place at once, so no reader ever waits.
#[derive(Clone)]
pub struct Current {
    catalogue: Arc<watch::Sender<Arc<Catalogue>>>,
}

/// The catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Making it searchable failed.
    #[error("the catalogue could not be made: {0}")]
    Build(#[from] tokio::task::JoinError),
}

impl Current {
    /// Reads the catalogue for the first time.
    pub async fn load(db: &Db) -> Result<Self, ReloadError> {
        let (catalogue, _) = watch::channel(Arc::new(read(db).await?));
        Ok(Self { catalogue: Arc::new(catalogue) })
    }

    /// The catalogue as it is now.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.borrow().clone()
    }

    /// Reads the catalogue again if there is a newer one; says whether there was.
    pub async fn reload(&self, db: &Db) -> Result<bool, ReloadError> {
        let newest = version::read(&mut *db.conn().await?).await?;
        if newest == self.catalogue().version() {
            return Ok(false);
        }
        let catalogue = read(db).await?;
        tracing::info!(version = catalogue.version(), "the catalogue was replaced");
        self.catalogue.send_replace(Arc::new(catalogue));
        Ok(true)
    }

    /// Looks for a newer catalogue now and then until told to stop. While the database is away the
    /// one in use stays.
    pub async fn follow(self, db: Db, every: Duration, stopping: CancellationToken) {
        let mut failing = false;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(every) => {}
            }
            match self.reload(&db).await {
                Ok(_) => failing = false,
                // Once an outage is enough.
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(%error, "newer catalogues are not being heard of");
                }
                Err(_) => {}
            }
        }
    }
}

/// The version is read first: if the items change in between, the next look sees a newer version
/// and reads them again.
async fn read(db: &Db) -> Result<Catalogue, ReloadError> {
    let (version, items) = {
        let mut conn = db.conn().await?;
        let version = version::read(&mut conn).await?;
        (version, items::load_active(&mut conn).await?)
    };
    Ok(tokio::task::spawn_blocking(move || Catalogue::new(version, items)).await?)
}
