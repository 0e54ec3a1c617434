//! Who is measured, and what is done with each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use notify_service::domain::Announcement;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::audience::Audience;
use super::nchan::Nchan;
use super::ours::Ours;
use super::servers::Servers;

/// The channel that all listen to, where there are channels.
const ALL: &str = "all";
/// Transactions at once, and the events in one of them at most.
const WRITERS: usize = 2;
const LOT: usize = 256;

/// Who is measured.
#[derive(Clone)]
pub(super) enum Contestant {
    Ours(Arc<Ours>),
    Nchan(Arc<Nchan>),
}

impl Contestant {
    /// Opens streams: each of somebody else, or all of the same channel.
    pub(super) async fn listen(&self, count: usize, to_all: bool) -> Result<Arc<Audience>> {
        let request = |stream: usize| match self {
            Self::Ours(ours) => ours.request(stream),
            Self::Nchan(nchan) if to_all => nchan.request(stream, ALL),
            Self::Nchan(nchan) => nchan.request(stream, &stream.to_string()),
        };
        let requests = (0..count).map(request).collect::<Result<_>>()?;
        let audience = Audience::open(requests).await?;
        // Ours ask the database where they begin.
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(Arc::new(audience))
    }

    /// What takes an event for one stream at a time.
    pub(super) fn sender(
        &self,
        audience: &Arc<Audience>,
    ) -> (mpsc::Sender<usize>, JoinSet<Result<()>>) {
        let (sender, mut streams) = mpsc::channel(100_000);
        let (audience, mut tasks) = (audience.clone(), JoinSet::new());
        match self.clone() {
            Self::Nchan(nchan) => {
                tasks.spawn(async move {
                    let mut number = 0;
                    while let Some(stream) = streams.recv().await {
                        audience.sent(stream, Instant::now());
                        nchan.publish(number, &stream.to_string()).await?;
                        number += 1;
                    }
                    Ok(())
                });
            }
            Self::Ours(ours) => {
                let streams = Arc::new(tokio::sync::Mutex::new(streams));
                for _ in 0..WRITERS {
                    let (ours, audience, streams) =
                        (ours.clone(), audience.clone(), streams.clone());
                    tasks.spawn(async move {
                        loop {
                            let mut lot = Vec::new();
                            if streams.lock().await.recv_many(&mut lot, LOT).await == 0 {
                                return Ok(());
                            }
                            // A transaction stays on one thread, and a task need not.
                            let writer = ours.clone();
                            let writing = tokio::task::spawn_blocking(move || {
                                Handle::current().block_on(writer.write(&lot))
                            });
                            let told = writing.await??;
                            let now = Instant::now();
                            for (stream, _) in &told {
                                audience.sent(*stream, now);
                            }
                            let told: Vec<_> = told.into_iter().map(|(_, told)| told).collect();
                            ours.announce(&told);
                        }
                    });
                }
            }
        }
        (sender, tasks)
    }

    /// So many events for all, each prepared as far as it can be before any is sent.
    pub(super) async fn prepare(&self, streams: usize, events: usize) -> Result<Vec<Prepared>> {
        let mut prepared = Vec::new();
        for _ in 0..events {
            prepared.push(match self {
                Self::Nchan(_) => Prepared(None),
                Self::Ours(ours) => {
                    let all: Vec<_> = (0..streams).collect();
                    let told = ours.write(&all).await?.into_iter().map(|(_, told)| told);
                    Prepared(together(told))
                }
            });
        }
        Ok(prepared)
    }

    /// Sends an event to all.
    pub(super) async fn send_to_all(&self, prepared: &Prepared) -> Result<()> {
        match (self, &prepared.0) {
            (Self::Ours(ours), Some(announcement)) => {
                ours.announce(std::slice::from_ref(announcement));
            }
            (Self::Nchan(nchan), _) => nchan.publish(0, ALL).await?,
            (Self::Ours(_), None) => {}
        }
        Ok(())
    }

    /// What the instances, the cache and the database have used of their core.
    pub(super) fn cpu(&self, servers: &Servers) -> Result<[Duration; 3]> {
        let own = match self {
            Self::Ours(ours) => ours.cpu()?,
            Self::Nchan(nchan) => nchan.cpu()?,
        };
        Ok([own, servers.redis_cpu()?, servers.database_cpu()?])
    }

    /// The bytes of memory the instances have in use.
    pub(super) fn resident(&self) -> Result<u64> {
        match self {
            Self::Ours(ours) => ours.resident(),
            Self::Nchan(nchan) => nchan.resident(),
        }
    }
}

/// An event for all, of which ours is in the inboxes already.
pub(super) struct Prepared(Option<Announcement>);

/// One announcement of the same notice for all who got one.
fn together(told: impl Iterator<Item = Announcement>) -> Option<Announcement> {
    told.reduce(|mut all, mut one| {
        all.receivers.append(&mut one.receivers);
        all
    })
}
