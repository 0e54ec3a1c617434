//! What is new goes to those who are listening: server-sent events.
//!
//! After the commit that put a notice into inboxes an [`Announcer`] tells it, to the [`Hub`] of
//! this instance and through the [`exchange`] to those of the others. A hub hands it to the
//! [`reactor`] threads, which own the connections. Every stream has a [`cursor`]: it sends an
//! announcement on only if that is the very next one, and anything else is read from the database
//! by the [`reader`]. So announcements may be lost, doubled or out of order, and a client sees each
//! notification once and in order all the same; a [`sweep`] notices those that never came. The same
//! reading is how a client that comes back with a `Last-Event-ID` gets exactly what it missed.

mod announcer;
mod batch;
mod config;
mod cursor;
mod exchange;
mod frame;
mod hub;
mod place;
mod reactor;
mod reader;
mod seats;
mod sweep;
mod wheel;

use std::sync::Arc;

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::identity::RevokedSessions;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::announcer::Announcer;
pub use self::config::StreamConfig;
pub use self::hub::{Hub, Refused, Reserved};
pub use self::place::Since;
use self::reactor::{Command, Handle};
pub use self::seats::Full;

/// What streams need of the service.
pub struct Needs<'a> {
    /// Where notifications are.
    pub db: &'a Db,
    /// Where instances tell each other what is new.
    pub cache: &'a Cache,
    /// When tokens expire.
    pub clock: &'a Clock,
    /// Whose sessions are over.
    pub revoked: &'a RevokedSessions,
}

/// Starts everything that streams need; it ends with `life`.
pub fn start(
    config: &StreamConfig,
    needs: &Needs<'_>,
    life: &Lifecycle,
) -> std::io::Result<(Hub, Announcer)> {
    let (asks, asked) = mpsc::channel(reader::ASKS);
    let mut threads = Vec::new();
    for number in 0..config.threads {
        let (thread, end) =
            reactor::start(number, config.heartbeat, needs.clock.clone(), asks.clone())?;
        life.spawn("stream-thread", until_ended(thread.clone(), end, life.stopping()));
        threads.push(thread);
    }
    let threads: Arc<[_]> = threads.into();
    let missed = Arc::new(Notify::new());
    let seats = seats::Seats::new(config.max_streams, config.max_streams_per_person);
    let hub = Hub::new(threads.clone(), seats, missed.clone());
    let (is_listening, listening) = watch::channel(false);
    let (outgoing, to_publish) = mpsc::channel(announcer::OUTGOING);
    let id = Uuid::new_v4();

    let reader = reader::Reader {
        db: needs.db.clone(),
        asks: asked,
        threads,
        max_replay: config.max_replay,
    };
    let listener = exchange::Listener {
        cache: needs.cache.clone(),
        hub: hub.clone(),
        id,
        is_listening: Arc::new(is_listening),
    };
    let sweep = sweep::Sweep {
        db: needs.db.clone(),
        hub: hub.clone(),
        is_listening: listening,
        missed,
        every: config.sweep_every,
        every_without_cache: config.sweep_without_cache_every,
    };
    life.spawn("stream-reader", reader.run(life.stopping()));
    life.spawn("stream-listener", listener.run(life.stopping()));
    let publisher = exchange::publish(needs.cache.clone(), to_publish, life.stopping());
    life.spawn("stream-publisher", publisher);
    life.spawn("stream-sweep", sweep.run(life.stopping()));
    life.spawn(
        "stream-sessions",
        end_sessions(hub.clone(), needs.revoked.clone(), life.stopping()),
    );
    Ok((hub.clone(), Announcer::new(id, hub, outgoing)))
}

/// Stops a thread when the service stops. One that ends by itself is a crash of the service, which
/// would look well without it and send nothing.
async fn until_ended(thread: Handle, mut end: oneshot::Receiver<()>, stopping: CancellationToken) {
    tokio::select! {
        () = stopping.cancelled() => {
            thread.tell(Command::Stop).await;
            // Whether it came to its end in order is in the log.
            let _ = end.await;
        }
        _ = &mut end => panic!("a thread that keeps streams has ended"),
    }
}

/// Ends the streams of sessions that are over.
async fn end_sessions(hub: Hub, revoked: RevokedSessions, stopping: CancellationToken) {
    let mut over = revoked.ended();
    loop {
        let heard = tokio::select! {
            () = stopping.cancelled() => return,
            heard = over.recv() => heard,
        };
        match heard {
            Ok(session) => hub.end(session).await,
            Err(RecvError::Lagged(_)) => hub.end_all(&revoked).await,
            Err(RecvError::Closed) => return,
        }
    }
}
