//! Reads from the database what streams have missed, a few of them at a time.

use std::sync::Arc;

use chassis::db::{Db, DbError};
use chassis::text::Locale;
use contracts::UserId;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::frame::Tail;
use super::place::{Lost, Since};
use super::reactor::{Command, Handle, Key};
use crate::store::notifications::Stored;
use crate::store::{inboxes, notifications, people};

/// How many wait to be read. Those beyond it are asked for again a moment later.
pub(super) const ASKS: usize = 1024;
/// How many are read at once: streams must not take all connections from requests.
const AT_ONCE: usize = 4;
/// How many notifications are read for one stream before its client has taken them.
const PAGE: u32 = 100;

/// A stream wants to know what it has missed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    /// The thread that keeps it.
    pub(super) thread: usize,
    /// Which stream.
    pub(super) key: Key,
    /// Whose it is.
    pub(super) user_id: UserId,
    /// What it has.
    pub(super) since: Since,
}

/// What a stream has missed.
#[derive(Debug)]
pub(super) struct Found {
    /// What was asked.
    pub(super) since: Since,
    /// How far this goes: what is not in it up to here is for no stream, or deleted.
    pub(super) up_to: u64,
    /// Whether that is all there is.
    pub(super) is_all: bool,
    /// Why it cannot be told, if so; then the stream goes on after `up_to`.
    pub(super) lost: Option<Lost>,
    /// The events, in order.
    pub(super) events: Vec<(u64, Tail)>,
}

/// Answers what streams ask.
pub(super) struct Reader {
    pub(super) db: Db,
    pub(super) asks: mpsc::Receiver<Ask>,
    pub(super) threads: Arc<[Handle]>,
    pub(super) max_replay: u64,
}

impl Reader {
    /// Answers until told to stop.
    pub(super) async fn run(mut self, stopping: CancellationToken) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let ask = tokio::select! {
                () = stopping.cancelled() => return,
                ask = self.asks.recv() => ask,
            };
            let Some(ask) = ask else { return };
            let Some(thread) = self.threads.get(ask.thread).cloned() else { continue };
            let (db, max_replay) = (self.db.clone(), self.max_replay);
            tokio::spawn(async move {
                let command = match read(&db, ask, max_replay).await {
                    Ok(found) => Command::Found(ask.key, found),
                    Err(error) => {
                        tracing::warn!(%error, "a stream could not be read for: {error}");
                        Command::NotRead(ask.key, ask.since)
                    }
                };
                drop(place);
                thread.tell(command).await;
            });
        }
    }
}

async fn read(db: &Db, ask: Ask, max_replay: u64) -> Result<Found, DbError> {
    let mut conn = db.conn().await?;
    let inbox = inboxes::find(&mut conn, ask.user_id).await?;
    let nothing = Found {
        since: ask.since,
        up_to: inbox.last_seq,
        is_all: true,
        lost: None,
        events: Vec::new(),
    };
    let after = match ask.since.in_inbox(&inbox, max_replay) {
        Ok(Some(after)) => after,
        Ok(None) => return Ok(nothing),
        Err(lost) => return Ok(Found { lost: Some(lost), ..nothing }),
    };
    let locale = people::locale(&mut conn, ask.user_id).await?;
    let rows = notifications::after(&mut conn, ask.user_id, after, PAGE).await?;
    let is_all = rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
    let last = rows.last().map_or(after, |row| row.seq);
    // The number of an inbox is committed with its row: what was there when the inbox was read is
    // among these rows, and perhaps some that came later.
    let up_to = if is_all { last.max(inbox.last_seq) } else { last };
    Ok(Found { up_to, is_all, events: events(&rows, locale)?, ..nothing })
}

fn events(rows: &[Stored], locale: Locale) -> Result<Vec<(u64, Tail)>, DbError> {
    let event = |row: &Stored| {
        let tail = Tail::of(&row.content, locale, row.read_at);
        let inconsistent = |error: serde_json::Error| DbError::Inconsistent {
            table: "notices",
            column: "content",
            value: error.to_string(),
        };
        Ok((row.seq, tail.map_err(inconsistent)?))
    };
    rows.iter().filter(|row| !row.held).map(event).collect()
}
