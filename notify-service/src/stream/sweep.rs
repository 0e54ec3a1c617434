//! Compares now and then what is in the inboxes with what was sent: whatever was announced and not
//! heard, or not even announced because an instance died, is noticed here.

use std::sync::Arc;
use std::time::Duration;

use chassis::db::{Db, DbError};
use contracts::UserId;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::hub::Hub;
use crate::store::inboxes;

/// How many inboxes are looked at in one query.
const LOT: usize = 500;
/// The pause between two queries, so that what is new right now goes first.
const BREATH: Duration = Duration::from_millis(5);

/// The sweep.
pub(super) struct Sweep {
    pub(super) db: Db,
    pub(super) hub: Hub,
    /// Whether announcements are heard.
    pub(super) is_listening: watch::Receiver<bool>,
    /// Rung when some of them found no room.
    pub(super) missed: Arc<Notify>,
    /// How often to look while announcements are heard.
    pub(super) every: Duration,
    /// How often to look while they are not.
    pub(super) every_without_cache: Duration,
}

impl Sweep {
    /// Sweeps until told to stop, and at once when announcements begin or cease to be heard.
    pub(super) async fn run(mut self, stopping: CancellationToken) {
        loop {
            let is_listening = *self.is_listening.borrow_and_update();
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "the inboxes cannot be looked at: {error}");
            }
            let pause = if is_listening { self.every } else { self.every_without_cache };
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = self.missed.notified() => {}
                changed = self.is_listening.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn sweep(&self) -> Result<(), DbError> {
        let people = self.hub.people().await;
        for lot in people.chunks(LOT) {
            self.hub.reached(self.last_seqs(lot).await?).await;
            tokio::time::sleep(BREATH).await;
        }
        Ok(())
    }

    async fn last_seqs(&self, people: &[UserId]) -> Result<Vec<(UserId, u64)>, DbError> {
        let mut conn = self.db.conn().await?;
        inboxes::last_seqs(&mut conn, people).await
    }
}
