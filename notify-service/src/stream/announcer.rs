//! Tells all instances what is new, after it is in the database.

use tokio::sync::mpsc;
use uuid::Uuid;

use super::batch::Batch;
use super::hub::Hub;
use crate::domain::Announcement;

/// How much waits for the cache. What comes on top is found by the sweep of the other instances.
pub(super) const OUTGOING: usize = 4096;

/// Tells all instances what is new. It never waits and never fails: what does not arrive is found
/// in the database.
#[derive(Clone)]
pub struct Announcer {
    /// This instance, so that it does not listen to itself.
    id: Uuid,
    hub: Hub,
    outgoing: mpsc::Sender<Vec<u8>>,
}

impl Announcer {
    pub(super) const fn new(id: Uuid, hub: Hub, outgoing: mpsc::Sender<Vec<u8>>) -> Self {
        Self { id, hub, outgoing }
    }

    /// Tells it to those who are listening, on whichever instance they are.
    pub fn announce(&self, announcements: &[Announcement]) {
        for announcement in announcements {
            let batch = match Batch::of(announcement) {
                Ok(batch) => batch,
                Err(error) => {
                    tracing::error!(%error, "a notification cannot be encoded: {error}");
                    continue;
                }
            };
            if self.outgoing.try_send(batch.encode(self.id)).is_err() {
                metrics::counter!("stream_announcements_dropped_total").increment(1);
            }
            self.hub.deliver(batch);
        }
    }
}
