//! One writer: takes what waits, stores it, tells everybody, and begins again.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::{Conn, Db, DbError};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Job;
use super::batch::{self, Keyed, Outcome};
use super::receipt::SendError;
use crate::bridge::Publisher;
use crate::hub::Hub;

/// The most messages of one transaction. It is also what bounds its statement: 512 messages of the
/// greatest length are 8 MB of hexadecimal digits, half of what a server takes by default.
const MAX_BATCH: usize = 512;
/// An attempt that takes longer hangs on a connection that nobody answers.
const ATTEMPT: Duration = Duration::from_secs(3);
/// The pause before storing is tried again.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// One writer.
pub(super) struct Lane {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) hub: Hub,
    pub(super) publisher: Publisher,
    /// How long storing is tried again.
    pub(super) patience: Duration,
}

impl Lane {
    /// Works until nobody can send it anything any more.
    pub(super) async fn run(self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        while queue.recv_many(&mut jobs, MAX_BATCH).await > 0 {
            metrics::histogram!("chat_batch_messages")
                .record(f64::from(u32::try_from(jobs.len()).unwrap_or(u32::MAX)));
            let (drafts, waiting): (Vec<_>, Vec<_>) =
                jobs.drain(..).map(|Job { draft, key, done }| (Keyed { draft, key }, done)).unzip();
            let drafts = Arc::new(drafts);
            let outcome = self.store(&drafts).await;
            for (room, news) in outcome.news {
                self.hub.deliver(room, &news);
                self.publisher.publish(room, &news);
            }
            // Whoever posted and did not wait for the answer has gone.
            for (done, answer) in waiting.into_iter().zip(outcome.answers) {
                let _ = done.send(answer);
            }
        }
    }

    /// Stores a batch, however often that takes. A commit whose outcome is unknown is looked for in
    /// the next attempt, which waits for the room until the server has let go of it.
    async fn store(&self, drafts: &Arc<Vec<Keyed>>) -> Outcome {
        let deadline = Instant::now() + self.patience;
        let (mut look, mut told) = (false, false);
        loop {
            let (batch, now) = (drafts.clone(), self.clock.now());
            let attempt = self.db.transaction(work(move |conn| {
                let batch = batch.clone();
                async move { batch::store(conn, &batch, look, now).await }.boxed()
            }));
            let attempt = tokio::time::timeout(ATTEMPT, attempt).await;
            match attempt.unwrap_or_else(|_| Err(DbError::Unavailable("no answer".into()))) {
                Ok(outcome) => return outcome,
                Err(error) if error.is_duplicate_of("uq_messages_key") && !look => look = true,
                Err(error) if Instant::now() < deadline => {
                    // Once for each batch: an outage has many attempts.
                    if !std::mem::replace(&mut told, true) {
                        tracing::warn!(%error, "{} messages wait to be stored", drafts.len());
                    }
                    metrics::counter!("chat_batches_retried_total").increment(1);
                    look = true;
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(%error, "{} messages were not stored", drafts.len());
                    let answers = drafts.iter().map(|_| Err(SendError::Unavailable)).collect();
                    return Outcome { answers, ..Outcome::default() };
                }
            }
        }
    }
}

/// Tells the compiler what it cannot find out about an asynchronous closure: that its future may
/// move to another thread, whatever connection it is given.
const fn work<W>(work: W) -> W
where
    W: for<'a> Fn(&'a mut Conn) -> BoxFuture<'a, Result<Outcome, DbError>>,
{
    work
}
