//! A notice for everyone around a market: in chunks of people, by their ids.
//!
//! Whoever claims the notice works out who is meant and then delivers chunk after chunk. How far it
//! is stands in the row of the delivery and advances with each chunk. When a deliverer dies, its
//! claim runs out, and the next one goes on after the last person who has it.

use std::sync::Arc;
use std::time::Instant;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::UserId;
use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::Deliverer;
use crate::commands::fill_inboxes;
use crate::domain::{Announcement, Audience, Notice};
use crate::store::deliveries::Delivery;
use crate::store::{deliveries, near, notices};
use crate::work::work;

/// How many people get a notice in one transaction.
const CHUNK: usize = 1000;
/// How long nobody else takes over a delivery that does not get on.
const CLAIM: TimeDelta = TimeDelta::seconds(10);

impl Deliverer {
    /// Delivers one notice; says whether there was one.
    pub(super) async fn wide(&self, stopping: &CancellationToken) -> Result<bool, DbError> {
        let now = self.clock.now();
        let claim = work(move |conn| deliveries::claim_wide(conn, now, now + CLAIM).boxed());
        let Some(delivery) = self.db.transaction(claim).await? else { return Ok(false) };
        let began = Instant::now();
        let (notice, people) = self.prepare(&delivery).await?;
        let count = people.len();
        for chunk in people.chunks(CHUNK) {
            // The rest is for whoever comes next.
            if stopping.is_cancelled() {
                return Ok(true);
            }
            let Some(announcements) = self.deliver(&notice, chunk).await? else { return Ok(true) };
            self.announcer.announce(&announcements);
        }
        deliveries::complete(&mut *self.db.conn().await?, &[notice.id]).await?;
        metrics::histogram!("fanout_seconds").record(began.elapsed());
        tracing::info!(notice.id = %notice.id, "{count} people around a market were told");
        Ok(true)
    }

    /// Reads the notice and works out who is meant.
    async fn prepare(&self, delivery: &Delivery) -> Result<(Arc<Notice>, Vec<UserId>), DbError> {
        let mut conn = self.db.conn().await?;
        let id = delivery.notice_id;
        let notice = notices::find(&mut conn, &[id]).await?.remove(&id);
        let notice = notice.ok_or(DbError::NotFound)?;
        let people = match &delivery.audience {
            Audience::Near(around) => near::find(&mut conn, around).await?,
            Audience::Named { user_ids } => user_ids.clone(),
        };
        Ok((notice, people))
    }

    /// Takes the notice to some people; `None` if somebody else has finished the delivery.
    async fn deliver(
        &self,
        notice: &Arc<Notice>,
        chunk: &[UserId],
    ) -> Result<Option<Vec<Announcement>>, DbError> {
        let (now, notice): (_, Arc<Notice>) = (self.clock.now(), notice.clone());
        let people: Arc<[UserId]> = chunk.into();
        self.db
            .transaction(work(move |conn| {
                deliver_chunk(conn, notice.clone(), people.clone(), now).boxed()
            }))
            .await
    }
}

/// One transaction of many.
async fn deliver_chunk(
    conn: &mut Conn,
    notice: Arc<Notice>,
    people: Arc<[UserId]>,
    now: DateTime<Utc>,
) -> Result<Option<Vec<Announcement>>, DbError> {
    let Some(reached) = deliveries::lock_reached(conn, notice.id).await? else { return Ok(None) };
    let letters: Vec<_> = people
        .iter()
        .copied()
        .filter(|user_id| reached.is_none_or(|last| *user_id > last))
        .collect();
    let Some(last) = letters.last().copied() else { return Ok(Some(Vec::new())) };
    let letters = letters.into_iter().map(|user_id| (user_id, vec![notice.clone()])).collect();
    let announcements = fill_inboxes(conn, letters, now).await?;
    deliveries::advance(conn, notice.id, last, now + CLAIM).await?;
    Ok(Some(announcements))
}
