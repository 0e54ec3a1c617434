//! Takes people who have withdrawn, or are banned, out of their parties, each party in a transaction
//! of its own. A party that is done with is found no more, so whoever is killed in the middle, or
//! shares the work with another instance, goes on with what is left. A party or a person that is out
//! of order keeps nobody else waiting: the next are looked up after them, and they are tried again
//! the next time.

use contracts::{PartyId, UserId};
use futures_util::FutureExt as _;

use super::work;
use crate::commands::Error;
use crate::commands::leave_platform::{lose_leader, lose_person};
use crate::domain::ban::{Ban, Parting};
use crate::domain::party::CancelledBy;
use crate::domain::withdrawal::Step;
use crate::state::State;
use crate::store::parties::of_leaver;
use crate::store::{bans, withdrawals};

/// How many people, and how many parties of one of them, are looked up at once.
const BATCH: i64 = 100;

/// Those who have withdrawn.
pub(super) async fn run(state: State) -> Result<(), Error> {
    let until = state.clock.now();
    let mut after = None;
    loop {
        let mut conn = state.db.conn().await?;
        let people = withdrawals::due(&mut conn, &[Step::Leave], until, after, BATCH).await?;
        drop(conn);
        let Some(last) = people.last() else { return Ok(()) };
        after = Some(*last);
        for (_, user) in people {
            if take_out(&state, Goer::withdrawn(user)).await? {
                withdrawals::go_on(&mut *state.db.conn().await?, user, Step::Erase).await?;
            }
        }
    }
}

/// Those who are banned.
pub(super) async fn enforce_bans(state: State) -> Result<(), Error> {
    let now = state.clock.now();
    let mut after = None;
    loop {
        let due = bans::unenforced(&mut *state.db.conn().await?, now, after, BATCH).await?;
        let Some(last) = due.last() else { return Ok(()) };
        after = Some(last.id);
        for ban in due {
            let is_out = match Goer::banned(&ban) {
                Some(goer) => take_out(&state, goer).await?,
                None => true,
            };
            if is_out {
                bans::note_enforced(&mut *state.db.conn().await?, ban.id).await?;
            }
        }
    }
}

/// Somebody who is to be taken out of parties.
#[derive(Clone, Copy)]
pub(super) struct Goer {
    user: UserId,
    parting: Parting,
    /// Why what they lead is called off.
    cause: CancelledBy,
}

impl Goer {
    /// Somebody who has left the platform.
    pub(super) const fn withdrawn(user: UserId) -> Self {
        Self { user, parting: Parting::ALL, cause: CancelledBy::Withdrawal }
    }

    /// Somebody who is banned, if a ban of its kind ends anything that was planned.
    fn banned(ban: &Ban) -> Option<Self> {
        let parting = Parting::by(ban.scope)?;
        Some(Self { user: ban.user_id, parting, cause: CancelledBy::Moderation })
    }
}

/// Takes somebody out of all the parties that they are to leave and that can be left; says whether
/// that was all of them.
pub(super) async fn take_out(state: &State, goer: Goer) -> Result<bool, Error> {
    take_out_of_led(state, goer).await?;
    take_out_of_joined(state, goer).await?;
    Ok(led(state, goer, None, 1).await?.is_empty()
        && joined(state, goer, None, 1).await?.is_empty())
}

async fn take_out_of_led(state: &State, goer: Goer) -> Result<(), Error> {
    let Goer { user, cause, .. } = goer;
    let mut after = None;
    loop {
        let led = led(state, goer, after, BATCH).await?;
        let Some(last) = led.last() else { return Ok(()) };
        after = Some(*last);
        for id in led {
            let now = state.clock.now();
            let cancelled = work(move |conn| lose_leader(conn, id, user, cause, now).boxed());
            judge(id, state.db.transaction(cancelled).await);
        }
    }
}

async fn take_out_of_joined(state: &State, goer: Goer) -> Result<(), Error> {
    let user = goer.user;
    let mut after = None;
    loop {
        let joined = joined(state, goer, after, BATCH).await?;
        let Some(last) = joined.last() else { return Ok(()) };
        after = Some(*last);
        for id in joined {
            let now = state.clock.now();
            let left = work(move |conn| lose_person(conn, id, user, now).boxed());
            judge(id, state.db.transaction(left).await);
        }
    }
}

async fn led(
    state: &State,
    goer: Goer,
    after: Option<PartyId>,
    limit: i64,
) -> Result<Vec<PartyId>, Error> {
    if !goer.parting.led {
        return Ok(Vec::new());
    }
    let (mut conn, now) = (state.db.conn().await?, state.clock.now());
    Ok(of_leaver::led(&mut conn, goer.user, now, after, limit).await?)
}

async fn joined(
    state: &State,
    goer: Goer,
    after: Option<PartyId>,
    limit: i64,
) -> Result<Vec<PartyId>, Error> {
    let (mut conn, now) = (state.db.conn().await?, state.clock.now());
    let standings = goer.parting.joined;
    Ok(of_leaver::joined(&mut conn, goer.user, standings, now, after, limit).await?)
}

/// One party that is out of order keeps nobody from leaving the others.
fn judge(id: PartyId, outcome: Result<bool, Error>) {
    if let Err(error) = outcome {
        tracing::warn!(party.id = %id, "party {id} could not be left: {error}");
    }
}
