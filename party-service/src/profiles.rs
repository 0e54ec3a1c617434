//! What everyone may know of people, from a cache in Redis that is never stale.
//!
//! *Never stale* means: whoever begins to read after a write has been answered sees that write,
//! whatever happened to Redis, to the network or to an instance meanwhile. How that comes about:
//!
//! 1. **Who writes holds the person's row in `users`** from before anything else until the commit,
//!    and while holding it has the person's entry removed ([`Profiles::forget`]).
//! 2. **Who fills an entry** first puts a lease in its place, then takes the person's row without
//!    waiting, counts, lets go, and stores the count only if the lease is still there. (Leases as
//!    in R. Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1.)
//!
//!    So no old count can appear after a removal: a lease from before it is gone with it, and who
//!    gets a lease after it cannot have the row before the commit, and counts what was committed.
//!    There is nothing to do after the commit, and nothing is left behind by who dies before it.
//! 3. **An epoch** says which entries there are at all. It is a row of the database and a script in
//!    the memory of one Redis process: every command on entries is a call of that script. A Redis
//!    that was restarted, or has taken over from another, does not know the script, whatever old
//!    data it has brought along, so it is not believed ([`entries`]). Whoever notices closes the
//!    epoch in the database; later another is opened, in which there are no entries yet.
//! 4. **If an entry cannot be removed** (Redis is away, or answers too late to tell), the writer
//!    closes the epoch, and waits, still holding the row, until no instance can rely on it any more.
//!    Every instance asks four times a second which epoch it is, and relies on the answer for one
//!    second from before it asked, by its own clock ([`trust`]). (Leases in time as in C. Gray and
//!    D. Cheriton, "Leases", SOSP 1989: clocks need not agree on the time, only on how long a second
//!    is.) Then the write goes on. While the epoch is closed nobody reads from the cache; writers
//!    wait out what is left of the second, and from then on not at all.
//!
//!    Another epoch is opened when that second is over. So who finds an epoch open knows that nobody
//!    relies on an earlier one, perhaps in a Redis that others can reach and the writer cannot. And
//!    it has no entries that the writer need fear: which epoch it is, the writer asks with the row
//!    in hand, so one that is opened later has no entry of that person before the commit.
//! 5. Commands that were given up and arrive late do no harm: a removal only costs a count, a fill
//!    finds its lease gone, a lease ends by itself, a script of an epoch that was never announced
//!    is used by nobody.
//!
//! Who finds no entry and gets no lease waits for the one who has it, or counts after all when that
//! takes too long. Within one instance, those who want the same profile share one look ([`turns`]).

mod entries;
mod entry;
pub mod epoch;
mod keeping;
mod measure;
mod reading;
pub(crate) mod trust;
mod turns;

#[cfg(test)]
mod simulation;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use chassis::clock::Clock;
use chassis::db::{Conn, Db, DbError};
use chassis::redis::Cache;
use contracts::UserId;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use self::entries::{Entries, Token};
use self::entry::Entry;
use self::epoch::{Epoch, EpochState};
use self::reading::{Counts, Reading, Step};
use self::trust::{LAPSES_AFTER, Trust};
use self::turns::Turns;
use crate::domain::profile::Profile;
use crate::store::{people, profile_epoch};

/// Profiles by whose they are.
pub type Known = HashMap<UserId, Profile>;

/// The profiles of people.
#[derive(Clone)]
pub struct Profiles {
    db: Db,
    /// Connections for nothing but the epoch: who closes it holds one of the others, and when all
    /// others are taken by those who wait for that person's row, none of them would ever come free.
    epochs: Db,
    clock: Clock,
    entries: Entries,
    trust: Arc<RwLock<Trust>>,
    turns: Turns<UserId, Result<Option<Profile>, Arc<DbError>>>,
}

impl Profiles {
    /// Profiles counted in this database and remembered in this cache. `epochs` are a few
    /// connections to the same database which nobody else uses.
    #[must_use]
    pub fn new(db: Db, epochs: Db, cache: Cache, clock: Clock) -> Self {
        let (entries, trust, turns) = (Entries::new(cache), Arc::default(), Turns::default());
        Self { db, epochs, clock, entries, trust, turns }
    }

    /// What everyone may know of a person, if there is, or was, one.
    pub async fn get(&self, id: UserId) -> Result<Option<Profile>, DbError> {
        let this = self.clone();
        let look = move || {
            let this = this.clone();
            async move {
                let found = this.read(vec![id]).await;
                found.map(|mut found| found.remove(&id)).map_err(Arc::new)
            }
        };
        match self.turns.take(id, look).await {
            Some(Ok(profile)) => Ok(profile),
            Some(Err(error)) => {
                Err(Arc::try_unwrap(error).unwrap_or_else(|e| DbError::Unavailable(e.to_string())))
            }
            // Whoever looked for all of us was stopped half-way.
            None => Ok(self.read(vec![id]).await?.remove(&id)),
        }
    }

