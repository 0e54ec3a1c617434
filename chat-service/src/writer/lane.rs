//! One writer: takes what waits, stores it, tells everybody, and begins again.
//!
//! A commit is mostly waiting for a disk. The next batch is therefore decided and written to the
//! database while the one before it is being committed; its own commit is asked for when that one is
//! known to have succeeded. If it has not, the next batch is rolled back, and both are stored one after
//! the other. So messages keep the order in which they were taken, whatever fails. (Where the
//! database lets go of the room only after the commit, the next batch waits for that, and nothing is
//! gained or lost.)

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::{Db, DbError, Transaction};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Job;
use super::batch::{self, Keyed, Outcome};
use super::receipt::{Receipt, SendError};
use crate::bridge::Publisher;
use crate::hub::Hub;

/// The most messages of one transaction. It is also what bounds its statement: 512 messages of the
/// greatest length are 8 MB of hexadecimal digits, half of what a server takes by default.
const MAX_BATCH: usize = 512;
/// A step that takes longer hangs on a connection that nobody answers.
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

/// What is stored by one transaction, and who waits for it.
struct Batch {
    drafts: Vec<Keyed>,
    waiting: Vec<oneshot::Sender<Result<Receipt, SendError>>>,
    /// Until when storing it is tried again.
    deadline: Instant,
}

/// A batch whose commit failed: whether it is stored is unknown.
struct Unsettled(Batch);

/// The commit of a batch, under way. It tells everybody by itself.
type Commit = JoinHandle<Result<(), Unsettled>>;

impl Lane {
    /// Works until nobody can send it anything any more.
    pub(super) async fn run(self, mut queue: mpsc::Receiver<Job>) {
        let lane = Arc::new(self);
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        let mut last: Option<Commit> = None;
        loop {
            tokio::select! {
                biased;
                outcome = end_of(&mut last), if last.is_some() => {
                    if let Err(Unsettled(batch)) = outcome {
                        lane.store(batch, true).await;
                    }
                }
                count = queue.recv_many(&mut jobs, MAX_BATCH) => {
                    if count == 0 {
                        break;
                    }
                    let batch = lane.batch(&mut jobs);
                    last = lane.clone().follow(last.take(), batch).await;
                }
            }
        }
        if let Err(Unsettled(batch)) = end_of(&mut last).await {
            lane.store(batch, true).await;
        }
    }

    fn batch(&self, jobs: &mut Vec<Job>) -> Batch {
        metrics::histogram!("chat_batch_messages")
            .record(f64::from(u32::try_from(jobs.len()).unwrap_or(u32::MAX)));
        let (drafts, waiting) =
            jobs.drain(..).map(|Job { draft, key, done }| (Keyed { draft, key }, done)).unzip();
        Batch { drafts, waiting, deadline: Instant::now() + self.patience }
    }

    /// Writes a batch while the last one is being committed. Gives back the commit of this one, if
    /// it is not stored already.
    async fn follow(self: Arc<Self>, mut last: Option<Commit>, batch: Batch) -> Option<Commit> {
        let written = self.write(&batch.drafts, false).await;
        match (end_of(&mut last).await, written) {
            (Ok(()), Ok((transaction, outcome))) => {
                Some(tokio::spawn(self.commit(batch, transaction, outcome)))
            }
            (before, written) => {
                if let Ok((transaction, _)) = written {
                    transaction.roll_back().await;
                }
                if let Err(Unsettled(before)) = before {
                    self.store(before, true).await;
                }
                self.store(batch, false).await;
                None
            }
        }
    }

    /// Makes a batch true and tells everybody.
    async fn commit(
        self: Arc<Self>,
        batch: Batch,
        transaction: Transaction,
        outcome: Outcome,
    ) -> Result<(), Unsettled> {
        match in_time(transaction.commit()).await {
            Ok(()) => {
                self.tell(batch, outcome);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "it is unknown whether a batch is stored");
                Err(Unsettled(batch))
            }
        }
    }

    /// Stores a batch, however often that takes. `look` says whether some of it may be stored
    /// already. A commit whose outcome is unknown is looked for in the next attempt, which waits for
    /// the room until the server has let go of it.
    async fn store(&self, batch: Batch, mut look: bool) {
        let mut told = false;
        loop {
            let attempt = async {
                let (transaction, outcome) = self.write(&batch.drafts, look).await?;
                in_time(transaction.commit()).await?;
                Ok(outcome)
            };
            match attempt.await {
                Ok(outcome) => return self.tell(batch, outcome),
                Err(error) if DbError::is_duplicate_of(&error, "uq_messages_key") && !look => {
                    look = true;
                }
                Err(error) if Instant::now() < batch.deadline => {
                    // Once for each batch: an outage has many attempts.
                    if !std::mem::replace(&mut told, true) {
                        tracing::warn!(%error, "{} messages wait to be stored", batch.drafts.len());
                    }
                    metrics::counter!("chat_batches_retried_total").increment(1);
                    look = true;
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(%error, "{} messages were not stored", batch.drafts.len());
                    let answers = batch.drafts.iter().map(|_| Err(SendError::Unavailable));
                    let outcome = Outcome { answers: answers.collect(), ..Outcome::default() };
                    return self.tell(batch, outcome);
                }
            }
        }
    }

    /// Decides on drafts and writes what is to be stored, short of the commit.
    async fn write(&self, drafts: &[Keyed], look: bool) -> Result<(Transaction, Outcome), DbError> {
        in_time(async {
            let mut transaction = self.db.begin().await?;
            match batch::store(transaction.conn(), drafts, look, self.clock.now()).await {
                Ok(outcome) => Ok((transaction, outcome)),
                Err(error) => {
                    transaction.roll_back().await;
                    Err(error)
                }
            }
        })
        .await
    }

    fn tell(&self, batch: Batch, outcome: Outcome) {
        for (room, news) in outcome.news {
            self.hub.deliver(room, &news);
            self.publisher.publish(room, &news);
        }
        // Whoever posted and did not wait for the answer has gone.
        for (done, answer) in batch.waiting.into_iter().zip(outcome.answers) {
            let _ = done.send(answer);
        }
    }
}

/// Waits for a commit, if there is one.
async fn end_of(commit: &mut Option<Commit>) -> Result<(), Unsettled> {
    let Some(under_way) = commit else { return Ok(()) };
    let outcome = under_way.await;
    *commit = None;
    // It ends by itself only, and does not panic.
    outcome.unwrap_or(Ok(()))
}

async fn in_time<T>(step: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
    let outcome = tokio::time::timeout(ATTEMPT, step).await;
    outcome.unwrap_or_else(|_| Err(DbError::Unavailable("no answer".into())))
}
