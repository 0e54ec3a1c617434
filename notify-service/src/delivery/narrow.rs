//! Notices for a few people each: many of them in one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::EventId;
use futures_util::FutureExt as _;

use super::Deliverer;
use crate::commands::{Letters, fill_inboxes};
use crate::domain::{Announcement, Audience, Notice};
use crate::store::deliveries::Delivery;
use crate::store::{deliveries, notices};
use crate::work::work;

/// How many notices are delivered at once.
const NOTICES: u32 = 64;

impl Deliverer {
    /// Delivers some notices; says whether there were as many as can be taken at once.
    pub(super) async fn narrow(&self) -> Result<bool, DbError> {
        let now = self.clock.now();
        let deliver = work(move |conn| deliver(conn, now).boxed());
        let (delivered, announcements) = self.db.transaction(deliver).await?;
        self.announcer.announce(&announcements);
        Ok(delivered == usize::try_from(NOTICES).unwrap_or(usize::MAX))
    }
}

/// The one transaction.
async fn deliver(
    conn: &mut Conn,
    now: DateTime<Utc>,
) -> Result<(usize, Vec<Announcement>), DbError> {
    let due = deliveries::lock_narrow(conn, NOTICES).await?;
    if due.is_empty() {
        return Ok((0, Vec::new()));
    }
    let ids: Vec<_> = due.iter().map(|delivery| delivery.notice_id).collect();
    let notices = notices::find(conn, &ids).await?;
    let announcements = fill_inboxes(conn, letters(due, &notices), now).await?;
    deliveries::complete(conn, &ids).await?;
    Ok((ids.len(), announcements))
}

fn letters(due: Vec<Delivery>, notices: &HashMap<EventId, Arc<Notice>>) -> Letters {
    let mut letters = Letters::new();
    for delivery in due {
        if let (Audience::Named { user_ids }, Some(notice)) =
            (delivery.audience, notices.get(&delivery.notice_id))
        {
            for user_id in user_ids {
                letters.entry(user_id).or_default().push(notice.clone());
            }
        }
    }
    letters
}