    /// The same for many at once, for no more than one of them costs where all are remembered.
    pub async fn get_many(&self, ids: &[UserId]) -> Result<Known, DbError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        self.read(ids.to_vec()).await
    }

    /// Has everyone count anew what is known of these people, from the moment on at which the
    /// transaction under way commits. The caller holds their rows (see [`people::hold`]).
    ///
    /// Takes a second when Redis is away for the first writer who notices.
    pub fn forget<'a>(
        &'a self,
        conn: &'a mut Conn,
        people: &'a [UserId],
    ) -> BoxFuture<'a, Result<(), DbError>> {
        // In a box, for it is a small part of many a large future.
        self.forget_now(conn, people).boxed()
    }

    async fn forget_now(&self, conn: &mut Conn, people: &[UserId]) -> Result<(), DbError> {
        if people.is_empty() {
            return Ok(());
        }
        let Some(EpochState { epoch, is_open }) = profile_epoch::find(conn).await? else {
            return Ok(()); // There was never a cache.
        };
        let pause = if !is_open {
            self.trust().remains(&epoch, Instant::now())
        } else if let Err(error) = self.entries.remove(&epoch, people).await {
            tracing::warn!(%error, "profiles could not be forgotten: nobody is to use the cache");
            self.close(&epoch).await?;
            LAPSES_AFTER
        } else {
            return Ok(());
        };
        if !pause.is_zero() {
            measure::writer_waits();
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Closes an epoch, at once and whatever becomes of the transaction under way.
    async fn close(&self, epoch: &Epoch) -> Result<(), DbError> {
        let closed = EpochState { epoch: Epoch::closed(), is_open: false };
        if profile_epoch::replace(&mut *self.epochs.conn().await?, Some(epoch), &closed).await? {
            measure::changed(false);
        }
        Ok(())
    }

    fn trust(&self) -> std::sync::RwLockReadGuard<'_, Trust> {
        self.trust.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, ids: Vec<UserId>) -> BoxFuture<'_, Result<Known, DbError>> {
        // In a box for the same reason.
        self.read_now(ids).boxed()
    }

    async fn read_now(&self, ids: Vec<UserId>) -> Result<Known, DbError> {
        let (now, token) = (self.clock.now(), Token::new());
        let mut failure = None;
        let mut reading = Reading::new(ids, self.trust().epoch(Instant::now()));
        loop {
            match reading.next() {
                Step::Look(epoch, ids) => {
                    let found = self.entries.look(&epoch, &ids, token, now).await;
                    let found = found.inspect_err(|e| tracing::debug!(%e, "the cache is no help"));
                    measure::looked(found.as_deref().unwrap_or_default(), now);
                    reading.looked(found.ok());
                }
                Step::Pause(pause) => tokio::time::sleep(pause).await,
                Step::CountHeld(ids) => match self.count(ids, true).await {
                    Ok(counts) => reading.counted_held(counts),
                    // Nobody else is to wait for what will not come.
                    Err(error) => {
                        failure = Some(error);
                        reading.not_counted();
                    }
                },
                Step::Fill(epoch, entries) => {
                    let filled = self.entries.fill(&epoch, &entries, token, now).await;
                    drop(filled.inspect_err(|e| tracing::debug!(%e, "profiles not remembered")));
                }
                Step::Count(ids) => reading.counted(self.count(ids, false).await?),
                Step::Done(found) => {
                    let known = found.into_iter().map(|(id, entry)| (id, entry.profile)).collect();
                    return failure.map_or(Ok(known), Err);
                }
            }
        }
    }

    /// Counts in the database; `held` with the rows of those people in hand whose rows are free.
    async fn count(&self, ids: Vec<UserId>, held: bool) -> Result<Counts<UserId, Entry>, DbError> {
        measure::counting(ids.len(), held);
        let now = self.clock.now();
        if !held {
            let found = people::count(&mut *self.db.conn().await?, &ids, now).await?;
            let found = found.into_iter().map(|(id, counted)| (id, Entry::new(counted, now)));
            return Ok(Counts { found: found.collect(), held: Vec::new() });
        }
        let work = work(move |conn| {
            let ids = ids.clone();
            async move {
                let held = people::hold_free(conn, &ids).await?;
                let found = people::count(conn, &ids, now).await?;
                let found = found.into_iter().map(|(id, counted)| (id, Entry::new(counted, now)));
                Ok(Counts { found: found.collect(), held })
            }
            .boxed()
        });
        self.db.transaction(work).await
    }
}

type Counting<'a> = BoxFuture<'a, Result<Counts<UserId, Entry>, DbError>>;

/// Tells the compiler what it cannot find out about an asynchronous closure: that its future may
/// move to another thread, whatever connection it is given.
const fn work<W: for<'a> Fn(&'a mut Conn) -> Counting<'a>>(work: W) -> W {
    work
}
