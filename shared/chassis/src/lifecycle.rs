//! The end of a service, in order: not ready, no new connections, streams told to go, work under
//! way finished, the rest cut.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Longer than two questions and their answers.
const FAREWELL: Duration = Duration::from_millis(1500);

/// The life of one service: its background tasks, and the word that it is to stop.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    stopping: CancellationToken,
    crashed: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    /// A life that ends when someone says so.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Resolves when the service is to stop. Long-lived connections and tasks wait on it.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Whether the service still takes work.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.stopping.is_cancelled()
    }

    /// Tells everything to stop.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// How long a stopping server that gives its requests `patience` still takes new ones, so that
    /// gateways and load balancers, which ask twice a second, see in time that it is not ready.
    #[must_use]
    pub fn farewell(patience: Duration) -> Duration {
        (patience / 8).min(FAREWELL)
    }

    /// Runs a background task until it ends. A task that panics takes the service down: a process
    /// that lacks one of its parts looks healthy and is not.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let life = self.clone();
        let handle = self.tasks.spawn(task);
        tokio::spawn(async move {
            if let Err(error) = handle.await
                && error.is_panic()
            {
                tracing::error!(task = name, "background task {name} panicked");
                life.crashed.cancel();
                life.stop();
            }
        });
    }

    /// Does some work now and again until the service stops. What fails is tried again next time.
    pub fn every<F, E>(
        &self,
        name: &'static str,
        pause: Duration,
        work: impl Fn() -> F + Send + 'static,
    ) where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send,
    {
        let stopping = self.stopping();
        self.spawn(name, async move {
            while !stopping.is_cancelled() {
                if let Err(error) = work().await {
                    tracing::warn!(worker = name, "worker {name} failed: {error}");
                }
                tokio::select! {
                    () = stopping.cancelled() => return,
                    () = tokio::time::sleep(pause) => {}
                }
            }
        });
    }

    /// Stops on SIGTERM or SIGINT.
    pub fn stop_on_signal(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let life = self.clone();
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "stopping on {name}");
            life.stop();
        });
        Ok(())
    }

    /// Waits for the background tasks, at most `patience`. Says whether all went well.
    pub async fn drain(&self, patience: Duration) -> bool {
        self.tasks.close();
        let drained = tokio::time::timeout(patience, self.tasks.wait()).await.is_ok();
        if !drained {
            tracing::warn!("background tasks were still running after {patience:?}");
        }
        drained && !self.crashed.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::Lifecycle;
    use std::time::Duration;

    #[tokio::test]
    async fn a_crashed_task_ends_the_service() {
        let life = Lifecycle::new();
        life.spawn("doomed", async { panic!("as the test wants") });
        life.stopping().cancelled().await;
        assert!(!life.drain(Duration::from_secs(5)).await);
    }

    #[tokio::test]
    async fn tasks_are_waited_for() {
        let life = Lifecycle::new();
        let stopping = life.stopping();
        life.spawn("patient", async move { stopping.cancelled().await });
        life.stop();
        assert!(life.drain(Duration::from_secs(5)).await);
    }
}
