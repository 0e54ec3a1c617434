//! Takes notices to people.
//!
//! A notice is written down together with its audience in the transaction of its event; from there
//! deliverers take it, on every instance. What concerns a few people is taken many notices at a
//! time ([`narrow`]); what concerns everyone around a market is taken in chunks of people
//! ([`wide`]). In each transaction inboxes are filled and the notice is checked off, so that a
//! process that dies in between leaves neither a gap nor a copy. When it is committed, those who
//! are listening are told.

mod narrow;
mod wide;

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::{Db, DbError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::stream::Announcer;

/// How often deliverers look for what nobody told them of: notices that other instances posted and
/// did not deliver.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Wakes the deliverers of this instance.
#[derive(Clone, Default)]
pub struct Bell {
    narrow: Arc<Notify>,
    wide: Arc<Notify>,
}

impl Bell {
    /// There may be something to deliver.
    pub fn ring(&self) {
        self.narrow.notify_one();
        self.wide.notify_one();
    }
}

/// What a deliverer needs.
#[derive(Clone)]
pub struct Deliverer {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Tells those who are listening.
    pub announcer: Announcer,
}

impl Deliverer {
    /// Delivers what concerns a few people each until the service stops.
    pub async fn run_narrow(self, bell: Bell, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            let outcome = self.narrow().await;
            rest("narrow", outcome, &bell.narrow, &stopping).await;
        }
    }

    /// Delivers what concerns many people until the service stops.
    pub async fn run_wide(self, bell: Bell, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            let outcome = self.wide(&stopping).await;
            rest("wide", outcome, &bell.wide, &stopping).await;
        }
    }
}

/// Waits for more, unless there may be more at once.
async fn rest(
    deliverer: &'static str,
    outcome: Result<bool, DbError>,
    posted: &Notify,
    stopping: &CancellationToken,
) {
    match outcome {
        Ok(true) => return,
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(deliverer, %error, "notices are not being delivered");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    tokio::select! {
        () = stopping.cancelled() => {}
        () = posted.notified() => {}
        () = tokio::time::sleep(LOOK_EVERY) => {}
    }
}
